/** Neighbours of a footprint as [dy, dx], in raster order, symmetric about the centre, which is left out. */
export type Offsets = readonly (readonly [number, number])[];

/**
 * Grey reconstruction by dilation, in place: `seed` (Y, X) grows through the footprint as far as `mask` lets it. `seed` must not exceed `mask`.
 *
 * Equal to `skimage.morphology.reconstruction(seed, mask, footprint=…)` 0.26, since only minima and maxima are taken. L. Vincent's hybrid:
 * a sweep in raster order, one against it, then a first-in-first-out queue of what can still spread.
 */
export function reconstruct(
  seed: Float32Array,
  mask: Float32Array,
  height: number,
  width: number,
  offsets: Offsets,
): void {
  const before = offsets.slice(0, offsets.length / 2);
  const after = offsets.slice(offsets.length / 2);
  const grow = (y: number, x: number, neighbours: Offsets): number => {
    const i = y * width + x;
    let highest = seed[i]!;
    for (const [dy, dx] of neighbours) {
      if (!inside(y + dy, x + dx, height, width)) continue;
      const value = seed[i + dy * width + dx]!;
      if (value > highest) highest = value;
    }
    return (seed[i] = Math.min(highest, mask[i]!));
  };
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) grow(y, x, before);
  // A ring with room for every pixel: each waits at most once at a time.
  const queue = new Int32Array(seed.length);
  const waits = new Uint8Array(seed.length);
  let [head, waiting] = [0, 0];
  const enqueue = (i: number): void => {
    if (waits[i] === 1) return;
    waits[i] = 1;
    queue[(head + waiting++) % queue.length] = i;
  };
  for (let y = height - 1; y >= 0; y--) {
    for (let x = width - 1; x >= 0; x--) {
      const level = grow(y, x, after);
      const i = y * width + x;
      for (const [dy, dx] of after) {
        if (!inside(y + dy, x + dx, height, width)) continue;
        const next = i + dy * width + dx;
        if (seed[next]! < level && seed[next]! < mask[next]!) {
          enqueue(i);
          break;
        }
      }
    }
  }
  while (waiting > 0) {
    const i = queue[head]!;
    head = (head + 1) % queue.length;
    waiting--;
    waits[i] = 0;
    const y = Math.floor(i / width);
    const x = i - y * width;
    for (const [dy, dx] of offsets) {
      if (!inside(y + dy, x + dx, height, width)) continue;
      const next = i + dy * width + dx;
      if (seed[next]! >= seed[i]! || seed[next]! >= mask[next]!) continue;
      seed[next] = Math.min(seed[i]!, mask[next]!);
      enqueue(next);
    }
  }
}

function inside(y: number, x: number, height: number, width: number): boolean {
  return y >= 0 && y < height && x >= 0 && x < width;
}
