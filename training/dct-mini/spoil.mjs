/** Errors of measurement and of segmentation: what lies between the drawn truth and what a model is shown. */
import { gaussian } from '../../dist/kernels/gaussian.js';
import { erodeEdges } from '../../dist/kernels/erode-edges.js';
import { expandLabels } from '../../dist/kernels/expand.js';
import { createPoisson } from '../../dist/kernels/synth/camera.js';

/** A float32 plane of what `of` gives for every index; a loop, since callbacks of typed arrays cost several times as much. */
function planeOf(length, of) {
  const out = new Float32Array(length);
  for (let i = 0; i < length; i++) out[i] = of(i);
  return out;
}

/** Mixes channels, blurs and counts ions as a field says. Returns float32 planes without the camera's offset of 100 counts. */
export function spoilPlanes(planes, height, width, { bleed, blurPx, ions }, random) {
  const length = height * width;
  const before = planes.map((plane) => planeOf(length, (i) => Math.max(0, plane[i] - 100)));
  return before.map((pure, index) => {
    let plane = pure;
    for (const { from, share } of bleed.filter(({ to }) => to === index)) {
      const [here, there] = [plane, before[from]];
      plane = planeOf(length, (i) => here[i] + share * there[i]);
    }
    if (blurPx > 0) plane = gaussian(plane, height, width, blurPx);
    if (ions === 0) return plane;
    const poisson = createPoisson(random);
    const bright = plane.slice().sort()[Math.floor(0.995 * length)] || 1;
    return planeOf(length, (i) => poisson((ions * plane[i]) / bright));
  });
}

/** Moves labels by whole pixels; what comes in from outside is background. */
function shift(labels, height, width, dy, dx) {
  const out = new Int32Array(labels.length);
  for (let y = Math.max(0, dy); y < Math.min(height, height + dy); y++) {
    for (let x = Math.max(0, dx); x < Math.min(width, width + dx); x++) {
      out[y * width + x] = labels[(y - dy) * width + x - dx];
    }
  }
  return out;
}

/** Every pixel takes the label of a random one at most `reach` pixels away, with the given odds: ragged outlines. */
function fray(labels, height, width, odds, reach, random) {
  const out = labels.slice();
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (random.unit() >= odds) continue;
      const fromY = y + Math.round(random.between(-reach, reach));
      const fromX = x + Math.round(random.between(-reach, reach));
      if (fromY < 0 || fromX < 0 || fromY >= height || fromX >= width) continue;
      out[i] = labels[fromY * width + fromX];
    }
  }
  return out;
}

/** Gives some cells a neighbour's id, and cuts others in two along a line through their middle. */
function mergeAndCut(labels, width, odds, random) {
  const out = labels.slice();
  const sums = new Map();
  const neighbour = new Map();
  labels.forEach((id, i) => {
    if (id === 0) return;
    const sum = sums.get(id) ?? [0, 0, 0];
    sums.set(id, [sum[0] + 1, sum[1] + Math.floor(i / width), sum[2] + (i % width)]);
    const beside = labels[i + 1];
    if (i % width < width - 1 && beside !== 0 && beside !== id) neighbour.set(id, beside);
  });
  let next = Math.max(0, ...sums.keys());
  const cuts = new Map();
  const merges = new Map();
  for (const [id, [n, sumY, sumX]] of sums) {
    const fate = random.unit();
    if (fate < odds && neighbour.has(id)) merges.set(id, neighbour.get(id));
    else if (fate < 2 * odds) cuts.set(id, { y: sumY / n, x: sumX / n, along: random.direction(), half: ++next });
  }
  labels.forEach((id, i) => {
    const cut = cuts.get(id);
    if (merges.has(id)) out[i] = merges.get(id);
    else if (cut !== undefined) {
      const side = (Math.floor(i / width) - cut.y) * cut.along[0] + ((i % width) - cut.x) * cut.along[1];
      if (side > 0) out[i] = cut.half;
    }
  });
  return out;
}

/** Labels as a segmenter of some `severity` (0 to 1) might have found them; `null` leaves them right. */
export function spoilLabels(labels, height, width, mpp, errors, random) {
  if (errors === null) return labels;
  const { severity } = errors;
  let out = mergeAndCut(labels, width, 0.035 * severity, random);
  const margin = random.between(-1, 1) * severity;
  const layers = Math.round((Math.abs(margin) * 0.6) / mpp);
  if (layers > 0) out = margin < 0 ? erodeEdges(out, height, width, layers) : expandLabels(out, height, width, layers);
  const aside = () => Math.round((random.between(-0.6, 0.6) * severity) / mpp);
  out = shift(out, height, width, aside(), aside());
  return fray(out, height, width, 0.6 * severity, Math.max(1, (0.7 * severity) / mpp), random);
}

/** For every found label the true one under most of its pixels, 0 where that is background. Found labels without pixels are left out. */
export function truthOf(found, truth) {
  const votes = new Map();
  found.forEach((id, i) => {
    if (id === 0) return;
    const mine = votes.get(id) ?? new Map();
    votes.set(id, mine.set(truth[i], (mine.get(truth[i]) ?? 0) + 1));
  });
  return new Map([...votes].map(([id, mine]) => [id, [...mine].reduce((a, b) => (b[1] > a[1] ? b : a))[0]]));
}
