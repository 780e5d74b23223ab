import type { Grid } from './prepare.ts';

/**
 * Gives objects of fewer pixels than the masks held that the network learned from the size they had there. What the border of the image
 * leaves of one is dropped, as it was from the masks. Within the image it was drawn too small, since a network that does not know the place to
 * the pixel is sure of the middle alone: it grows to `smallest` pixels, each time by the background pixel beside it that is nearest to the
 * centre of what was drawn, first in raster order where two are, or as far as there is background. Objects in the order of their ids.
 *
 * @param labels int32 (height, width), ids 1..n, 0 for background; changed in place, since a large field has no room for a second array.
 * @returns `labels`, ids 1..n in their old order.
 */
export function growSmallest(labels: Int32Array, grid: Grid, smallest: number): Int32Array {
  const dropped = new Set<number>();
  for (const [id, pixels] of smallOnes(labels, smallest)) {
    if (pixels.some((i) => atBorder(i, grid))) dropped.add(id);
    else grow(labels, id, pixels, grid.width, smallest);
  }
  if (dropped.size > 0) renumber(labels, dropped);
  return labels;
}

/** Makes the ids without those in `dropped` 1..n again, in place. */
function renumber(labels: Int32Array, dropped: ReadonlySet<number>): void {
  const renamed = new Int32Array(mostOf(labels) + 1);
  let next = 0;
  for (let id = 1; id < renamed.length; id++) renamed[id] = dropped.has(id) ? 0 : ++next;
  for (let i = 0; i < labels.length; i++) labels[i] = renamed[labels[i]!]!;
}

function mostOf(labels: Int32Array): number {
  let most = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i]! > most) most = labels[i]!;
  return most;
}

/** Pixels in raster order of the objects that have fewer than `smallest`, by their ids in order. */
function smallOnes(labels: Int32Array, smallest: number): Map<number, number[]> {
  const small = new Map<number, number[]>();
  if (smallest < 2) return small;
  const areas = new Int32Array(mostOf(labels) + 1);
  for (let i = 0; i < labels.length; i++) areas[labels[i]!]!++;
  for (let id = 1; id < areas.length; id++) if (areas[id]! < smallest) small.set(id, []);
  if (small.size === 0) return small;
  for (let i = 0; i < labels.length; i++) {
    const id = labels[i]!;
    if (id > 0 && areas[id]! < smallest) small.get(id)!.push(i);
  }
  return small;
}

function atBorder(i: number, { height, width }: Grid): boolean {
  const column = i % width;
  return i < width || i >= (height - 1) * width || column === 0 || column === width - 1;
}

/** Adds pixels to one object in place until it has `smallest` of them or nothing beside it is free. */
function grow(labels: Int32Array, id: number, pixels: readonly number[], width: number, smallest: number): void {
  const held = [...pixels];
  const row = mean(held.map((i) => Math.floor(i / width)));
  const column = mean(held.map((i) => i % width));
  const distance = (i: number): number => (Math.floor(i / width) - row) ** 2 + ((i % width) - column) ** 2;
  while (held.length < smallest) {
    const free = [...new Set(held.flatMap((i) => besides(i, width, labels.length)))].filter((i) => labels[i] === 0);
    if (free.length === 0) return;
    const next = free.reduce((best, i) => ((distance(i) - distance(best) || i - best) < 0 ? i : best));
    labels[next] = id;
    held.push(next);
  }
}

/** The pixels above, left, right and below that lie in the image. */
function besides(i: number, width: number, length: number): number[] {
  const column = i % width;
  return [
    ...(i >= width ? [i - width] : []),
    ...(column > 0 ? [i - 1] : []),
    ...(column < width - 1 ? [i + 1] : []),
    ...(i + width < length ? [i + width] : []),
  ];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
