import { join } from 'node:path';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { ModelHandle, Tensor } from '../../core/step.ts';
import { testContext } from '../../core/testing.ts';
import type { Image } from '../../kernels/image.ts';
import { segmentCellsam } from '../../plugins/segment-cellsam/index.ts';
import { cellsamSpecs, drawRectangles, labelRectangles, type Rectangle } from '../support/cellsam-models.ts';
import { differing } from '../support/goldens.ts';

const folder = join(import.meta.dirname, '../models');

/** A model file as the step sees it, with nothing checked. */
async function load(slot: 'detector' | 'encoder' | 'decoder'): Promise<ModelHandle> {
  const session = await InferenceSession.create(join(folder, `cellsam-${slot}.onnx`), { intraOpNumThreads: 1 });
  return {
    name: `cellsam-${slot}`,
    spec: cellsamSpecs()[slot],
    run: async (feeds) => {
      const given = Object.entries(feeds).map(([name, { data, dims }]) => [
        name,
        new OrtTensor('float32', data as Float32Array, dims),
      ]);
      const found = await session.run(Object.fromEntries(given) as Record<string, OrtTensor>);
      return Object.fromEntries(
        Object.entries(found).map(([name, { data, dims }]): [string, Tensor] => [
          name,
          { dtype: 'float32', dims, data: data as Float32Array },
        ]),
      );
    },
  };
}

const models = {
  detector: await load('detector'),
  encoder: await load('encoder'),
  decoder: await load('decoder'),
};

/** Squares of the grid that the detector knows: 16 pixels in a tile of 512, no two of them neighbours. */
function gridSquares(y0: number, x0: number, rows: number, columns: number): Rectangle[] {
  const squares: Rectangle[] = [];
  for (let row = 0; row < rows; row += 2) {
    for (let column = row % 4 === 0 ? 0 : 1; column < columns; column += 3) {
      const value = squares.length === 0 ? 1000 : 700 + ((squares.length * 53) % 301);
      squares.push({ y: y0 + 16 * row, x: x0 + 16 * column, height: 16, width: 16, value });
    }
  }
  return squares;
}

async function segment(
  height: number,
  width: number,
  squares: readonly Rectangle[],
  params: object = {},
): Promise<Int32Array> {
  const image: Image = {
    ...{ height, width, mpp: 0.5, intensity: 'counts' },
    ...{ channels: [{ name: 'pan-membrane', role: 'membrane' }], planes: [drawRectangles(height, width, squares)] },
  };
  const options = segmentCellsam.params.parse({ perTileNormalisation: false, ...params });
  return (await segmentCellsam.run({ image }, options, testContext({ models }))).cells.data;
}

test('an image of one tile', async () => {
  const squares = gridSquares(0, 0, 32, 32);
  expect(squares.length).toBeGreaterThan(150);
  expect(differing(await segment(512, 512, squares), labelRectangles(512, 512, squares))).toBe(0);
});

test('an image of several tiles whose grids fall together', async () => {
  // Tiles of 512 with an overlap of 64 follow each other by 384: their grids of 16 agree.
  const squares = gridSquares(0, 0, 48, 72);
  const labels = await segment(768, 1152, squares, { blockSize: 384, overlap: 64 });
  expect(differing(labels, labelRectangles(768, 1152, squares))).toBe(0);
});
