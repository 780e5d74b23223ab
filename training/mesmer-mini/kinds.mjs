/** Kinds of synthetic tissue, each a range per trait. */
export const KINDS = {
  carcinoma: {
    epithelium: [0.3, 0.6],
    glands: [0, 0.1],
    infiltration: [0.2, 0.6],
    aggregates: [0, 1],
    vessels: [1, 4],
    density: [0.9, 1.1],
  },
  loose: {
    epithelium: [0.05, 0.3],
    glands: [0, 0.05],
    infiltration: [0.05, 0.4],
    aggregates: [0, 0],
    vessels: [1, 5],
    density: [0.45, 0.7],
  },
  inflamed: {
    epithelium: [0.2, 0.5],
    glands: [0, 0.1],
    infiltration: [0.6, 0.9],
    aggregates: [0, 2],
    vessels: [2, 6],
    density: [0.8, 1.1],
  },
};

/** Kinds that are scored and never trained on: glands and crypts, and lymphoid follicles packed tighter than any above. */
export const HELD_OUT = {
  glandular: {
    epithelium: [0.7, 0.85],
    glands: [0.18, 0.28],
    infiltration: [0.05, 0.3],
    aggregates: [0, 1],
    vessels: [4, 12],
    density: [1.05, 1.2],
  },
  lymphoid: {
    epithelium: [0, 0.08],
    glands: [0, 0.02],
    infiltration: [0.9, 1],
    aggregates: [6, 14],
    vessels: [6, 18],
    density: [1.1, 1.2],
  },
};

/** A number in [0, 1) out of a field's number and a trait's. */
export const spread = (fov, trait) => (((fov * 0.6180339887 + trait * 0.7548776662) % 1) + 1) % 1;

/** The traits of one field of a kind; the same number gives the same field. */
export function compositionOf(kind, fov) {
  const ranges = KINDS[kind] ?? HELD_OUT[kind];
  return Object.fromEntries(
    Object.entries(ranges).map(([trait, [low, high]], index) => {
      const value = low + (high - low) * spread(fov + 1, index + 1);
      return [trait, trait === 'aggregates' || trait === 'vessels' ? Math.round(value) : value];
    }),
  );
}
