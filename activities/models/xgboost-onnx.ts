import type { XgboostTree, XgboostTrees } from '../../kernels/xgboost-trees.ts';
import { ONNX_TYPES, writeOnnx, type OnnxNode, type OnnxValue } from './onnx-writer.ts';

/** Names of the tensors of a file that is made of trees. */
export const TREE_TENSORS = { input: 'features', output: 'probabilities' } as const;

/**
 * Leaves are rounded to multiples of this, some 10⁻¹² and far below their own float32 precision where they matter: sums of such numbers are exact in float64,
 * so that they do not depend on the order in which the threads of a machine add them up.
 */
const LEAF_STEP = 2 ** -40;

const ints = (values: Iterable<number>): OnnxValue => ({ kind: 'ints', values });
const doubles = (values: readonly number[]): OnnxValue => ({ kind: 'doubles', values: Float64Array.from(values) });

/** All nodes of all trees, a tree after the other, as the columns that ONNX wants. */
class Columns {
  readonly tree: number[] = [];
  readonly node: number[] = [];
  readonly feature: number[] = [];
  readonly value: number[] = [];
  readonly mode: string[] = [];
  readonly yes: number[] = [];
  readonly no: number[] = [];
  readonly missingYes: number[] = [];
  readonly leafTree: number[] = [];
  readonly leafNode: number[] = [];
  readonly leafTarget: number[] = [];
  readonly leafWeight: number[] = [];

  /** Nodes that pruning left without a way to them stay behind. */
  add(tree: XgboostTree, index: number): void {
    const open = [0];
    while (open.length > 0) {
      const node = open.pop()!;
      const leaf = tree.left[node] === -1;
      this.tree.push(index);
      this.node.push(node);
      this.feature.push(leaf ? 0 : tree.feature[node]!);
      this.value.push(leaf ? 0 : tree.threshold[node]!);
      this.mode.push(leaf ? 'LEAF' : 'BRANCH_LT');
      this.yes.push(leaf ? 0 : tree.left[node]!);
      this.no.push(leaf ? 0 : tree.right[node]!);
      this.missingYes.push(leaf ? 0 : tree.missingLeft[node]!);
      if (leaf) {
        this.leafTree.push(index);
        this.leafNode.push(node);
        this.leafTarget.push(tree.group);
        this.leafWeight.push(Math.round(tree.threshold[node]! / LEAF_STEP) * LEAF_STEP);
      } else open.push(tree.right[node]!, tree.left[node]!);
    }
  }
}

/**
 * A tree ensemble as ONNX: float32 `features` [batch, features] with NaN for what is not known, float32 `probabilities` [batch, classes]. Comparisons are
 * XGBoost's, of float32 values and thresholds; sums are float64.
 *
 * @param names of the features, in order, and of the classes: they go into the file's metadata.
 */
export function xgboostOnnx(
  model: XgboostTrees,
  { features, classes }: { readonly features: readonly string[]; readonly classes: readonly string[] },
): Uint8Array {
  const columns = new Columns();
  for (const [index, tree] of model.trees.entries()) columns.add(tree, index);
  const margins: OnnxNode[] = [
    {
      ...{ op: 'Cast', inputs: [TREE_TENSORS.input], outputs: ['wide'] },
      attributes: { to: { kind: 'int', value: ONNX_TYPES.double } },
    },
    {
      ...{ op: 'TreeEnsembleRegressor', domain: 'ai.onnx.ml', inputs: ['wide'], outputs: ['margins'] },
      attributes: {
        n_targets: { kind: 'int', value: model.base.length },
        aggregate_function: { kind: 'string', value: 'SUM' },
        post_transform: { kind: 'string', value: 'NONE' },
        base_values_as_tensor: doubles([...model.base].map((value) => Math.round(value / LEAF_STEP) * LEAF_STEP)),
        nodes_treeids: ints(columns.tree),
        nodes_nodeids: ints(columns.node),
        nodes_featureids: ints(columns.feature),
        nodes_values_as_tensor: doubles(columns.value),
        nodes_modes: { kind: 'strings', values: columns.mode },
        nodes_truenodeids: ints(columns.yes),
        nodes_falsenodeids: ints(columns.no),
        nodes_missing_value_tracks_true: ints(columns.missingYes),
        target_treeids: ints(columns.leafTree),
        target_nodeids: ints(columns.leafNode),
        target_ids: ints(columns.leafTarget),
        target_weights_as_tensor: doubles(columns.leafWeight),
      },
    },
  ];
  const { input, output } = TREE_TENSORS;
  return writeOnnx({
    ...{ name: 'xgboost', producer: 'fovea xgboost-onnx', opsets: { '': 17, 'ai.onnx.ml': 3 } },
    nodes: [...margins, ...linkNodes(model.link)],
    inputs: [{ name: input, shape: ['batch', model.features] }],
    outputs: [{ name: output, shape: ['batch', model.classes] }],
    metadata: { 'fovea.channels': features.join(','), 'fovea.vocabulary': classes.join(',') },
  });
}

function linkNodes(link: XgboostTrees['link']): OnnxNode[] {
  const { output } = TREE_TENSORS;
  if (link === 'softmax') {
    return [{ op: 'Softmax', inputs: ['margins'], outputs: [output], attributes: { axis: { kind: 'int', value: 1 } } }];
  }
  // The second class's probability is the logistic of the margin, the first one's that of its negative.
  return [
    { op: 'Neg', inputs: ['margins'], outputs: ['opposite'] },
    {
      ...{ op: 'Concat', inputs: ['opposite', 'margins'], outputs: ['both'] },
      attributes: { axis: { kind: 'int', value: 1 } },
    },
    { op: 'Sigmoid', inputs: ['both'], outputs: [output] },
  ];
}
