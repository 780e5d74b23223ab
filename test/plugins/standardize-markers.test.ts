import { standardizeMarkersStep } from '../../plugins/standardize-markers/index.ts';
import { testContext, testStep } from '../../core/testing.ts';
import type { ChannelRole, Image, Table } from '../../kernels/image.ts';
import { testGolden } from '../support/step-golden.ts';

const panel = (...channels: (string | readonly [string, ChannelRole])[]): Image => ({
  height: 2,
  width: 2,
  mpp: 0.5,
  intensity: 'counts',
  channels: channels.map((one) =>
    typeof one === 'string' ? { name: one, role: null } : { name: one[0], role: one[1] },
  ),
  planes: channels.map((_, at) => Uint16Array.of(at, 1, 2, 3)),
});

const image = panel(
  ['DAPI', 'nuclear'],
  'CD8a',
  'CD3(Cd111)Di',
  ['Na/K-ATPase', 'membrane'],
  'Keratin',
  'CD8',
  'T-bet',
);

const run = (input: Image, params: object = {}) =>
  standardizeMarkersStep.run({ image: input }, standardizeMarkersStep.params.parse(params), testContext()) as {
    image: Image;
    report: Table;
  };
const names = (result: { image: Image }) => result.image.channels.map(({ name }) => name);

testStep(standardizeMarkersStep, [
  { name: 'defaults', inputs: { image } },
  {
    name: 'dropping, with a map',
    inputs: { image },
    params: { dropped: 'drop', map: { Keratin: 'PanCK', CD8: null } },
  },
]);
testGolden(standardizeMarkersStep, [
  { name: 'defaults', inputs: { image } },
  { name: 'dropped', inputs: { image }, params: { dropped: 'drop', map: { Keratin: null }, strict: true } },
  { name: '2025', inputs: { image }, params: { registry: '2025' } },
]);

test('channels take canonical names and keep order, role and plane', () => {
  const result = run(image);
  expect(result.image.channels).toEqual([
    { name: 'DAPI', role: 'nuclear' },
    { name: 'CD8', role: null },
    { name: 'CD3', role: null },
    { name: 'Na-K-ATPase', role: 'membrane' },
    { name: 'PanCK', role: null },
    { name: 'CD8 (unused)', role: null },
    { name: 'T-bet', role: null },
  ]);
  for (const [at, plane] of result.image.planes.entries()) expect(plane).toBe(image.planes[at]);
  expect(result.image).toMatchObject({ height: 2, width: 2, mpp: 0.5, intensity: 'counts' });
});

test('the report has a row for each channel', () => {
  const { rows, columns } = run(image).report;
  const table = Array.from({ length: rows }, (_, row) => columns.map(({ values }) => values[row]));
  expect(columns.map(({ name }) => name)).toEqual(['channel', 'marker', 'index', 'decision', 'note']);
  expect(table).toEqual([
    ['DAPI', '', -1, 'nuclear', 'nuclear stain, no marker'],
    ['CD8a', 'CD8', 88, 'alias', 'another name of the antigen'],
    ['CD3(Cd111)Di', 'CD3', 55, 'stripped', 'read as CD3'],
    ['Na/K-ATPase', 'Na-K-ATPase', 201, 'normalised', 'differs in spelling'],
    ['Keratin', 'PanCK', 225, 'guess', 'likely, but another specificity; confirm it in map'],
    ['CD8', '', -1, 'duplicate', 'CD8 is the channel "CD8a" already'],
    ['T-bet', '', -1, 'absent', 'known antigen, not among the markers of 2026'],
  ]);
});

test('drop takes out what has no marker', () => {
  const result = run(image, { dropped: 'drop' });
  expect(names(result)).toEqual(['CD8', 'CD3', 'Na-K-ATPase', 'PanCK']);
  expect(result.image.planes.map((plane) => plane[0])).toEqual([1, 2, 3, 4]);
  expect(result.report.rows).toBe(7);
});

test('a second run changes nothing: what was set aside stays aside', () => {
  const once = run(panel('CD3', 'CD8', 'CD8a', 'CD8 (unused)', 'DAPI'), { map: { CD3: null } });
  expect(names(once)).toEqual(['CD3 (unused)', 'CD8', 'CD8a (unused)', 'CD8 (unused)', 'DAPI']);
  expect(run(once.image).image).toEqual(once.image);
});

test('names stay distinct where the image has such a name already', () => {
  expect(names(run(panel('CD8 (unused)', 'CD8a', 'CD8')))).toEqual(['CD8 (unused)', 'CD8', 'CD8 (unused 2)']);
});

test('strict refuses guesses', () => {
  expect(() => run(image, { strict: true })).toThrow(
    'a channel is only guessed, which strict refuses; confirm in map, as {"Keratin": PanCK}, or leave a channel out with null',
  );
  expect(names(run(image, { strict: true, map: { Keratin: 'CK8' } }))).toContain('CK8');
});

test('an image without any marker, and a map of unknown ones, are refused', () => {
  expect(() => run(panel('DAPI', 'Pr141'))).toThrow(
    'no channel has a canonical marker ("DAPI": nuclear, nuclear stain, no marker; "Pr141": unknown, only a label, no marker; ' +
      'name the marker in map); name markers in a panel CSV or in map',
  );
  expect(() => run(image, { map: { CD8: 'CD8b4' } })).toThrow(
    /^map names a marker that the registry 2026 does not hold/,
  );
});
