import { fillHoles } from '../../kernels/fill-holes.ts';
import { label } from '../../kernels/label.ts';
import { binaryFillHoles } from '../../kernels/morphology.ts';

/** Objects of fewer pixels are dropped. */
const LEAST_AREA = 25;

/**
 * A tile's objects as CellSAM 35bc6e0 leaves them, in place: in ascending order, an object of fewer than 25 pixels is dropped; else what
 * its own pixels enclose within its bounding box (4-connected) becomes its own, other objects included, and it takes the next free
 * number. Boxes are those of the beginning.
 */
export function fillAndDrop(labels: Int32Array, width: number, count: number): void {
  let next = 0;
  for (const box of objectBoxes(labels, width, count)) {
    const mask = crop(labels, width, box);
    const area = mask.reduce((sum, value) => sum + value, 0);
    if (area < LEAST_AREA) paste(labels, width, box, mask, 0);
    else paste(labels, width, box, binaryFillHoles(mask, box.height, box.width), ++next);
  }
}

/**
 * A tile's objects without those slips, as a new plane: of every object the largest part stays (8-connected, the first of equals), objects
 * of fewer than 25 pixels are dropped, holes are filled where nothing but background lies in them.
 */
export function keepLargest(labels: Int32Array, height: number, width: number, count: number): Int32Array {
  const kept = labels.slice();
  for (const box of objectBoxes(labels, width, count)) {
    const mask = crop(labels, width, box);
    const parts = label(mask, box.height, box.width, 8);
    const areas = new Int32Array(parts.count + 1);
    for (const part of parts.labels) areas[part]!++;
    areas[0] = 0;
    const most = areas.reduce((a, b) => Math.max(a, b));
    const stays = most >= LEAST_AREA ? areas.indexOf(most) : -1;
    const gone = parts.labels.map((part) => Number(part !== 0 && part !== stays));
    paste(kept, width, box, gone, 0);
  }
  return fillHoles(kept, height, width, kept.length + 1, { mode: 'fixed' });
}

interface ObjectBox {
  readonly id: number;
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** The boxes of objects 1 … count that have pixels, in ascending order. */
function objectBoxes(labels: Int32Array, width: number, count: number): ObjectBox[] {
  const [top, bottom] = [new Int32Array(count + 1).fill(-1), new Int32Array(count + 1)];
  const [left, right] = [new Int32Array(count + 1).fill(width), new Int32Array(count + 1)];
  for (let i = 0, y = 0; i < labels.length; y++) {
    for (let x = 0; x < width; x++, i++) {
      const id = labels[i]!;
      if (id === 0) continue;
      if (top[id]! < 0) top[id] = y;
      bottom[id] = y;
      if (x < left[id]!) left[id] = x;
      if (x > right[id]!) right[id] = x;
    }
  }
  return Array.from({ length: count }, (_, i) => i + 1)
    .filter((id) => top[id]! >= 0)
    .map((id) => ({
      ...{ id, top: top[id]!, left: left[id]! },
      ...{ height: bottom[id]! - top[id]! + 1, width: right[id]! - left[id]! + 1 },
    }));
}

function crop(labels: Int32Array, width: number, box: ObjectBox): Uint8Array {
  const mask = new Uint8Array(box.height * box.width);
  for (let y = 0, i = 0; y < box.height; y++) {
    const from = (box.top + y) * width + box.left;
    for (let x = 0; x < box.width; x++, i++) mask[i] = labels[from + x] === box.id ? 1 : 0;
  }
  return mask;
}

function paste(labels: Int32Array, width: number, box: ObjectBox, mask: ArrayLike<number>, id: number): void {
  for (let y = 0, i = 0; y < box.height; y++) {
    const from = (box.top + y) * width + box.left;
    for (let x = 0; x < box.width; x++, i++) if (mask[i] !== 0) labels[from + x] = id;
  }
}
