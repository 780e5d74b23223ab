import { linearQuantile } from '../../kernels/linear-quantile.ts';
import { otsuOfValues } from '../../kernels/otsu.ts';
import { twoComponentMixture } from '../../kernels/two-component-mixture.ts';
import type { Gate } from './params.ts';

/** A marker's gate and how it was found; a cell is positive at the gate and above. */
export interface FoundGate {
  readonly method: 'mixture' | 'otsu' | 'value' | 'log1p' | 'percentile';
  /** On the transformed scale; null where there is none and all cells count as negative. */
  readonly threshold: number | null;
  /** Cells with a value. */
  readonly cells: number;
  /** Cells without one (NaN): they count as negative. */
  readonly missing: number;
  /** What else the method tells, such as the components of a mixture. */
  readonly details: Readonly<Record<string, number>>;
  /** Why there is no gate, or why it deserves a look; null if all is well. */
  readonly note: string | null;
}

/**
 * Percentiles that values are held to while Otsu and mixture look for a gate: a hundredth of cells without any signal, where a later cycle lost
 * its tissue, would else be the lower group, and a few hot ones the upper.
 */
const HELD_TO = [1, 99.9] as const;

/** Below this (Ashman's D) two components overlap too much for the point between them to be trusted blindly. */
const WELL_APART = 2;

export type Transform = 'log1p' | 'none';

/** log1p of each value, those below 0 (after background was taken off) taken for 0, or the values; NaN stays. */
export function transformed(values: ArrayLike<number>, transform: Transform): Float64Array {
  if (transform === 'none') return Float64Array.from(values);
  return Float64Array.from(values, (value) => (value < 0 ? 0 : Math.log1p(value)));
}

/** Back to the unit of the table. */
export const asRecorded = (value: number, transform: Transform): number =>
  tidy(transform === 'log1p' ? Math.expm1(value) : value);

/** Ten digits: what is found by iteration should not depend on how an engine rounds. */
const tidy = (value: number): number => Number(value.toPrecision(10));

/**
 * Finds one marker's gate among transformed values. Given ones (`value`, `log1p`) hold whatever the cells; others need `minCells` values and
 * two that differ.
 */
export function findGate(values: Float64Array, gate: Gate, transform: Transform, minCells: number): FoundGate {
  const present = values.filter((value) => !Number.isNaN(value));
  const base = { cells: present.length, missing: values.length - present.length, details: {}, note: null };
  if (typeof gate !== 'string' && 'value' in gate) {
    return {
      ...base,
      method: 'value',
      threshold: transform === 'log1p' ? Math.log1p(Math.max(0, gate.value)) : gate.value,
    };
  }
  if (typeof gate !== 'string' && 'log1p' in gate) {
    return { ...base, method: 'log1p', threshold: transform === 'log1p' ? gate.log1p : Math.expm1(gate.log1p) };
  }
  const method = typeof gate === 'string' ? gate : 'percentile';
  const none = (note: string): FoundGate => ({ ...base, method, threshold: null, note });
  if (present.length < minCells) return none(`${present.length} cells have a value, wanted ${minCells} at least`);
  if (present.every((value) => value === present[0])) return none('all cells have the same value');
  if (typeof gate !== 'string') {
    return {
      ...base,
      method,
      threshold: percentileOf(present, gate.percentile),
      details: { percentile: gate.percentile },
    };
  }
  const [low, high] = HELD_TO.map((percent) => percentileOf(present, percent)) as [number, number];
  if (low === high) return none('nearly all cells have the same value');
  const held = present.map((value) => Math.min(high, Math.max(low, value)));
  if (gate === 'otsu') return { ...base, method, threshold: otsuOfValues(held) };
  const found = twoComponentMixture(held);
  if (found === null) return none('all cells have the same value');
  const { means, variances, weights, separation, rounds, converged } = found;
  const details = {
    ...{ lower_mean: tidy(means[0]), upper_mean: tidy(means[1]) },
    ...{ lower_sd: tidy(Math.sqrt(variances[0])), upper_sd: tidy(Math.sqrt(variances[1])) },
    ...{ upper_weight: tidy(weights[1]), separation: tidy(separation), rounds },
  };
  if (found.threshold === null) {
    return { ...none('the two components do not cross between their means'), details };
  }
  const notes = [
    ...(separation < WELL_APART ? ['the two components overlap; look at this gate'] : []),
    ...(converged ? [] : ['the mixture had not settled']),
  ];
  return { ...base, method, threshold: tidy(found.threshold), details, note: notes.join('; ') || null };
}

const percentileOf = (values: Float64Array, percent: number): number =>
  linearQuantile(values.slice().sort(), percent / 100);
