import { MASK_SIDE, TAPS, type MaskTaps } from './mask-taps.ts';

/** A tile's objects, painted one after the other: 0 is background. */
export interface Canvas {
  readonly height: number;
  readonly width: number;
  readonly labels: Int32Array;
  readonly rows: MaskTaps;
  readonly columns: MaskTaps;
}

export interface PaintOptions {
  /** The logit above which a pixel belongs to the mask. */
  readonly above: number;
  /** Whether pixels of other objects are taken from them. */
  readonly over: boolean;
  /** Of what the mask covers, the part that must be free, else nothing is painted. */
  readonly minVisible: number;
}

/**
 * Paints one mask of MASK_SIDE² logits with the number `id`, enlarged to the canvas. Only the rectangle around logits above the threshold
 * is worked out: a pixel is a weighted mean of mask pixels, so beyond it none can pass.
 *
 * @returns whether anything was painted.
 */
export function paintMask(canvas: Canvas, mask: Float32Array, id: number, options: PaintOptions): boolean {
  const box = brightBox(mask, options.above);
  if (box === null) return false;
  const [top, bottom] = reach(canvas.rows, box.top, box.bottom);
  const [left, right] = reach(canvas.columns, box.left, box.right);
  const line = new Float64Array(MASK_SIDE);
  let [covered, painted] = [0, 0];
  for (let y = top; y < bottom; y++) {
    mixRows(mask, canvas.rows, y, line);
    for (let x = left, at = y * canvas.width + left; x < right; x++, at++) {
      if (!(mixAt(line, canvas.columns, x) > options.above)) continue;
      covered++;
      if (canvas.labels[at] !== 0 && !options.over) continue;
      canvas.labels[at] = id;
      painted++;
    }
  }
  if (painted > 0 && painted >= options.minVisible * covered) return true;
  for (let y = top; y < bottom; y++) {
    for (let at = y * canvas.width + left, end = y * canvas.width + right; at < end; at++) {
      if (canvas.labels[at] === id) canvas.labels[at] = 0;
    }
  }
  return false;
}

interface MaskBox {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** The rectangle, ends included, around the logits above a value; null without any. */
function brightBox(mask: Float32Array, above: number): MaskBox | null {
  let [top, bottom, left, right] = [MASK_SIDE, -1, MASK_SIDE, -1];
  for (let y = 0, i = 0; y < MASK_SIDE; y++) {
    for (let x = 0; x < MASK_SIDE; x++, i++) {
      if (!(mask[i]! > above)) continue;
      if (top > y) top = y;
      bottom = y;
      if (x < left) left = x;
      if (x > right) right = x;
    }
  }
  return bottom < 0 ? null : { top, bottom, left, right };
}

/** The pixels, the end not included, that mask pixels `from` … `to` have a part in. */
function reach({ first, last }: MaskTaps, from: number, to: number): [number, number] {
  let begin = 0;
  while (begin < last.length && last[begin]! < from) begin++;
  let end = begin;
  while (end < first.length && first[end]! <= to) end++;
  return [begin, end];
}

function mixRows(mask: Float32Array, { first, weights }: MaskTaps, y: number, line: Float64Array): void {
  const from = first[y]! * MASK_SIDE;
  const [a, b, c] = [weights[TAPS * y]!, weights[TAPS * y + 1]!, weights[TAPS * y + 2]!];
  for (let x = 0, i = from; x < MASK_SIDE; x++, i++) {
    line[x] = a * mask[i]! + b * mask[i + MASK_SIDE]! + c * mask[i + 2 * MASK_SIDE]!;
  }
}

function mixAt(line: Float64Array, { first, weights }: MaskTaps, x: number): number {
  const [i, w] = [first[x]!, TAPS * x];
  return weights[w]! * line[i]! + weights[w + 1]! * line[i + 1]! + weights[w + 2]! * line[i + 2]!;
}
