/** One marker, cell by cell. */
export interface ScaledMarker {
  /** 0–1, the gate at 0.5: negative cells below it, positive ones at it and above; NaN where the cell has no value. */
  readonly scaled: Float64Array;
  /** 1 where the value is at the gate or above. */
  readonly positive: Int32Array;
}

/**
 * Scales one marker's values about its gate, straight from its smallest value (0) to the gate (0.5) and from there to its largest (1), as
 * `scimap.pp.rescale` does. That program first moves the gate to the nearest value among the cells; with `snap` this is done here too.
 * Without a gate all values are 0 and no cell is positive.
 */
export function scaleMarker(values: Float64Array, threshold: number | null, snap: boolean): ScaledMarker {
  const positive = new Int32Array(values.length);
  if (threshold === null) {
    return { scaled: values.map((value) => (Number.isNaN(value) ? NaN : 0)), positive };
  }
  let [low, high, nearest] = [Infinity, -Infinity, Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
    if (Math.abs(value - threshold) < Math.abs(nearest - threshold)) nearest = value;
  }
  const gate = snap && Number.isFinite(nearest) ? nearest : threshold;
  const scaled = values.map((value, i) => {
    if (value >= gate) {
      positive[i] = 1;
      return high > gate ? 0.5 + (0.5 * (value - gate)) / (high - gate) : 0.5;
    }
    return value < gate ? (0.5 * (value - low)) / (gate - low) : NaN;
  });
  return { scaled, positive };
}
