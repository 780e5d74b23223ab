import { testContext } from '../../core/testing.ts';
import type { Labels } from '../../kernels/image.ts';
import { segmentMesmer } from '../../plugins/segment-mesmer/index.ts';
import { growSmallest } from '../../plugins/segment-mesmer/smallest.ts';
import { drawBlobs } from '../support/drawn-blobs.ts';
import { mesmerRecord, openModel } from '../support/onnx-models.ts';

/** Labels drawn by digits, background by dots. */
function drawn(text: string): { labels: Int32Array; height: number; width: number } {
  const rows = text
    .trim()
    .split('\n')
    .map((row) => row.trim());
  const values = rows.flatMap((row) => [...row].map((digit) => (digit === '.' ? 0 : Number(digit))));
  return { labels: Int32Array.from(values), height: rows.length, width: rows[0]!.length };
}

const show = (labels: Int32Array, width: number): string[] =>
  Array.from({ length: labels.length / width }, (_, row) =>
    [...labels.subarray(row * width, (row + 1) * width)].map((id) => (id === 0 ? '.' : String(id))).join(''),
  );

function grown(text: string, smallest: number): string[] {
  const { labels, ...grid } = drawn(text);
  return show(growSmallest(labels, grid, smallest), grid.width);
}

describe('the smallest objects of segment-mesmer', () => {
  test('a speck grows around its centre, nearest pixels first, then in raster order', () => {
    const speck = `
      .......
      .......
      .......
      ...1...
      .......
      .......
      .......`;
    const cross = ['.......', '.......', '...1...', '..111..', '...1...', '.......', '.......'];
    expect(grown(speck, 5)).toEqual(cross);
    expect(grown(speck, 6)).toEqual(['.......', '.......', '..11...', '..111..', '...1...', '.......', '.......']);
    expect(grown(speck, 21)).toEqual(['.......', '..111..', '.11111.', '.11111.', '.11111.', '..111..', '.......']);
  });

  test('objects of enough pixels stay as they are', () => {
    const { labels, ...grid } = drawn(`
      .....
      .11..
      .11..
      .....`);
    const before = [...labels];
    expect([...growSmallest(labels, grid, 4)]).toEqual(before);
    expect([...growSmallest(labels, grid, 0)]).toEqual(before);
    expect(growSmallest(new Int32Array(20), grid, 21).some((id) => id > 0)).toBe(false);
  });

  test('works in the array it was given, which a large field has no room to copy', () => {
    const { labels, ...grid } = drawn('1....\n.....\n...2.\n.....');
    expect(growSmallest(labels, grid, 2)).toBe(labels);
    expect(show(labels, grid.width)).toEqual(['.....', '...1.', '...1.', '.....']);
  });

  test.each([
    ['above', '.1...\n.....\n..2..\n.....\n.....'],
    ['left', '.....\n1....\n.....\n..2..\n.....'],
    ['right', '.....\n....1\n.....\n..2..\n.....'],
    ['below', '.....\n..2..\n.....\n.....\n.1...'],
  ])('what the border leaves of one %s is dropped, and the others are numbered anew', (_, text) => {
    const out = grown(text, 5).join('');
    expect([...out].filter((id) => id === '1')).toHaveLength(5);
    expect(out).not.toContain('2');
  });

  test('takes no pixel of another object, and stops where no background is left beside it', () => {
    const walled = `
      ......
      .2222.
      .21.2.
      .2222.
      ......`;
    expect(grown(walled, 9)).toEqual(['......', '.2222.', '.2112.', '.2222.', '......']);
  });

  test('the first of two neighbours takes what lies between them', () => {
    const neighbours = `
      .......
      .......
      ..1.2..
      .......
      .......`;
    expect(grown(neighbours, 5)).toEqual(['.......', '..122..', '.11122.', '..1.2..', '.......']);
  });

  test('may reach the border without being dropped, and does not run on into the next row', () => {
    const near = `
      ......
      ....1.
      ....1.
      ......
      ......`;
    const out = grown(near, 12);
    expect(out.join('').match(/1/g)).toHaveLength(12);
    expect(out.every((row) => row.startsWith('..'))).toBe(true);
  });
});

describe('the step', () => {
  const image = drawBlobs(120, 140);

  async function nucleiOf(profile: string, nuclei: Record<string, number>): Promise<Int32Array> {
    // A net that copies its channels.
    const { handle } = await openModel(mesmerRecord('mesmer-tiny', { profile }));
    const params = segmentMesmer.params.parse({ compartments: 'nuclei', nuclei });
    const found = await segmentMesmer.run({ image }, params, testContext({ models: { net: handle } }));
    return (found as { cells: Labels }).cells.data;
  }

  test.each(['mesmer-mini', 'mesmer-tf-9'])('lets objects of %s grow where it is asked to', async (profile) => {
    const asDrawn = await nucleiOf(profile, { smallObjects: 1, smallest: 0 });
    const expected = growSmallest(Int32Array.from(asDrawn), image, 60);
    expect(expected).not.toEqual(asDrawn);
    expect(await nucleiOf(profile, { smallObjects: 1, smallest: 60 })).toEqual(expected);
  });

  test("follows the profile: 21 pixels for mesmer-mini, nothing for Mesmer's", async () => {
    const given = { smallObjects: 1, interiorThreshold: 0.8, interiorSmooth: 0 };
    const mini = await nucleiOf('mesmer-mini', { ...given, smallest: 0 });
    const grown = growSmallest(Int32Array.from(mini), image, 21);
    expect(grown).not.toEqual(mini);
    expect(await nucleiOf('mesmer-mini', given)).toEqual(grown);
    expect(await nucleiOf('mesmer-tf-9', given)).toEqual(await nucleiOf('mesmer-tf-9', { ...given, smallest: 0 }));
  });

  test('refuses a smallest object that is none', () => {
    const parse = (smallest: number): unknown => segmentMesmer.params.parse({ nuclei: { smallest } });
    expect(() => parse(101)).toThrow();
    expect(() => parse(-1)).toThrow();
    expect(() => parse(2.5)).toThrow();
  });
});
