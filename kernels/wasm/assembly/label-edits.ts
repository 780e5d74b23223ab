// What changes labels object by object. Ids are 0..largest; runs are records of 12 bytes as encodeRunRows writes them: first pixel, pixels, id.
import { fill } from './label';

/** The largest id of the runs, 0 without any; -1 if one is negative. */
export function largestId(runs: usize, count: i32): i32 {
  let largest = 0;
  for (let run = runs, end = runs + <usize>count * 12; run < end; run += 12) {
    const id = load<i32>(run, 8);
    if (id < 0) return -1;
    largest = max(largest, id);
  }
  return largest;
}

/** Adds every run's pixels to its id's entry of `areas` (i32, zeroed by the caller). */
export function sumAreas(runs: usize, count: i32, areas: usize): void {
  for (let run = runs, end = runs + <usize>count * 12; run < end; run += 12) {
    const area = areas + ((<usize>load<i32>(run, 8)) << 2);
    store<i32>(area, load<i32>(area) + load<i32>(run, 4));
  }
}

/** Gives every run the id that `table` (i32) has for its own, in the records and in `labels`. */
export function renameRuns(runs: usize, count: i32, table: usize, labels: usize): void {
  for (let run = runs, end = runs + <usize>count * 12; run < end; run += 12) {
    const id = load<i32>(run, 8);
    const name = load<i32>(table + ((<usize>id) << 2));
    if (name == id) continue;
    store<i32>(run, name, 8);
    const at = labels + ((<usize>load<i32>(run)) << 2);
    fill(at, at + ((<usize>load<i32>(run, 4)) << 2), name);
  }
}

/** Gives every run's record the id that `table` (i32) has for its own. */
export function renameRecords(runs: usize, count: i32, table: usize): void {
  for (let run = runs, end = runs + <usize>count * 12; run < end; run += 12) {
    store<i32>(run, load<i32>(table + ((<usize>load<i32>(run, 8)) << 2)), 8);
  }
}

/**
 * Per id, into a record of 20 bytes (i32): top, left, bottom, right (inclusive) and the Euler number of the 8-connected object. The caller
 * sets top and left to a large number, bottom and right to -1, Euler numbers to 0.
 *
 * The Euler number changes only at the first pixel of a run: +1 if neither the pixel above nor the one above left is of the object, -1 if the
 * one below left is.
 */
export function measureObjects(runs: usize, count: i32, labels: usize, height: i32, width: i32, objects: usize): void {
  for (let run = runs, end = runs + <usize>count * 12; run < end; run += 12) {
    measureRun(load<i32>(run), load<i32>(run, 4), load<i32>(run, 8), labels, height, width, objects);
  }
}

// @ts-ignore: decorator
@inline
function measureRun(first: i32, length: i32, id: i32, labels: usize, height: i32, width: i32, objects: usize): void {
  const y = <i32>(<u32>first / <u32>width);
  const x = first - y * width;
  const object = objects + <usize>id * 20;
  if (y < load<i32>(object)) store<i32>(object, y);
  if (x < load<i32>(object, 4)) store<i32>(object, x, 4);
  store<i32>(object, y, 8);
  if (x + length - 1 > load<i32>(object, 12)) store<i32>(object, x + length - 1, 12);
  const at = labels + ((<usize>first) << 2);
  const stride = (<usize>width) << 2;
  let change = 0;
  if (!((y > 0 && load<i32>(at - stride) == id) || (y > 0 && x > 0 && load<i32>(at - stride - 4) == id))) change++;
  if (y < height - 1 && x > 0 && load<i32>(at + stride - 4) == id) change--;
  store<i32>(object, load<i32>(object, 16) + change, 16);
}

/**
 * Fills the 4-connected regions of other pixels in an object's box that have fewer than `below` pixels.
 *
 * @param closed 1 takes only regions that do not touch the box's edge and hold no other label (`fixed`), 0 all (`compat`).
 * @param seen u8 per pixel of the box. @param region i32 per pixel of the box.
 */
export function fillBox(
  labels: usize, width: i32, id: i32, object: usize, below: f64, closed: i32, seen: usize, region: usize,
): void {
  const top = load<i32>(object);
  const left = load<i32>(object, 4);
  const boxHeight = load<i32>(object, 8) - top + 1;
  const boxWidth = load<i32>(object, 12) - left + 1;
  const corner = labels + ((<usize>top * <usize>width + <usize>left) << 2);
  const stride = (<usize>width) << 2;
  for (let y = 0; y < boxHeight; y++) {
    const row = corner + <usize>y * stride;
    const to = seen + <usize>y * <usize>boxWidth;
    for (let x: usize = 0; x < <usize>boxWidth; x++) store<u8>(to + x, load<i32>(row + (x << 2)) == id ? 1 : 0);
  }
  const pixels = boxHeight * boxWidth;
  for (let seed = 0; seed < pixels; seed++) {
    if (load<u8>(seen + <usize>seed) != 0) continue;
    fillRegion(corner, stride, boxHeight, boxWidth, seed, id, below, closed, seen, region);
  }
}

// @ts-ignore: decorator
@noInline
function fillRegion(
  corner: usize, stride: usize, boxHeight: i32, boxWidth: i32, seed: i32, id: i32, below: f64, closed: i32, seen: usize, region: usize,
): void {
  const pixels = boxHeight * boxWidth;
  store<u8>(seen + <usize>seed, 1);
  store<i32>(region, seed);
  let size = 1;
  let open = false;
  for (let k = 0; k < size; k++) {
    const i = load<i32>(region + ((<usize>k) << 2));
    const y = <i32>(<u32>i / <u32>boxWidth);
    const x = i - y * boxWidth;
    if (closed != 0) {
      if (y == 0 || x == 0 || y == boxHeight - 1 || x == boxWidth - 1) open = true;
      else if (load<i32>(corner + <usize>y * stride + ((<usize>x) << 2)) != 0) open = true;
    }
    if (i >= boxWidth) size = visit(seen, region, size, i - boxWidth);
    if (x > 0) size = visit(seen, region, size, i - 1);
    if (x < boxWidth - 1) size = visit(seen, region, size, i + 1);
    if (i + boxWidth < pixels) size = visit(seen, region, size, i + boxWidth);
  }
  if (open || <f64>size >= below) return;
  for (let k = 0; k < size; k++) {
    const i = load<i32>(region + ((<usize>k) << 2));
    const y = <i32>(<u32>i / <u32>boxWidth);
    store<i32>(corner + <usize>y * stride + ((<usize>(i - y * boxWidth)) << 2), id);
  }
}

// @ts-ignore: decorator
@inline
function visit(seen: usize, region: usize, size: i32, i: i32): i32 {
  if (load<u8>(seen + <usize>i) != 0) return size;
  store<u8>(seen + <usize>i, 1);
  store<i32>(region + ((<usize>size) << 2), i);
  return size + 1;
}
