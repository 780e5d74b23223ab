// A drawn field of view as files: quick to make, and the same bytes for the same numbers.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Forty markers that models of the kind of DeepCell Types know. */
const MARKERS = [
  ...['CD3', 'CD4', 'CD8', 'CD11b', 'CD11c', 'CD14', 'CD15', 'CD16', 'CD20', 'CD21', 'CD25', 'CD31', 'CD34', 'CD38'],
  ...['CD44', 'CD45', 'CD45RO', 'CD56', 'CD57', 'CD68', 'CD69', 'CD79a', 'CD138', 'CD163', 'CD206', 'CK5', 'CK7'],
  ...['E-cadherin', 'EpCAM', 'FoxP3', 'GZMB', 'HLA-Class-2', 'Ki67', 'Lyve1', 'PD1', 'PDL1', 'PanCK', 'SMA'],
  ...['Tryptase', 'Vimentin'],
];

const bytesOf = ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength);

/** A fixed sequence of 32-bit numbers (xorshift). */
function sequence(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Ellipses on a shaken grid, later ones over earlier ones, about three fifths of the area. */
function drawLabels(side, cells, next) {
  const labels = new Int32Array(side * side);
  const across = Math.ceil(Math.sqrt(cells));
  const apart = side / across;
  const unit = () => next() / 2 ** 32;
  for (let n = 0; n < cells; n++) {
    const cy = apart * (Math.floor(n / across) + 0.4 + 0.2 * unit());
    const cx = apart * ((n % across) + 0.4 + 0.2 * unit());
    const [ry, rx] = [apart * (0.37 + 0.14 * unit()), apart * (0.37 + 0.14 * unit())];
    for (let y = Math.max(0, Math.ceil(cy - ry)); y <= Math.min(side - 1, cy + ry); y++) {
      const half = rx * Math.sqrt(1 - ((y - cy) / ry) ** 2);
      const end = Math.min(side - 1, Math.floor(cx + half));
      labels.fill(n + 1, y * side + Math.max(0, Math.ceil(cx - half)), y * side + end + 1);
    }
  }
  return labels;
}

/** In each channel every cell has a level of its own, over a dark background with noise; one pixel in seven is 0. */
function drawPlane(labels, cells, next) {
  const levels = Float64Array.from({ length: cells + 1 }, (_, id) =>
    id === 0 ? 40 : 40 + (next() / 2 ** 32) ** 4 * 6000,
  );
  const noise = Float64Array.from({ length: 8192 }, () => (next() % 7 === 0 ? 0 : 0.6 + (0.8 * next()) / 2 ** 32));
  const from = next() % noise.length;
  const plane = new Uint16Array(labels.length);
  for (let i = 0; i < plane.length; i++) plane[i] = levels[labels[i]] * noise[(i + from) & 8191];
  return plane;
}

/**
 * Draws a square field of view of uint16 counts and its cells.
 *
 * @returns where it lies, to be read by {@link readField}.
 */
export function drawField(folder, { side, cells, mpp, seed = 4711 }) {
  mkdirSync(folder, { recursive: true });
  const next = sequence(seed);
  const labels = drawLabels(side, cells, next);
  MARKERS.forEach((_, c) => writeFileSync(path.join(folder, `${c}.u16`), bytesOf(drawPlane(labels, cells, next))));
  writeFileSync(path.join(folder, 'labels.i32'), bytesOf(labels));
  const described = { side, cells, mpp, channels: MARKERS };
  writeFileSync(path.join(folder, 'field.json'), JSON.stringify(described));
  return { folder, ...described };
}

/** A field as a step takes it, with another pixel size and its channels backwards where asked. */
export function readField(folder, { mpp, backwards = false } = {}) {
  const { side, channels, mpp: drawn } = JSON.parse(readFileSync(path.join(folder, 'field.json'), 'utf8'));
  const read = (file, Type) => {
    const { buffer, byteOffset, byteLength } = readFileSync(path.join(folder, file));
    return new Type(buffer, byteOffset, byteLength / Type.BYTES_PER_ELEMENT);
  };
  const size = { height: side, width: side, mpp: mpp ?? drawn };
  const planes = channels.map((_, c) => read(`${c}.u16`, Uint16Array));
  const named = channels.map((name) => ({ name, role: null }));
  const order = (list) => (backwards ? list.toReversed() : list);
  return {
    image: { ...size, intensity: 'counts', planes: order(planes), channels: order(named) },
    cells: { ...size, data: read('labels.i32', Int32Array) },
  };
}
