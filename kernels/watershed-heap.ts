import { PixelHeap } from './heap.ts';
import { padMask, type Scene } from './watershed-scene.ts';

/**
 * The watershed as the library runs it: one heap over the whole image, emulated comparison by comparison.
 *
 * It is what the other forms are tested against, and what tells them in which order markers of equal value leave. Two
 * such markers tie in value and age, and which of them the heap gives out first depends on its shape, hence on every
 * pixel of the image that went in before: a heap for one connected component would not do.
 *
 * @param wanted pixels (indices into the plane with its border) whose order is asked for: not 0; with their number. The
 *   flood ends when the last of them has left; `labels` is then unfinished.
 * @returns the labels (Y, X), and the wanted pixels as they left.
 */
export function floodByHeap(
  scene: Scene,
  wanted: { readonly flags: Int32Array; readonly count: number } | null = null,
): { labels: Int32Array; order: number[] } {
  const { keys, markers, height, width, raised, line } = scene;
  const stride = width + 2;
  const open = padMask(scene);
  const labels = new Int32Array(open.length);
  const values = new Int32Array(open.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0, p = (y + 1) * stride + 1; x < width; x++, i++, p++) {
      values[p] = keys[i]!;
      labels[p] = open[p] === 0 ? 0 : markers[i]!;
    }
  }
  const heap = new PixelHeap(1024);
  for (let p = 0; p < labels.length; p++) if (labels[p] !== 0) heap.push(values[p]!, 0, p, labels[p]!);
  const neighbours = [-stride, -1, 1, stride];
  const order: number[] = [];
  let age = 1;
  while (heap.size > 0) {
    const pixel = heap.pop();
    const level = heap.poppedValue;
    const own = heap.poppedLabel;
    if (wanted !== null && heap.poppedAge === 0 && wanted.flags[pixel] !== 0) {
      order.push(pixel);
      if (order.length === wanted.count) break;
    }
    if (line) {
      // A pixel is pushed by each neighbour; whichever entry comes first decides, unless it is a marker.
      if (labels[pixel] !== 0 && heap.poppedAge !== 0) continue;
      const meets =
        open[pixel] === 0 ||
        (raised ? meetsAnother(open, labels, pixel, stride, own) : meetsTwo(open, labels, pixel, stride));
      if (meets) open[pixel] = 0;
      else labels[pixel] = own;
      if (meets && !raised) continue;
    }
    for (let n = 0; n < 4; n++) {
      const next = pixel + neighbours[n]!;
      if (open[next] === 0 || labels[next] !== 0) continue;
      if (!line) labels[next] = own;
      const value = values[next]!;
      heap.push(raised && value < level ? level : value, ++age, next, own);
    }
  }
  const out = new Int32Array(height * width);
  for (let y = 0; y < height; y++) {
    const from = (y + 1) * stride + 1;
    out.set(labels.subarray(from, from + width), y * width);
  }
  return { labels: out, order };
}

/** Whether a neighbour carries another label than `own` (scikit-image 0.26). */
function meetsAnother(open: Uint8Array, labels: Int32Array, pixel: number, stride: number, own: number): boolean {
  for (const next of [pixel - stride, pixel - 1, pixel + 1, pixel + stride]) {
    if (open[next] !== 0 && labels[next] !== 0 && labels[next] !== own) return true;
  }
  return false;
}

/** Whether two neighbours carry different labels (scikit-image 0.24). */
function meetsTwo(open: Uint8Array, labels: Int32Array, pixel: number, stride: number): boolean {
  let first = 0;
  for (const next of [pixel - stride, pixel - 1, pixel + 1, pixel + stride]) {
    if (open[next] === 0 || labels[next] === 0) continue;
    if (first === 0) first = labels[next]!;
    else if (labels[next] !== first) return true;
  }
  return false;
}
