import { parseDuration } from '../../core/duration.ts';
import { formatMemory, parseMemory } from '../../core/memory.ts';
import { closest, remedy } from '../../core/suggest.ts';

test.each([
  ['4 GiB', 4 * 2 ** 30],
  ['512MiB', 512 * 2 ** 20],
  ['1.5 GB', 1_500_000_000],
  ['0.0000001 KiB', null],
  ['0 GiB', null],
  ['4', null],
  ['4 gib', null],
  ['-1 GiB', null],
  ['4 GiB ', null],
])('parseMemory %s', (text, bytes) => {
  expect(parseMemory(text)).toBe(bytes);
});

test.each([
  [4 * 2 ** 30, '4 GiB'],
  [1.5 * 2 ** 20, '1.5 MiB'],
  [2 ** 41, '2 TiB'],
  [12, '12 B'],
])('formatMemory %d', (bytes, text) => {
  expect(formatMemory(bytes)).toBe(text);
});

test.each([
  ['90 s', 90_000],
  ['1 second', 1000],
  ['20 minutes', 1_200_000],
  ['5min', 300_000],
  ['2 h', 7_200_000],
  ['1.5 hours', 5_400_000],
  ['168 h', 604_800_000],
  ['169 h', null],
  ['0 s', null],
  ['20', null],
  ['20 mins', null],
  ['2 days', null],
])('parseDuration %s', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  ['segment-watershd', 'segment-watershed'],
  ['Image', 'image'],
  ['onfailure', 'onFailure'],
  ['frobnicate', null],
  ['x', null],
])('closest %s', (word, found) => {
  expect(closest(word, ['segment-watershed', 'image', 'in', 'onFailure', 'normalize'])).toBe(found);
});

test('without a near name the choices are listed, twelve at most', () => {
  expect(remedy('frob', ['abcdefg', 'hijklmn'], 'the steps')).toBe('the steps: "abcdefg", "hijklmn"');
  expect(remedy('frob', [], 'the steps')).toBe('the steps: none');
  const many = Array.from({ length: 15 }, (_, i) => `abcdefgh${i}`);
  expect(remedy('frob', many, 'the steps')).toMatch(/"abcdefgh11" and 3 more$/);
});
