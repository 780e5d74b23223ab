import { testContext } from '../../core/testing.ts';
import type { ModelHandle } from '../../core/step.ts';
import type { Image, Labels } from '../../kernels/image.ts';
import { enlargement } from '../../plugins/segment-mesmer/nucleus-size.ts';
import { segmentMesmer } from '../../plugins/segment-mesmer/index.ts';
import { drawBlobs } from '../support/drawn-blobs.ts';
import { mesmerRecord, openModel } from '../support/onnx-models.ts';

/** A net that copies its channels, said to know nuclei 18 pixels across. */
const mini = (await openModel(mesmerRecord('mesmer-tiny', { profile: 'mesmer-mini' }))).handle;

async function segment(
  image: Image,
  params: Parameters<typeof segmentMesmer.params.parse>[0],
  net: ModelHandle = mini,
): Promise<{ cells: Labels; scales: number[] }> {
  const scales: number[] = [];
  const silent = (): void => {};
  const log = {
    ...{ debug: silent, warn: silent },
    info: (fields: object) => void scales.push((fields as { scale: number }).scale),
  };
  const ctx = testContext({ models: { net }, log });
  const { cells } = (await segmentMesmer.run({ image }, segmentMesmer.params.parse(params), ctx)) as { cells: Labels };
  return { cells, scales };
}

test('with scale: nuclei a wrong pixel size does no harm: the labels are those of the right one', async () => {
  const wrong = drawBlobs(280, 300, 0.5, 44);
  const { cells, scales } = await segment(wrong, { scale: 'nuclei' });
  const [scale] = scales as [number];
  expect(scales).toHaveLength(1);
  expect(Math.abs(Math.log(scale))).toBeGreaterThan(0.1);
  expect([cells.height, cells.width, cells.mpp]).toEqual([280, 300, 0.5]);
  const right = await segment({ ...wrong, mpp: 0.5 * scale }, {});
  expect(cells.data).toEqual(right.cells.data);
  expect(right.scales).toEqual([]);
  expect(new Set(cells.data).size).toBeGreaterThan(20);
});

test('a profile that does not say how large nuclei are is refused', async () => {
  const { handle } = await openModel(mesmerRecord('mesmer-tiny'));
  await expect(segment(drawBlobs(100, 100), { scale: 'nuclei' }, handle)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringContaining('"mesmer-tf-9" does not; use scale: pixel-size') as string,
  });
});

describe('the factor by which nuclei must be enlarged', () => {
  /** Squares of the given sides in a row. */
  function squares(...sides: number[]): Int32Array {
    const size = 64;
    const out = new Int32Array(size * size * sides.length);
    sides.forEach((side, n) => {
      for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) out[n * size * size + y * size + x] = n + 1;
    });
    return out;
  }

  test('is the wanted diameter by the median one', () => {
    const diameter = 2 * Math.sqrt(100 / Math.PI);
    expect(enlargement(squares(10, 10, 10, 2, 40), diameter * 1.5)).toBeCloseTo(1.5, 12);
  });

  test('is 1 for fewer than five, and never beyond 4 either way', () => {
    expect(enlargement(squares(10, 10, 10, 10), 99)).toBe(1);
    expect(enlargement(squares(1, 1, 1, 1, 1), 99)).toBe(4);
    expect(enlargement(squares(60, 60, 60, 60, 60), 1)).toBe(0.25);
  });
});
