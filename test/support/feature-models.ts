import type { ModelSpec } from '../../core/models.ts';
import type { ModelHandle } from '../../core/step.ts';
import { parseXgboostTrees } from '../../kernels/xgboost-json.ts';
import { predictXgboost } from '../../kernels/xgboost-trees.ts';
import { goldens } from './goldens.ts';

/** A record of a model of features; parts of it replaced. */
export function featureSpec(
  profile: string,
  features: readonly string[],
  types: readonly string[],
  changes: Partial<ModelSpec> = {},
): ModelSpec {
  return {
    ...{ task: 'phenotype-table', profile, vocabulary: [...types] },
    inputs: [{ name: 'features', shape: ['batch', features.length], dtype: 'float32', channels: [...features] }],
    outputs: [{ name: 'probabilities', shape: ['batch', types.length], dtype: 'float32', role: 'probabilities' }],
    ...changes,
  };
}

/** A model that says of each row what `judge` makes of its features; remembers the rows it was fed. */
export function judgingRows(
  spec: ModelSpec,
  judge: (row: readonly number[]) => readonly number[],
): ModelHandle & { rows: number[][] } {
  const rows: number[][] = [];
  return {
    ...{ name: 'rows-net', spec, rows },
    run({ features }) {
      const [count, width] = features!.dims as [number, number];
      const found: number[] = [];
      for (let row = 0; row < count; row++) {
        const own = Array.from({ length: width }, (_, k) => Number(features!.data[row * width + k]));
        rows.push(own);
        found.push(...judge(own));
      }
      const data = Float32Array.from(found);
      return Promise.resolve({
        [spec.outputs[0]!.name]: { dtype: 'float32', dims: [count, found.length / count], data },
      });
    },
  };
}

/** The trees of the golden file, of six features and three classes. */
export function treesModel(): { text: string; features: readonly string[]; handle: (spec: ModelSpec) => ModelHandle } {
  const text = new TextDecoder().decode(goldens('xgboost-trees')[0]!.get('model', Uint8Array));
  const trees = parseXgboostTrees(text);
  const handle = (spec: ModelSpec): ModelHandle =>
    judgingRows(spec, (row) => [...predictXgboost(trees, Float32Array.from(row), 1)]);
  return { text, features: trees.featureNames, handle };
}
