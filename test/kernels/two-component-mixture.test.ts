import { twoComponentMixture } from '../../kernels/two-component-mixture.ts';
import { goldens } from '../support/goldens.ts';

const relative = (found: number, wanted: number): number => Math.abs(found - wanted) / Math.max(1e-3, Math.abs(wanted));

test('follows scikit-learn round for round from the same start', () => {
  const cases = goldens<{ rounds: number }>('two-component-mixture');
  expect(cases.length).toBe(6);
  for (const golden of cases) {
    const found = twoComponentMixture(golden.get('values', Float64Array));
    if (found === null) throw new Error(`${golden.name}: no mixture`);
    expect([golden.name, found.rounds]).toEqual([golden.name, golden.params.rounds]);
    for (const part of ['means', 'variances', 'weights'] as const) {
      golden
        .get(part, Float64Array)
        .forEach((wanted, i) => expect(relative(found[part][i]!, wanted)).toBeLessThan(1e-8));
    }
    expect(relative(found.logLikelihood, golden.get('likelihood', Float64Array)[0]!)).toBeLessThan(1e-8);
    const threshold = golden.get('threshold', Float64Array)[0]!;
    const step = (found.means[1] - found.means[0]) * 1.01e-5;
    if (Number.isNaN(threshold)) expect([golden.name, found.threshold]).toEqual([golden.name, null]);
    else expect(Math.abs(found.threshold! - threshold)).toBeLessThan(step);
  }
});

test('two equal groups cross in the middle', () => {
  const found = twoComponentMixture([0, 1, 2, 10, 11, 12], { regularization: 0 });
  expect(found).toMatchObject({ weights: [0.5, 0.5], converged: true });
  expect(found!.means[0]).toBeCloseTo(1, 9);
  expect(found!.means[1]).toBeCloseTo(11, 9);
  expect(found!.variances[0]).toBeCloseTo(2 / 3, 9);
  expect(found!.threshold).toBeCloseTo(6, 9);
  expect(found!.separation).toBeCloseTo(10 / Math.sqrt(2 / 3), 8);
});

test('says when the rounds ran out', () => {
  expect(twoComponentMixture([0, 1, 2, 3, 4, 5, 9], { maxRounds: 1 })).toMatchObject({ rounds: 1, converged: false });
});

test('fewer than two distinct values are no mixture', () => {
  expect(twoComponentMixture([])).toBeNull();
  expect(twoComponentMixture([5])).toBeNull();
  expect(twoComponentMixture([5, 5, 5])).toBeNull();
  expect(twoComponentMixture([5, 5, 6])).not.toBeNull();
  expect(() => twoComponentMixture([5, NaN, 6])).toThrow('the value at index 1 is NaN');
});
