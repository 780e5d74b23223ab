import type { XgboostTree, XgboostTrees } from './xgboost-trees.ts';

/** Larger ones are none that tell cells apart. */
const MOST = { features: 100_000, classes: 10_000, trees: 1_000_000, nodes: 100_000_000 } as const;

/** Objectives whose predictions are class probabilities; softmax differs from softprob in what `predict` prints of them only. */
const LINKS: Readonly<Record<string, XgboostTrees['link']>> = {
  'multi:softprob': 'softmax',
  'multi:softmax': 'softmax',
  'binary:logistic': 'logistic',
};

type Fields = Readonly<Record<string, unknown>>;

const refuse = (what: string): RangeError =>
  new RangeError(`not a tree ensemble as booster.save_model('name.json') of XGBoost writes it: ${what}`);

function fieldsOf(value: unknown, where: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw refuse(`${where} is ${value === undefined ? 'missing' : 'no object'}`);
}

function listOf(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw refuse(`${where} is ${value === undefined ? 'missing' : 'no list'}`);
}

/** XGBoost writes parameters as text. */
function wholeOf(value: unknown, where: string, most: number): number {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= most) return number;
  throw refuse(`${where} is ${JSON.stringify(value) ?? 'missing'}, wanted a whole number up to ${most}`);
}

function numbersOf(value: unknown, where: string, length: number): readonly number[] {
  const list = listOf(value, where);
  if (list.length !== length) throw refuse(`${where} has ${list.length} entries for ${length} nodes`);
  const bad = list.findIndex((one) => typeof one !== 'number' && typeof one !== 'boolean');
  if (bad >= 0) throw refuse(`${where}[${bad}] is ${JSON.stringify(list[bad])}, wanted a number`);
  return list.map(Number);
}

/**
 * Reads what `booster.save_model('name.json')` of XGBoost 1.6 to 3.x wrote: trees of a `gbtree` with the objective `multi:softprob`, `multi:softmax` or
 * `binary:logistic`, splits on numbers alone.
 *
 * @throws RangeError that says what was found where: text that is no JSON, a dump, another booster or objective, categorical splits, leaves that
 *   are vectors, arrays of unequal lengths, children or features that are not there, a node that is reached twice.
 */
export function parseXgboostTrees(text: string): XgboostTrees {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (err) {
    throw refuse(`it is no JSON (${(err as Error).message})`);
  }
  if (Array.isArray(json)) throw refuse('it is a list, as get_dump gives it; save_model keeps what a dump leaves out');
  const learner = fieldsOf(fieldsOf(json, 'the file').learner, 'learner');
  const objective = fieldsOf(learner.objective, 'objective').name;
  const link = typeof objective === 'string' && Object.hasOwn(LINKS, objective) ? LINKS[objective] : undefined;
  if (link === undefined) {
    throw refuse(`the objective is ${JSON.stringify(objective)}, wanted ${Object.keys(LINKS).join(', ')}`);
  }
  const sizes = fieldsOf(learner.learner_model_param, 'learner_model_param');
  const features = wholeOf(sizes.num_feature, 'num_feature', MOST.features);
  const classes = link === 'softmax' ? wholeOf(sizes.num_class, 'num_class', MOST.classes) : 2;
  if (classes < 2) throw refuse(`num_class is ${classes}, wanted 2 or more`);
  if (wholeOf(sizes.num_target ?? 1, 'num_target', MOST.classes) > 1)
    throw refuse('it has several targets, wanted one');
  const groups = link === 'softmax' ? classes : 1;
  return {
    ...{ link, classes, features },
    featureNames: namesOf(learner.feature_names, features),
    base: baseOf(sizes.base_score, link, groups),
    trees: treesOf(learner, { features, groups }),
    bestIteration: bestOf(learner.attributes),
  };
}

function namesOf(value: unknown, features: number): readonly string[] {
  const names = listOf(value ?? [], 'feature_names');
  if (names.length === 0) return [];
  const texts = names.filter((name) => typeof name === 'string');
  if (texts.length === features && names.length === features) return texts;
  throw refuse(`feature_names has ${names.length} entries, num_feature is ${features}`);
}

/** One number for all margins until 3.0, a list since; for the logistic link a probability. */
function baseOf(value: unknown, link: XgboostTrees['link'], groups: number): Float32Array {
  const text = typeof value === 'string' ? value.trim() : String(value);
  const numbers = text
    .replace(/^\[(.*)\]$/, '$1')
    .split(',')
    .map(Number);
  const fits = numbers.every((number) => Number.isFinite(number)) && [1, groups].includes(numbers.length);
  if (!fits || text === '') throw refuse(`base_score is ${JSON.stringify(value)}, wanted 1 or ${groups} numbers`);
  const margin = (number: number): number => (link === 'logistic' ? -Math.log(1 / number - 1) : number);
  const base = Float32Array.from({ length: groups }, (_, k) => margin(numbers[k] ?? numbers[0]!));
  if (base.every((number) => Number.isFinite(number))) return base;
  throw refuse(`base_score is ${JSON.stringify(value)}, wanted a probability between 0 and 1`);
}

function bestOf(attributes: unknown): number | null {
  const best = fieldsOf(attributes ?? {}, 'attributes').best_iteration;
  return best === undefined ? null : wholeOf(best, 'best_iteration', MOST.trees);
}

function treesOf(learner: Fields, sizes: { features: number; groups: number }): XgboostTree[] {
  const booster = fieldsOf(learner.gradient_booster, 'gradient_booster');
  if (booster.name !== 'gbtree') throw refuse(`the booster is ${JSON.stringify(booster.name)}, wanted "gbtree"`);
  const model = fieldsOf(booster.model, 'gradient_booster.model');
  const trees = listOf(model.trees, 'trees');
  if (trees.length === 0) throw refuse('it has no trees');
  if (trees.length > MOST.trees) throw refuse(`it has ${trees.length} trees, ${MOST.trees} at most`);
  const info = numbersOf(model.tree_info, 'tree_info', trees.length);
  let nodes = 0;
  return trees.map((tree, t) => {
    const group = info[t]!;
    if (!Number.isInteger(group) || group < 0 || group >= sizes.groups) {
      throw refuse(`tree_info[${t}] is ${group}, wanted a class below ${sizes.groups}`);
    }
    const read = treeOf(fieldsOf(tree, `trees[${t}]`), `trees[${t}]`, group, sizes.features);
    nodes += read.left.length;
    if (nodes > MOST.nodes) throw refuse(`it has over ${MOST.nodes} nodes`);
    return read;
  });
}

function treeOf(tree: Fields, where: string, group: number, features: number): XgboostTree {
  const count = listOf(tree.left_children, `${where}.left_children`).length;
  const column = (name: string): readonly number[] => numbersOf(tree[name], `${where}.${name}`, count);
  if (listOf(tree.categories ?? [], `${where}.categories`).length > 0) throw refuse(`${where} splits on categories`);
  const vector = fieldsOf(tree.tree_param ?? {}, `${where}.tree_param`).size_leaf_vector ?? 1;
  if (wholeOf(vector, `${where}.size_leaf_vector`, MOST.classes) > 1) throw refuse(`${where} has vectors for leaves`);
  const read: XgboostTree = {
    group,
    left: Int32Array.from(column('left_children')),
    right: Int32Array.from(column('right_children')),
    feature: Int32Array.from(column('split_indices')),
    threshold: Float32Array.from(column('split_conditions')),
    missingLeft: Uint8Array.from(column('default_left')),
  };
  checkShape(read, where, features);
  return read;
}

/** Every way from the root must end in a leaf: a file that is damaged shall not send the evaluation round in circles. */
function checkShape({ left, right, feature }: XgboostTree, where: string, features: number): void {
  const seen = new Uint8Array(left.length);
  const open = [0];
  while (open.length > 0) {
    const node = open.pop()!;
    if (!(node >= 0 && node < left.length)) throw refuse(`${where} has no node ${node}, of ${left.length}`);
    if (seen[node] === 1) throw refuse(`${where} reaches node ${node} twice`);
    seen[node] = 1;
    if (left[node] === -1) continue;
    if (!(feature[node]! >= 0 && feature[node]! < features)) {
      throw refuse(`${where} asks for feature ${feature[node]}, num_feature is ${features}`);
    }
    open.push(left[node]!, right[node]!);
  }
}
