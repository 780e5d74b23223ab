import { parseXgboostTrees } from '../../kernels/xgboost-json.ts';
import { predictXgboost } from '../../kernels/xgboost-trees.ts';
import { goldens } from '../support/goldens.ts';

const cases = goldens('xgboost-trees').map(({ name, get }) => ({
  name,
  text: new TextDecoder().decode(get('model', Uint8Array)),
  rows: get('rows', Float32Array),
  wanted: get('probabilities', Float32Array),
}));
const softprob = cases.find(({ name }) => name === 'softprob')!;

const bestOf = (values: Float32Array, classes: number): number[] =>
  Array.from({ length: values.length / classes }, (_, row) => {
    const own = values.subarray(row * classes, (row + 1) * classes);
    return own.indexOf(Math.max(...own));
  });

test.each(cases)('$name: probabilities are those of Booster.predict 3.1.1, gaps and thresholds included', (one) => {
  const model = parseXgboostTrees(one.text);
  const count = one.rows.length / model.features;
  const found = predictXgboost(model, one.rows, count);
  expect(found.length).toBe(one.wanted.length);
  const largest = found.reduce((most, value, i) => Math.max(most, Math.abs(value - one.wanted[i]!)), 0);
  expect(largest).toBeLessThan(1e-6);
  expect(bestOf(found, model.classes)).toEqual(bestOf(one.wanted, model.classes));
  expect(one.rows.some(Number.isNaN)).toBe(true);
});

test('what the file says besides its trees is read', () => {
  const { features, classes, featureNames, link, trees } = parseXgboostTrees(softprob.text);
  expect({ features, classes, featureNames, link, trees: trees.length }).toEqual({
    ...{ features: 6, classes: 3, link: 'softmax', trees: 18 },
    featureNames: ['CD3', 'CD8', 'CD20', 'PanCK', 'SMA', 'CD45'],
  });
  expect(parseXgboostTrees(cases[1]!.text)).toMatchObject({ link: 'logistic', classes: 2, featureNames: [] });
});

interface File {
  learner: {
    objective: { name: string };
    attributes: Record<string, string>;
    feature_names: string[];
    learner_model_param: Record<string, string>;
    gradient_booster: {
      name: string;
      model: { tree_info: number[]; trees: Record<string, unknown>[] };
    };
  };
}
const changed = (change: (file: File['learner'], tree: Record<string, unknown>) => void): string => {
  const file = JSON.parse(softprob.text) as File;
  change(file.learner, file.learner.gradient_booster.model.trees[0]!);
  return JSON.stringify(file);
};

test('a single base score stands for every class, as before 3.1', () => {
  const one = changed(({ learner_model_param }) => (learner_model_param['base_score'] = '5E-1'));
  const three = changed(({ learner_model_param }) => (learner_model_param['base_score'] = '[5E-1,5E-1,5E-1]'));
  const [a, b] = [parseXgboostTrees(one), parseXgboostTrees(three)];
  expect([...a.base]).toEqual([0.5, 0.5, 0.5]);
  expect(a).toEqual(b);
});

test('the best round of early stopping is told', () => {
  expect(parseXgboostTrees(softprob.text).bestIteration).toBeNull();
  expect(parseXgboostTrees(changed(({ attributes }) => (attributes['best_iteration'] = '3'))).bestIteration).toBe(3);
});

test.each<[string, string, RegExp]>([
  ['no JSON', 'trees', /it is no JSON/],
  ['a dump', '[{"nodeid": 0}]', /get_dump.*save_model keeps/],
  ['another file', '{"models": {}}', /learner is missing/],
  ['another objective', changed((l) => (l.objective.name = 'reg:squarederror')), /"reg:squarederror", wanted multi:/],
  ['an object member', changed((l) => (l.objective.name = 'toString')), /objective is "toString"/],
  ['another booster', changed((l) => (l.gradient_booster.name = 'dart')), /booster is "dart", wanted "gbtree"/],
  ['a class too many', changed((l) => (l.gradient_booster.model.tree_info[1] = 3)), /tree_info\[1\] is 3/],
  ['names that are short', changed((l) => l.feature_names.pop()), /feature_names has 5 entries, num_feature is 6/],
  ['categories', changed((_, tree) => (tree['categories'] = [1])), /trees\[0\] splits on categories/],
  ['no trees', changed((l) => (l.gradient_booster.model.trees = [])), /it has no trees/],
  ['short arrays', changed((_, tree) => (tree['default_left'] = [])), /default_left has 0 entries for \d+ nodes/],
  [
    'text for a number',
    changed((_, tree) => ((tree['split_conditions'] as unknown[])[2] = '1')),
    /conditions\[2\] is "1"/,
  ],
  ['a circle', changed((_, tree) => ((tree['left_children'] as number[])[1] = 0)), /trees\[0\] reaches node 0 twice/],
  ['a lost child', changed((_, tree) => ((tree['right_children'] as number[])[0] = 999)), /has no node 999/],
  [
    'an unknown feature',
    changed((_, tree) => ((tree['split_indices'] as number[])[0] = 6)),
    /feature 6, num_feature is 6/,
  ],
  [
    'fewer features',
    changed((l) => Object.assign(l, { feature_names: [] }) && (l.learner_model_param['num_feature'] = '1')),
    /asks for feature \d/,
  ],
  ['a base score of text', changed((l) => (l.learner_model_param['base_score'] = 'half')), /base_score is "half"/],
])('%s is refused', (_, text, message) => {
  expect(() => parseXgboostTrees(text)).toThrow(RangeError);
  expect(() => parseXgboostTrees(text)).toThrow(message);
});

test('rows of another width are refused', () => {
  const model = parseXgboostTrees(softprob.text);
  expect(() => predictXgboost(model, new Float32Array(11), 2)).toThrow(/11 values for 2 rows, wanted 6 features each/);
});
