// The order in which the library's heap gives out markers of equal value: its heap over the whole image, comparison by comparison.
// kernels/heap.ts and kernels/watershed-heap.ts describe it. An entry has 16 bytes: i64 value and age (the value above), i32 pixel, i32 label.

/** Pages by which memory grows when the heap, which lies last, meets its end: 8 MiB. */
const STEP = 128;

/**
 * Floods until `wanted` pixels have left the heap, and lists them in that order.
 *
 * @param labels i32 with a border of one, overwritten: 0 free, > 0 label, -1 closed.
 * @param flags i32 with a border, not 0 where a pixel is wanted.
 * @param order i32, bordered indices of the wanted pixels as they leave.
 * @param heap the last thing in memory.
 */
export function orderMarkers(
  keys: usize, markers: usize, mask: usize, height: i32, width: i32, raised: i32, line: i32,
  labels: usize, flags: usize, wanted: i32, order: usize, heap: usize,
): void {
  const stride = width + 2;
  memory.fill(labels, 255, ((<usize>(height + 2)) * (<usize>stride)) << 2);
  let size = 0;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0, p = (y + 1) * stride + 1; x < width; x++, i++, p++) {
      if (load<u8>(mask + <usize>i) == 0) continue;
      const marker = load<i32>(markers + ((<usize>i) << 2));
      store<i32>(labels + ((<usize>p) << 2), marker);
      if (marker != 0) size = rise(heap, size, (<i64>load<i32>(keys + ((<usize>i) << 2))) << 32, p, marker);
    }
  }
  let age: u32 = 1;
  let found = 0;
  while (size > 0) {
    const key = load<i64>(heap);
    const p = load<i32>(heap, 8);
    const own = load<i32>(heap, 12);
    const marker = <u32>key == 0;
    size = sink(heap, size);
    if (marker && load<i32>(flags + ((<usize>p) << 2)) != 0) {
      store<i32>(order + ((<usize>found) << 2), p);
      if (++found == wanted) return;
    }
    const at = labels + ((<usize>p) << 2);
    if (line != 0) {
      const label = load<i32>(at);
      if (label > 0 && !marker) continue;
      const meets = label < 0 || meetsLabels(at, (<usize>stride) << 2, raised != 0 ? own : 0);
      store<i32>(at, meets ? -1 : own);
      if (meets && raised == 0) continue;
    }
    const i = p - stride - 1 - 2 * (<i32>(<u32>p / <u32>stride) - 1);
    for (let n = 0; n < 4; n++) {
      const step = n == 0 ? -stride : n == 1 ? -1 : n == 2 ? 1 : stride;
      const to = at + ((<usize>step) << 2);
      if (load<i32>(to) != 0) continue;
      if (line == 0) store<i32>(to, own);
      let value = load<i32>(keys + ((<usize>(i + (n == 0 ? -width : n == 3 ? width : step))) << 2));
      if (raised != 0) value = max(value, <i32>(key >> 32));
      age++;
      size = rise(heap, size, ((<i64>value) << 32) | (<i64>age), p + step, own);
    }
  }
}

/** Adds an entry. @returns the new size. */
// @ts-ignore: decorator
@noInline
function rise(heap: usize, size: i32, key: i64, pixel: i32, label: i32): i32 {
  const end = heap + ((<usize>size + 1) << 4);
  if (end > (<usize>memory.size()) << 16) memory.grow(STEP);
  let hole = size;
  while (hole > 0) {
    const parent = (hole - 1) >> 1;
    const at = heap + ((<usize>parent) << 4);
    if (key >= load<i64>(at)) break;
    v128.store(heap + ((<usize>hole) << 4), v128.load(at));
    hole = parent;
  }
  const to = heap + ((<usize>hole) << 4);
  store<i64>(to, key);
  store<i32>(to, pixel, 8);
  store<i32>(to, label, 12);
  return size + 1;
}

/** Takes the smallest entry out. @returns the new size. */
// @ts-ignore: decorator
@noInline
function sink(heap: usize, size: i32): i32 {
  size--;
  const last = heap + ((<usize>size) << 4);
  const key = load<i64>(last);
  let hole = 0;
  for (let left = 1; left < size; left = 2 * hole + 1) {
    const at = heap + ((<usize>left) << 4);
    let next = hole;
    let least = key;
    if (load<i64>(at) < least) {
      next = left;
      least = load<i64>(at);
    }
    if (left + 1 < size && load<i64>(at, 16) < least) next = left + 1;
    if (next == hole) break;
    v128.store(heap + ((<usize>hole) << 4), v128.load(heap + ((<usize>next) << 4)));
    hole = next;
  }
  v128.store(heap + ((<usize>hole) << 4), v128.load(last));
  return size;
}

/** Whether neighbours have labels other than `first`, or, if that is 0, of two kinds. */
// @ts-ignore: decorator
@inline
function meetsLabels(at: usize, down: usize, first: i32): bool {
  for (let n = 0; n < 4; n++) {
    const label = load<i32>(n == 0 ? at - down : n == 1 ? at - 4 : n == 2 ? at + 4 : at + down);
    if (label <= 0) continue;
    if (first == 0) first = label;
    else if (label != first) return true;
  }
  return false;
}
