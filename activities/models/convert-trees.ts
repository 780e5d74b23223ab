import { readFile, stat, writeFile } from 'node:fs/promises';
import { FoveaError } from '../../core/errors.ts';
import { parseXgboostTrees } from '../../kernels/xgboost-json.ts';
import { predictXgboost, type XgboostTrees } from '../../kernels/xgboost-trees.ts';
import type { CataloguedModel } from './catalogue.ts';
import { createHandle } from './handle.ts';
import type { NewModel } from './project-models.ts';
import type { Sessions } from './sessions.ts';
import { TREE_TENSORS, xgboostOnnx } from './xgboost-onnx.ts';

/** What one JavaScript string holds, with room to spare. */
const LARGEST = 400 * 2 ** 20;
/** How far ONNX Runtime may be from XGBoost's own arithmetic: sums of float32 and of float64. */
const TOLERANCE = 1e-5;
const PROBES = 64;

/** Whether a file that is to be added is a tree ensemble and no graph yet, by its name. */
export const isTreeFile = (path: string): boolean => /\.(json|ubj)$/i.test(path);

const refuse = (path: string, what: string): FoveaError =>
  new FoveaError('MODEL_MISMATCH', `${path} cannot be added: ${what}`, { fields: { path } });

function namesIn(value: unknown): readonly string[] | null {
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : null;
}

/** Features in the order of the columns: the record's, the file's, or both if they agree. */
function featuresOf(path: string, { inputs }: NewModel, { features, featureNames }: XgboostTrees): readonly string[] {
  const [input] = Array.isArray(inputs) ? (inputs as readonly { channels?: unknown }[]) : [];
  const told = namesIn(input?.channels) ?? featureNames;
  if (told.length === 0) {
    throw refuse(
      path,
      'neither the file nor its record names the features; list them in the record as inputs: [{ channels: […] }]',
    );
  }
  if (told.length !== features) {
    throw refuse(
      path,
      `its trees were trained on ${features} features, its record names ${told.length}; list those of the training, in their order`,
    );
  }
  const at = featureNames.findIndex((name, index) => name !== told[index]);
  if (at >= 0) {
    throw refuse(
      path,
      `feature ${at} is "${featureNames[at]}" in the file and "${told[at]}" in the record; list them in the order of the file`,
    );
  }
  return told;
}

/**
 * Turns XGBoost's JSON into ONNX, and completes the record: inputs, outputs, metadata. The record must have the `vocabulary`, the classes in the order of
 * their numbers; where the file has no names of features, also those.
 *
 * @throws MODEL_MISMATCH for a file that is not what `parseXgboostTrees` reads, or that is another than its record says.
 */
export async function convertTrees(
  path: string,
  record: NewModel,
  onnx: string,
): Promise<{ readonly record: NewModel; readonly trees: XgboostTrees }> {
  if (/\.ubj$/i.test(path)) throw refuse(path, "it is binary; save it as text: booster.save_model('name.json')");
  const { size } = await stat(path);
  if (size > LARGEST) throw refuse(path, `it has ${size} bytes, ${LARGEST} at most; train fewer trees`);
  let trees: XgboostTrees;
  try {
    trees = parseXgboostTrees(await readFile(path, 'utf8'));
  } catch (err) {
    if (err instanceof RangeError) throw refuse(path, err.message);
    throw err;
  }
  const features = featuresOf(path, record, trees);
  const classes = namesIn(record['vocabulary']) ?? [];
  if (classes.length !== trees.classes) {
    throw refuse(
      path,
      `it tells ${trees.classes} classes apart, its record's vocabulary has ${classes.length}; list them in the order of their numbers`,
    );
  }
  await writeFile(onnx, xgboostOnnx(trees, { features, classes }));
  const metadata = (record['metadata'] ?? {}) as Readonly<Record<string, string>>;
  return {
    trees,
    record: {
      task: 'phenotype-table',
      ...record,
      inputs: [{ name: TREE_TENSORS.input, shape: ['batch', features.length], channels: features }],
      outputs: [{ name: TREE_TENSORS.output, shape: ['batch', classes.length], role: 'probabilities', classes }],
      metadata: { ...metadata, 'fovea.channels': features.join(','), 'fovea.vocabulary': classes.join(',') },
    },
  };
}

/** Rows that go both ways at the trees' own thresholds, with gaps. */
function probesFor(trees: XgboostTrees): Float32Array {
  const limits = Array.from({ length: trees.features }, () => [0]);
  for (const { left, feature, threshold } of trees.trees) {
    for (let node = 0; node < left.length; node++)
      if (left[node] !== -1) limits[feature[node]!]!.push(threshold[node]!);
  }
  return Float32Array.from({ length: PROBES * trees.features }, (_, i) => {
    const [row, column] = [Math.floor(i / trees.features), i % trees.features];
    const own = limits[column]!;
    if ((7 * row + 3 * column) % 5 === 0) return NaN;
    const limit = own[(row * 31 + column) % own.length]!;
    return row % 2 === 0 ? limit : limit - Math.abs(limit) * 1e-3;
  });
}

/** Compares a converted model with the trees it was made of. Throws MODEL_MISMATCH where they differ. */
export async function checkTrees(model: CataloguedModel, trees: XgboostTrees, sessions: Sessions): Promise<void> {
  const rows = probesFor(trees);
  const dims = [PROBES, trees.features];
  const outputs = await createHandle(model, sessions).run({
    [TREE_TENSORS.input]: { dtype: 'float32', dims, data: rows },
  });
  const found = outputs[TREE_TENSORS.output]!.data as Float32Array;
  const wanted = predictXgboost(trees, rows, PROBES);
  const at = wanted.findIndex((value, i) => !(Math.abs(value - found[i]!) <= TOLERANCE));
  if (at < 0) return;
  throw refuse(model.name, `ONNX Runtime gives ${found[at]} where its trees give ${wanted[at]}; please report this`);
}
