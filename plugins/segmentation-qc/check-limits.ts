import type { Figures } from './measure-figures.ts';
import type { Figure, Limits } from './params.ts';

/** A figure outside of its limits, or one that cannot be judged (NaN). */
export interface Breach {
  readonly figure: Figure;
  readonly found: number;
  readonly wanted: string;
}

const short = (value: number): string => String(Number(value.toPrecision(6)));

function range({ min, max }: NonNullable<Limits[Figure]>): string {
  if (min === undefined) return `at most ${max}`;
  return max === undefined ? `at least ${min}` : `${min} to ${max}`;
}

/** Every figure that is not within its limits, in the order of the figures; limits themselves are within. */
export function breachesOf(figures: Figures, limits: Limits): Breach[] {
  return (Object.keys(figures) as Figure[]).flatMap((figure) => {
    const limit = limits[figure];
    const found = figures[figure];
    if (limit === undefined) return [];
    const { min = -Infinity, max = Infinity } = limit;
    // A comparison with NaN is false, so what cannot be judged is a breach.
    return found >= min && found <= max ? [] : [{ figure, found, wanted: range(limit) }];
  });
}

/** `covered is 0.97, wanted at most 0.9`. */
export function describeBreach({ figure, found, wanted }: Breach): string {
  if (Number.isNaN(found)) return `${figure} cannot be told of a field of view without cells, wanted ${wanted}`;
  return `${figure} is ${short(found)}, wanted ${wanted}`;
}
