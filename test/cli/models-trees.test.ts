import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { createHandle } from '../../activities/models/handle.ts';
import { readCatalogue } from '../../activities/models/catalogue.ts';
import { modelsCommand } from '../../cli/models/index.ts';
import { goldens } from '../support/goldens.ts';
import { cpuSessions } from '../support/onnx-models.ts';
import { treesModel } from '../support/feature-models.ts';
import { runCommand, type Outcome } from '../support/run-command.ts';

const { text, features } = treesModel();
const record = { profile: 'dct-xgboost', vocabulary: ['A', 'B', 'C'], licence: { id: 'Apache-2.0', commercial: true } };

async function add(
  json: string,
  told: Readonly<Record<string, unknown>>,
  name = 'trees.json',
): Promise<{ home: string; outcome: Outcome }> {
  const folder = mkdtempSync(join(tmpdir(), 'fovea-trees-test-'));
  const [file, home] = [join(folder, name), join(folder, '.fovea')];
  writeFileSync(file, json);
  writeFileSync(`${file}.yaml`, stringify(told));
  return { home, outcome: await runCommand(modelsCommand(), 'add', 'trees', file, '--home', home) };
}

test('trees become an ONNX model that predicts as XGBoost does; features come from the file', async () => {
  const { home, outcome } = await add(text, record);
  expect([outcome.error, outcome.exitCode]).toEqual([null, 0]);
  const model = (await readCatalogue([join(home, 'models.yaml')])).byName.get('trees')!;
  expect(model.record.spec).toMatchObject({
    ...{ task: 'phenotype-table', profile: 'dct-xgboost', vocabulary: ['A', 'B', 'C'] },
    inputs: [{ name: 'features', shape: ['batch', 6], channels: features }],
    outputs: [{ name: 'probabilities', role: 'probabilities', classes: ['A', 'B', 'C'] }],
  });
  const golden = goldens('xgboost-trees')[0]!;
  const [rows, wanted] = [golden.get('rows', Float32Array), golden.get('probabilities', Float32Array)];
  const found = await createHandle(model, cpuSessions()).run({
    features: { dtype: 'float32', dims: [rows.length / 6, 6], data: rows },
  });
  const values = found['probabilities']!.data as Float32Array;
  expect(values.reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[i]!)), 0)).toBeLessThan(1e-6);
  expect(readdirSync(join(home, 'models'))).toHaveLength(1);
});

const named = (channels: readonly string[]): Record<string, unknown> => ({ ...record, inputs: [{ channels }] });
const without = JSON.stringify(JSON.parse(text), (key, value: unknown) => (key === 'feature_names' ? [] : value));

test.each<[string, string, Readonly<Record<string, unknown>>, RegExp]>([
  [
    'fewer features than the record says',
    text,
    named([...features, 'CD4']),
    /trained on 6 features, its record names 7/,
  ],
  [
    'features in another order',
    text,
    named([...features].reverse()),
    /feature 0 is "CD3" in the file and "CD45" in the record/,
  ],
  ['no names of features', without, record, /neither the file nor its record names the features/],
  [
    'another number of classes',
    text,
    { ...record, vocabulary: ['A', 'B'] },
    /tells 3 classes apart, its record's vocabulary has 2/,
  ],
  ['no vocabulary', text, { ...record, vocabulary: undefined }, /vocabulary has 0/],
  ['no trees', '{}', record, /learner is missing/],
])('a file with %s is refused, and nothing stays', async (_, json, told, said) => {
  const { home, outcome } = await add(json, told);
  expect(outcome.error).toMatchObject({ code: 'MODEL_MISMATCH', message: expect.stringMatching(said) as string });
  expect(() => readdirSync(join(home, 'models'))).toThrow(/ENOENT/);
});

test('the binary form is refused with the way to the text', async () => {
  const { outcome } = await add('{', record, 'trees.ubj');
  expect(outcome.error?.message).toMatch(/it is binary; save it as text/);
});

test('names of the record serve where the file has none; early stopping is told', async () => {
  const stopped = without.replace('"attributes":{}', '"attributes":{"best_iteration":"3"}');
  const { outcome } = await add(stopped, named(features));
  expect(outcome.exitCode).toBe(0);
  expect(outcome.stderr).toMatch(/best round was 3; all rounds of the file are used/);
});
