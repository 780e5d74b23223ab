import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { testContext } from '../../core/testing.ts';
import type { ModelHandle } from '../../core/step.ts';
import type { Image, Labels } from '../../kernels/image.ts';
import { segmentHpa } from '../../plugins/segment-hpa/index.ts';
import { hpaImage, hpaNets, hpaSpec, NET_MPP } from '../support/hpa-nets.ts';
import { differing } from '../support/goldens.ts';

/** A model file of test/models, run by onnxruntime: just enough of a handle for this step. */
async function load(file: string): Promise<ModelHandle> {
  const session = await ort.InferenceSession.create(join(import.meta.dirname, '../models', file), {
    // Refusals are expected here and need no report of the runtime's.
    logSeverityLevel: 4,
  });
  return {
    name: file,
    spec: hpaSpec(),
    async run(feeds) {
      const { data, dims } = feeds['input']!;
      const { probabilities } = await session.run({ input: new ort.Tensor('float32', data as Float32Array, dims) });
      return {
        probabilities: {
          dtype: 'float32',
          dims: probabilities!.dims,
          data: Float32Array.from(probabilities!.data as Float32Array),
        },
      };
    },
  };
}

const segment = async (image: Image, models: Readonly<Record<string, ModelHandle>>): Promise<Record<string, Labels>> =>
  (await segmentHpa.run(
    { image },
    segmentHpa.params.parse({ microtubules: ['MT'], er: ['ER'] }),
    testContext({ models }),
  )) as unknown as Record<string, Labels>;

const image = hpaImage(90, 130, NET_MPP, {
  cells: [[8, 8, 80, 120]],
  borders: [[8, 63, 80, 67]],
  nuclei: [
    [25, 20, 55, 45],
    [25, 80, 55, 110],
  ],
});

test('graphs with the signature of the U-Nets give the cells that their formulas give', async () => {
  const models = { nuclei: await load('hpa-nuclei.onnx'), cells: await load('hpa-cells.onnx') };
  const found = await segment(image, models);
  expect(new Set(found['cells']!.data)).toEqual(new Set([0, 1, 2]));
  const known = await segment(image, hpaNets());
  expect(differing(found['cells']!.data, known['cells']!.data)).toBe(0);
  expect(differing(found['nuclei']!.data, known['nuclei']!.data)).toBe(0);
});

test('they follow their formulas on any input whose sides are multiples of 32, and refuse others', async () => {
  const cells = await load('hpa-cells.onnx');
  const [height, width] = [64, 32];
  const data = Float32Array.from({ length: 3 * height * width }, (_, i) => ((i * 37) % 200) / 60 - 2);
  const given = (await cells.run({ input: { dtype: 'float32', dims: [1, 3, height, width], data } }))['probabilities']!;
  const unit = (c: number, i: number): number =>
    data[c * height * width + i]! / (0.0167 * 255) + [124, 117, 104][c]! / 255;
  for (const i of [0, 77, 900, 2047]) {
    const scores = [0, 60 * (unit(1, i) - 0.5), 40 * (unit(0, i) - 0.5)].map(Math.exp);
    const sum = scores.reduce((total, one) => total + one, 0);
    for (const c of [0, 1, 2]) expect(given.data[c * height * width + i]).toBeCloseTo(scores[c]! / sum, 4);
  }
  const odd = { dtype: 'float32', dims: [1, 3, 48, 48], data: new Float32Array(3 * 48 * 48) } as const;
  await expect(cells.run({ input: odd })).rejects.toThrow();
});
