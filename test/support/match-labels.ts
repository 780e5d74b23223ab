/** Objects matched between a truth and a prediction on one grid, at an intersection over union above a threshold. */
export interface Matches {
  readonly matched: number;
  readonly truth: number;
  readonly predicted: number;
}

/** Counts matches at IoU > `threshold`, which is one to one for thresholds ≥ 0.5. */
export function matchLabels(truth: Int32Array, predicted: Int32Array, threshold: number): Matches {
  const [trueAreas, areas, overlaps] = [count(truth), count(predicted), new Map<string, number>()];
  for (let i = 0; i < truth.length; i++) {
    if (truth[i] === 0 || predicted[i] === 0) continue;
    const pair = `${truth[i]} ${predicted[i]}`;
    overlaps.set(pair, (overlaps.get(pair) ?? 0) + 1);
  }
  let matched = 0;
  for (const [pair, overlap] of overlaps) {
    const [a, b] = pair.split(' ').map(Number) as [number, number];
    if (overlap / (trueAreas.get(a)! + areas.get(b)! - overlap) > threshold) matched++;
  }
  return { matched, truth: trueAreas.size, predicted: areas.size };
}

/** F1 pooled over fields of view. */
export function pooledF1(all: readonly Matches[]): number {
  const sum = (pick: (one: Matches) => number): number => all.reduce((total, one) => total + pick(one), 0);
  return (2 * sum((one) => one.matched)) / sum((one) => one.truth + one.predicted);
}

function count(labels: Int32Array): Map<number, number> {
  const areas = new Map<number, number>();
  for (const id of labels) if (id !== 0) areas.set(id, (areas.get(id) ?? 0) + 1);
  return areas;
}
