import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { readOnnxFacts } from '../../../activities/models/onnx-file.ts';
import { xgboostOnnx } from '../../../activities/models/xgboost-onnx.ts';
import { parseXgboostTrees } from '../../../kernels/xgboost-json.ts';
import { predictXgboost } from '../../../kernels/xgboost-trees.ts';
import { goldens } from '../../support/goldens.ts';

const cases = goldens('xgboost-trees').map(({ name, get }) => ({
  name,
  model: parseXgboostTrees(new TextDecoder().decode(get('model', Uint8Array))),
  rows: get('rows', Float32Array),
  wanted: get('probabilities', Float32Array),
}));
const names = (model: (typeof cases)[0]['model']): { features: string[]; classes: string[] } => ({
  features: Array.from({ length: model.features }, (_, i) => `m${i}`),
  classes: Array.from({ length: model.classes }, (_, i) => `t${i}`),
});

async function runOnnx(bytes: Uint8Array, rows: Float32Array, width: number, threads = 1): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(bytes, { intraOpNumThreads: threads, logSeverityLevel: 3 });
  const features = new ort.Tensor('float32', rows, [rows.length / width, width]);
  const { probabilities } = await session.run({ features });
  return Float32Array.from(probabilities!.data as Float32Array);
}
const largest = (a: Float32Array, b: Float32Array): number => {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
};

test.each(cases)('$name: the graph predicts as XGBoost and as the evaluator, gaps included', async (one) => {
  const { model, rows, wanted } = one;
  const found = await runOnnx(xgboostOnnx(model, names(model)), rows, model.features);
  expect(largest(found, wanted)).toBeLessThan(1e-6);
  expect(largest(found, predictXgboost(model, rows, rows.length / model.features))).toBeLessThan(1e-6);
});

test('threads and batches change no bit', async () => {
  const { model, rows } = cases[0]!;
  const many = { ...model, trees: Array.from({ length: 40 }, () => model.trees).flat() };
  const bytes = xgboostOnnx(many, names(model));
  const one = await runOnnx(bytes, rows, model.features, 1);
  expect(await runOnnx(bytes, rows, model.features, 2)).toEqual(one);
  const first = await runOnnx(bytes, rows.slice(0, model.features), model.features, 2);
  expect(first).toEqual(one.slice(0, model.classes));
});

test('the same trees give the same bytes, with the names of features and classes', async () => {
  const { model } = cases[0]!;
  const bytes = xgboostOnnx(model, names(model));
  expect(xgboostOnnx(model, names(model))).toEqual(bytes);
  const file = join(mkdtempSync(join(tmpdir(), 'fovea-xgboost-')), 'trees.onnx');
  writeFileSync(file, bytes);
  expect(await readOnnxFacts(file)).toEqual({
    producer: 'fovea xgboost-onnx',
    metadata: { 'fovea.channels': 'm0,m1,m2,m3,m4,m5', 'fovea.vocabulary': 't0,t1,t2' },
  });
});
