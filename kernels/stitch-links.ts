import type { LabelTile, TileObjects } from './stitch-objects.ts';

/** Two objects of different tiles, and their intersection over union where both tiles look. */
export interface Link {
  readonly a: number;
  readonly b: number;
  readonly iou: number;
}

/** The pairs of objects with an IoU of at least `least` in the overlap of their tiles, which are neighbours by side or any that overlap. */
export function findLinks({ tiles }: TileObjects, least: number, neighbours: 'sides' | 'any'): Link[] {
  const links: Link[] = [];
  for (let i = 0; i < tiles.length; i++) {
    for (let j = i + 1; j < tiles.length; j++) {
      const [first, second] = [tiles[i]!, tiles[j]!];
      // In raster order of tiles nothing below this one's end can overlap it.
      if (second.top >= first.bottom) break;
      const apart = second.row - first.row + Math.abs(second.column - first.column);
      if (neighbours === 'any' || apart === 1) compare(first, second, least, links);
    }
  }
  return links;
}

function compare(first: LabelTile, second: LabelTile, least: number, links: Link[]): void {
  const [top, bottom] = [Math.max(first.top, second.top), Math.min(first.bottom, second.bottom)];
  const [left, right] = [Math.max(first.left, second.left), Math.min(first.right, second.right)];
  if (top >= bottom || left >= right) return;
  const areaA = new Map<number, number>();
  const areaB = new Map<number, number>();
  const shared = new Map<number, Map<number, number>>();
  for (let y = top; y < bottom; y++) {
    const rowA = (y - first.y) * first.stride - first.x;
    const rowB = (y - second.y) * second.stride - second.x;
    for (let x = left; x < right;) {
      const a = first.labels[rowA + x]!;
      const b = second.labels[rowB + x]!;
      const from = x;
      do x++;
      while (x < right && first.labels[rowA + x] === a && second.labels[rowB + x] === b);
      if (a !== 0) areaA.set(a, (areaA.get(a) ?? 0) + x - from);
      if (b !== 0) areaB.set(b, (areaB.get(b) ?? 0) + x - from);
      if (a === 0 || b === 0) continue;
      const partners = shared.get(a) ?? new Map<number, number>();
      if (partners.size === 0) shared.set(a, partners);
      partners.set(b, (partners.get(b) ?? 0) + x - from);
    }
  }
  for (const [a, partners] of shared) {
    for (const [b, both] of partners) {
      const iou = both / (areaA.get(a)! + areaB.get(b)! - both);
      if (iou >= least) links.push({ a: first.offset + a, b: second.offset + b, iou });
    }
  }
}

/** Groups that links join: `group[o]` is the smallest object that o is joined with. */
export function joinLinks(count: number, links: readonly Link[]): Int32Array {
  const parent = Int32Array.from({ length: count }, (_, o) => o);
  for (const { a, b } of links) {
    const [p, q] = [root(parent, a), root(parent, b)];
    parent[Math.max(p, q)] = Math.min(p, q);
  }
  return parent.map((_, o) => root(parent, o));
}

/**
 * The same, but no group gets two objects of one tile, which saw them apart: links are taken in descending order of IoU, equal ones in
 * order of their objects, and those that would do so are left out.
 */
export function joinLinksApart({ count, tile }: TileObjects, links: readonly Link[]): Int32Array {
  const parent = Int32Array.from({ length: count }, (_, o) => o);
  const members = new Map<number, number[]>();
  const tilesOf = (group: number): number[] => members.get(group) ?? [tile[group]!];
  for (const { a, b } of links.toSorted((l, m) => m.iou - l.iou || l.a - m.a || l.b - m.b)) {
    const [p, q] = [root(parent, a), root(parent, b)];
    if (p === q) continue;
    const theirs = tilesOf(q);
    if (tilesOf(p).some((index) => theirs.includes(index))) continue;
    parent[Math.max(p, q)] = Math.min(p, q);
    members.set(Math.min(p, q), [...tilesOf(p), ...theirs]);
  }
  return parent.map((_, o) => root(parent, o));
}

function root(parent: Int32Array, o: number): number {
  while (parent[o] !== o) {
    parent[o] = parent[parent[o]!]!;
    o = parent[o]!;
  }
  return o;
}
