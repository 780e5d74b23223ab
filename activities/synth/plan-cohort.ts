import type { Composition } from '../../kernels/synth/index.ts';
import { createRandom, deriveSeed } from '../../kernels/synth/random.ts';

/** One field of view of a synthetic cohort before it is made. */
export interface PlannedFov {
  readonly fov: string;
  readonly seed: number;
  readonly patient: string;
  readonly condition: 'inflamed' | 'excluded';
  readonly composition: Composition;
}

/** What tells the two conditions apart: how far immune cells enter, and how much lymphoid tissue there is. */
const CONDITIONS = {
  inflamed: { infiltration: [0.45, 0.7], aggregates: [1, 2], epithelium: [0.25, 0.45] },
  excluded: { infiltration: [0.12, 0.3], aggregates: [0, 1], epithelium: [0.4, 0.65] },
} as const;

/**
 * Draws the tissues of a cohort: two fields of view per patient, conditions alternating from patient to patient.
 * A field's tissue depends on the cohort's seed and its own number only, so a longer cohort starts with the shorter one.
 */
export function planCohort(seed: number, fovs: number): PlannedFov[] {
  return Array.from({ length: fovs }, (_, index) => {
    const random = createRandom(seed, index + 1);
    const patient = Math.floor(index / 2);
    const condition = patient % 2 === 0 ? 'inflamed' : 'excluded';
    const { infiltration, aggregates, epithelium } = CONDITIONS[condition];
    return {
      fov: `fov_${String(index + 1).padStart(3, '0')}`,
      seed: deriveSeed(seed, index + 1),
      patient: `P${patient + 1}`,
      condition,
      composition: {
        epithelium: random.between(epithelium[0], epithelium[1]),
        glands: random.between(0.02, 0.14),
        infiltration: random.between(infiltration[0], infiltration[1]),
        aggregates: Math.floor(random.between(aggregates[0], aggregates[1] + 1)),
        vessels: Math.floor(random.between(2, 6)),
        density: random.between(0.9, 1.05),
      },
    };
  });
}
