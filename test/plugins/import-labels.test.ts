import { testContext, testStep } from '../../core/testing.ts';
import type { Image, Labels } from '../../kernels/image.ts';
import { importLabelsStep } from '../../plugins/import-labels/index.ts';
import { drawTissue } from '../support/drawn-tissue.ts';
import { testGolden } from '../support/step-golden.ts';

type Params = Parameters<typeof importLabelsStep.params.parse>[0];
interface Imported {
  readonly cells: Labels;
  readonly nuclei?: Labels;
}

const tissue = drawTissue(40, 50);
const scattered = (labels: Labels): Labels => ({ ...labels, data: labels.data.map((id) => id * 7) });
const inputs = { cells: scattered(tissue.cells), nuclei: scattered(tissue.nuclei), like: tissue.image };

const draw = (...rows: string[]): Labels => ({
  ...{ height: rows.length, width: rows[0]!.length, mpp: 0.5 },
  data: Int32Array.from(rows.join(''), (c) => (c === '.' ? 0 : Number(c))),
});
const like = ({ height, width, mpp }: Labels): Image => ({
  ...{ height, width, mpp, intensity: 'counts', channels: [{ name: 'DAPI', role: null }] },
  planes: [new Uint8Array(height * width)],
});
const take = (cells: Labels, nuclei?: Labels, params: Params = {}, image = like(cells)): Imported =>
  importLabelsStep.run(
    { cells, nuclei, like: image },
    importLabelsStep.params.parse(params),
    testContext(),
  ) as Imported;

testStep(importLabelsStep, [
  { name: 'cells and nuclei', inputs },
  { name: 'cells alone', inputs: { ...inputs, nuclei: undefined }, params: { expandUm: 1 } },
]);
testGolden(importLabelsStep, [
  { name: 'cells and nuclei', inputs },
  { name: 'grown', inputs: { cells: inputs.cells, like: tissue.image }, params: { expandUm: 1 } },
]);

const cells = draw('44..9', '44..9', '.....');
const nuclei = draw('.4...', '....9', '2....');

test('cells are numbered 1..n in the order of their ids, nuclei with them, those of no cell after them', () => {
  const out = take(cells, nuclei);
  expect(out.cells).toEqual(draw('11..2', '11..2', '.....'));
  expect(out.nuclei).toEqual(draw('.1...', '....2', '3....'));
  expect(take(cells).nuclei).toBeUndefined();
});

test('nuclei that are numbered otherwise are refused, or numbered by themselves on request', () => {
  const other = draw('.7...', '....3', '.....');
  expect(() => take(cells, other)).toThrow(
    '2 pixels of nuclei lie in a cell of another id, the first at y 0, x 1 (nucleus 7, cell 4); number both alike, or set ' +
      'sharedIds: false',
  );
  expect(take(cells, other, { sharedIds: false }).nuclei).toEqual(draw('.2...', '....1', '.....'));
});

test('cells are grown on request, not into each other', () => {
  expect(take(cells, undefined, { expandUm: 0.5 }).cells).toEqual(draw('11122', '11122', '11..2'));
  expect(() => take(cells, draw('.....', '.....', '2....'), { expandUm: 0.5 })).toThrow(
    /^1 pixels of nuclei lie in a cell of another id once cells are grown by 0.5 µm, the first at y 2, x 0/,
  );
});

test('labels without objects stay so', () => {
  const blank = draw('....', '....');
  expect(take(blank, blank)).toEqual({ cells: blank, nuclei: blank });
});

test('labels on another grid are refused, all at once', () => {
  expect(() => take(cells, { ...nuclei, mpp: 0.6 }, {}, tissue.image)).toThrow(
    'cells are 3×5 pixels at 0.5 µm, the image is 40×50 pixels at 0.5 µm; nuclei are 3×5 pixels at 0.6 µm, the image is 40×50 ' +
      "pixels at 0.5 µm; bring labels onto the image's grid with a regrid step",
  );
});
