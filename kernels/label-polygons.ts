import { checkSize } from './check-size.ts';

/** Corners of a closed outline as x, y, x, y …; the first is not repeated. */
export type Ring = Int32Array;

/** An object's outline: one polygon per piece, each an outer ring and the holes in it. */
export interface LabelPolygons {
  readonly id: number;
  readonly polygons: readonly (readonly [outer: Ring, ...holes: Ring[]])[];
}

/**
 * The outlines of the objects of a (Y, X) label image as polygons along pixel edges.
 *
 * Pixel (x, y) is the square from (x, y) to (x + 1, y + 1), as in QuPath and in SVG. Rings are simple: pieces that share no more than a
 * corner are polygons of their own, and a hole or a bay that is closed by a corner is a hole that touches its ring there. Outer rings have
 * a positive area by the shoelace formula in these axes (counter-clockwise in the sense of RFC 7946), holes a negative one; all rings of
 * an object add up to its pixels. Corners lie only where the outline turns.
 *
 * Plain TypeScript only: tracing follows single pixels from one to the next, so vectors do not help.
 *
 * @param labels int32 ids, 0 is background; ids may have gaps.
 * @returns the objects in ascending order of their ids.
 * @throws RangeError for a wrong length or a negative id (its index is named).
 */
export function labelPolygons(labels: Int32Array, height: number, width: number): LabelPolygons[] {
  checkSize('labelPolygons: labels', labels.length, height, width);
  const found = new Map<number, Ring[]>();
  // Every ring runs along the upper side of some pixel; those that have been passed.
  const passed = new Uint8Array(labels.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const id = labels[i]!;
      if (id === 0 || passed[i] === 1 || (y > 0 && labels[i - width] === id)) continue;
      if (id < 0) throw new RangeError(`labelPolygons: the label at index ${i} is ${id}; labels must be ≥ 0`);
      const rings = trace({ labels, height, width, passed }, id, x, y);
      const known = found.get(id);
      if (known === undefined) found.set(id, rings);
      else known.push(...rings);
    }
  }
  return [...found].sort(([a], [b]) => a - b).map(([id, rings]) => ({ id, polygons: nest(rings) }));
}

/** GeoJSON geometry of an object, with rings closed by their first corner, corners multiplied by `scale` (units per pixel). */
export function geoJsonGeometry(
  { polygons }: LabelPolygons,
  scale = 1,
):
  | { type: 'Polygon'; coordinates: [number, number][][] }
  | { type: 'MultiPolygon'; coordinates: [number, number][][][] } {
  const coordinates = polygons.map((rings) => rings.map((ring) => closedRing(ring, scale)));
  return coordinates.length === 1
    ? { type: 'Polygon', coordinates: coordinates[0]! }
    : { type: 'MultiPolygon', coordinates };
}

/** Twice the area within a ring by the shoelace formula: positive for outer rings. */
export function doubleArea(ring: Ring): number {
  let sum = 0;
  for (let k = 0, before = ring.length - 2; k < ring.length; before = k, k += 2) {
    sum += ring[before]! * ring[k + 1]! - ring[k]! * ring[before + 1]!;
  }
  return sum;
}

function closedRing(ring: Ring, scale: number): [number, number][] {
  const corners: [number, number][] = [];
  for (let k = 0; k < ring.length; k += 2) corners.push([ring[k]! * scale, ring[k + 1]! * scale]);
  corners.push([...corners[0]!]);
  return corners;
}

interface Plane {
  readonly labels: Int32Array;
  readonly height: number;
  readonly width: number;
  readonly passed: Uint8Array;
}

const STEP_X = [1, 0, -1, 0];
const STEP_Y = [0, 1, 0, -1];

/** Follows the outline from the upper side of pixel (x0, y0), the object to the right as seen on a screen. */
function trace({ labels, height, width, passed }: Plane, id: number, x0: number, y0: number): Ring[] {
  const is = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && labels[y * width + x] === id;
  const corners: number[] = [];
  let [x, y, direction] = [x0, y0, 0];
  let touches = false;
  do {
    if (direction === 0) passed[y * width + x] = 1;
    x += STEP_X[direction]!;
    y += STEP_Y[direction]!;
    // The pixels ahead: within the turn, and across the edge.
    const inner = is(direction === 1 || direction === 2 ? x - 1 : x, direction >= 2 ? y - 1 : y);
    const outer = is(direction >= 2 ? x - 1 : x, direction === 0 || direction === 3 ? y - 1 : y);
    if (inner && !outer) continue;
    touches ||= !inner && outer;
    corners.push(x, y);
    direction = (direction + (inner ? 3 : 1)) & 3;
  } while (x !== x0 || y !== y0 || direction !== 0);
  return touches ? split(corners, width + 1) : [Int32Array.from(corners)];
}

/** Cuts a ring at corners that it passes twice, so that each part is simple. */
function split(corners: readonly number[], stride: number): Ring[] {
  const rings: Ring[] = [];
  const path: number[] = [];
  const places = new Map<number, number>();
  for (let k = 0; k < corners.length; k += 2) {
    const key = corners[k + 1]! * stride + corners[k]!;
    const place = places.get(key);
    if (place === undefined) {
      places.set(key, path.length);
      path.push(corners[k]!, corners[k + 1]!);
      continue;
    }
    const part = path.splice(place + 2);
    for (let j = 0; j < part.length; j += 2) places.delete(part[j + 1]! * stride + part[j]!);
    rings.push(Int32Array.from([corners[k]!, corners[k + 1]!, ...part]));
  }
  rings.push(Int32Array.from(path));
  return rings.map(withoutStraight).filter((ring) => ring.length > 0);
}

/** Drops corners at which a part of a split ring goes straight on. */
function withoutStraight(ring: Ring): Ring {
  const kept: number[] = [];
  const n = ring.length;
  for (let k = 0; k < n; k += 2) {
    const [before, after] = [(k + n - 2) % n, (k + 2) % n];
    const straight =
      (ring[before] === ring[k] && ring[k] === ring[after]) ||
      (ring[before + 1] === ring[k + 1] && ring[k + 1] === ring[after + 1]);
    if (!straight) kept.push(ring[k]!, ring[k + 1]!);
  }
  return Int32Array.from(kept);
}

function nest(rings: readonly Ring[]): [Ring, ...Ring[]][] {
  const outer = rings.filter((ring) => doubleArea(ring) > 0);
  const polygons = outer.map((ring): [Ring, ...Ring[]] => [ring]);
  for (const hole of rings) {
    if (doubleArea(hole) > 0) continue;
    // The middle of a pixel of the object beside the hole lies on no ring; the smallest ring around it is the hole's own.
    const [x, y] = besideHole(hole);
    let best = -1;
    outer.forEach((ring, i) => {
      if (contains(ring, x, y) && (best < 0 || doubleArea(ring) < doubleArea(outer[best]!))) best = i;
    });
    polygons[best]!.push(hole);
  }
  return polygons;
}

/** A point half a pixel from the middle of the ring's first edge, on the side of the object. */
function besideHole(ring: Ring): [number, number] {
  const [x, y] = [ring[0]!, ring[1]!];
  const [dx, dy] = [Math.sign(ring[2]! - x), Math.sign(ring[3]! - y)];
  return [x + dx / 2 - dy / 2, y + dy / 2 + dx / 2];
}

/** By the edges that a ray to the right crosses. */
function contains(ring: Ring, x: number, y: number): boolean {
  let inside = false;
  for (let k = 0, before = ring.length - 2; k < ring.length; before = k, k += 2) {
    if (ring[k]! > x && ring[k + 1]! > y !== ring[before + 1]! > y) inside = !inside;
  }
  return inside;
}
