import type { Labels } from '../../kernels/image.ts';

/** Mean pixel coordinates (y, x; pixel centres at integers) of the given ids, NaN for an id with no pixel. */
export function centroids(
  { data, height, width }: Labels,
  ids: ArrayLike<number>,
): { readonly y: Float64Array; readonly x: Float64Array } {
  const row = new Map<number, number>();
  for (let i = 0; i < ids.length; i++) row.set(ids[i] ?? 0, i);
  const y = new Float64Array(ids.length);
  const x = new Float64Array(ids.length);
  const pixels = new Float64Array(ids.length);
  for (let py = 0, at = 0; py < height; py++) {
    for (let px = 0; px < width; px++, at++) {
      const id = data[at] ?? 0;
      if (id === 0) continue;
      const i = row.get(id);
      if (i === undefined) continue;
      y[i] = (y[i] ?? 0) + py;
      x[i] = (x[i] ?? 0) + px;
      pixels[i] = (pixels[i] ?? 0) + 1;
    }
  }
  for (let i = 0; i < ids.length; i++) {
    y[i] = (y[i] ?? 0) / (pixels[i] ?? 0);
    x[i] = (x[i] ?? 0) / (pixels[i] ?? 0);
  }
  return { y, x };
}
