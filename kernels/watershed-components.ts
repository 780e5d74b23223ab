import type { Scene } from './watershed-scene.ts';

/** More than one label in a component; labels are > 0. */
const CONTESTED = -1;

/** The horizontal runs of the mask, and which of them water from several labels will fight for. */
export interface Components {
  /** Per run: its first pixel in the plane, the pixel after its last, and the row it is in. */
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly row: Int32Array;
  /** Per run: the only label of its component, 0 if that has none, negative if it has several. */
  readonly label: Int32Array;
  /** The runs of contested components, component after component, each in raster order. */
  readonly contested: Int32Array;
  /** Where each contested component begins in `contested`; one entry more than there are components. */
  readonly first: Int32Array;
}

/**
 * Joins the runs of the mask to 4-connected components and sums up the markers of each.
 *
 * Water cannot leave a component, so components with one label, most of a field of view, are filled without a flood.
 */
export function findComponents({ mask, markers, height, width }: Scene): Components {
  const count = countRuns(mask, height, width);
  const start = new Int32Array(count);
  const end = new Int32Array(count);
  const row = new Int32Array(count);
  const parent = new Int32Array(count);
  const label = new Int32Array(count);
  let runs = 0;
  let above = 0;
  for (let y = 0; y < height; y++) {
    const rowEnd = (y + 1) * width;
    const firstRun = runs;
    for (let i = y * width; i < rowEnd; i++) {
      if (mask !== null && mask[i] === 0) continue;
      start[runs] = i;
      let found = 0;
      for (; i < rowEnd && (mask === null || mask[i] !== 0); i++) found = merged(found, markers[i]!);
      end[runs] = i;
      row[runs] = y;
      parent[runs] = runs;
      label[runs] = found;
      while (above < firstRun && end[above]! + width <= start[runs]!) above++;
      for (let r = above; r < firstRun && start[r]! + width < i; r++) unite(parent, label, r, runs);
      runs++;
    }
    above = firstRun;
  }
  const components = new Int32Array(runs).fill(-1);
  const sizes: number[] = [];
  for (let r = 0; r < runs; r++) {
    const root = find(parent, r);
    label[r] = label[root]!;
    if (label[r] !== CONTESTED) continue;
    if (root === r) components[r] = sizes.push(0) - 1;
    components[r] = components[root]!;
    sizes[components[r]!]!++;
  }
  const first = new Int32Array(sizes.length + 1);
  sizes.forEach((size, c) => (first[c + 1] = first[c]! + size));
  const contested = new Int32Array(first[sizes.length]!);
  const next = first.slice();
  for (let r = 0; r < runs; r++) if (components[r] !== -1) contested[next[components[r]!]!++] = r;
  return { start, end, row, label, contested, first };
}

function countRuns(mask: Uint8Array | null, height: number, width: number): number {
  if (mask === null) return height;
  let count = 0;
  for (let y = 0; y < height; y++) {
    let before = 0;
    for (let i = y * width; i < (y + 1) * width; i++) {
      if (before === 0 && mask[i] !== 0) count++;
      before = mask[i]!;
    }
  }
  return count;
}

function merged(a: number, b: number): number {
  if (a === 0 || a === b) return b;
  return b === 0 ? a : CONTESTED;
}

function find(parent: Int32Array, run: number): number {
  while (parent[run] !== run) {
    parent[run] = parent[parent[run]!]!;
    run = parent[run]!;
  }
  return run;
}

function unite(parent: Int32Array, label: Int32Array, a: number, b: number): void {
  const rootA = find(parent, a);
  const rootB = find(parent, b);
  const [root, other] = rootA < rootB ? [rootA, rootB] : [rootB, rootA];
  parent[other] = root;
  label[root] = merged(label[root]!, label[other]!);
}
