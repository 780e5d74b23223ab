/** The images a model is tuned and scored on, as Fovea's own Image and Labels. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { distanceTransform, expandLabels, gaussian } from '../../dist/kernels/index.js';
import { synthesizeTissue } from '../../dist/kernels/synth/index.js';
import { HELD_OUT, compositionOf } from './kinds.mjs';

async function readPlane(file) {
  const { data, info } = await sharp(file)
    .toColourspace('grey16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true });
  const values = new Uint16Array(new Uint8Array(data).buffer);
  return {
    height: info.height,
    width: info.width,
    data: values.filter((_, index) => index % info.channels === 0),
  };
}

const imageOf = ({ height, width }, mpp, planes, names) => ({
  height,
  width,
  mpp,
  intensity: 'counts',
  channels: names.map((name, index) => ({ name, role: index === 0 ? 'nuclear' : 'membrane' })),
  planes,
});

/**
 * Rows of the Data Science Bowl's nuclei: every tenth, counted from one, is for validation, the others were trained on. Their pixel size is not
 * known: they are given the model's own, which is what a user who knows nothing would do.
 */
export function nucleiRows(folder) {
  const [, ...lines] = readFileSync(path.join(folder, 'index.csv'), 'utf8').trim().split('\n');
  const rows = lines.map((line) => {
    const [name, height, width] = line.split(',');
    return { name, group: `${height}x${width}` };
  });
  return {
    training: rows.filter((_, index) => index % 10 !== 9),
    validation: rows.filter((_, index) => index % 10 === 9),
  };
}

export async function readNuclei(folder, { name, group }) {
  const plane = await readPlane(path.join(folder, 'images', `${name}.png`));
  const labels = await readPlane(path.join(folder, 'labels', `${name}.png`));
  const { height, width } = plane;
  return {
    ...{ name, group, truth: { nucleus: { height, width, mpp: 0.5, data: Int32Array.from(labels.data) } } },
    image: imageOf(plane, 0.5, [plane.data], ['DNA']),
  };
}

/** A field of the synthetic tissue that was trained on, as make-tissue.mjs wrote it. */
export function readTissue(folder, name) {
  const dir = path.join(folder, name);
  const { kind, mpp, height, width, channels } = JSON.parse(readFileSync(path.join(dir, 'scene.json'), 'utf8'));
  const read = (file, Type) => new Type(new Uint8Array(readFileSync(path.join(dir, file))).buffer);
  const planes = channels.map((_, index) => read(`${index}.u16`, Uint16Array));
  const labels = (file) => ({ height, width, mpp, data: read(file, Int32Array) });
  return {
    ...{ name, group: kind, image: imageOf({ height, width }, mpp, planes, channels) },
    truth: { nucleus: labels('nuclei.i32'), cell: labels('cells.i32') },
  };
}

/** Tissue nobody was trained on: other seeds, and for the kinds in HELD_OUT other tissue as well. */
export function unseenTissue(kind, number, { size = 640, mpp = 0.5 } = {}) {
  const markers = ['DAPI', 'Na-K-ATPase', 'E-cadherin', 'CD45'];
  const seed = 990_000_000 + number;
  const composition = compositionOf(kind, number);
  const made = synthesizeTissue({ seed, height: size, width: size, mpp, markers, composition });
  const planes = made.image.planes;
  return {
    ...{ name: `${kind}-${number}`, group: kind in HELD_OUT ? `${kind} (unseen kind)` : kind },
    image: imageOf({ height: size, width: size }, mpp, planes, markers),
    truth: { nucleus: made.nuclei, cell: made.cells },
  };
}

/**
 * The same field as few ions per pixel: Poisson counts around `mean` at its bright end, `nuclear` for its first channel, with a seed of
 * its own.
 */
export function asCounts(scene, mean, seed, nuclear = mean) {
  const random = randomOf(seed);
  const planes = scene.image.planes.map((plane, channel) => {
    const bright = [...plane].sort((a, b) => a - b)[Math.floor(plane.length * 0.998)] || 1;
    return Uint16Array.from(plane, (value) => poisson((value / bright) * (channel === 0 ? nuclear : mean), random));
  });
  return { ...scene, name: `${scene.name}-counts`, group: 'counts', image: { ...scene.image, planes } };
}

/** How far a cell reaches around its nucleus where no outline is seen, by the nucleus' radius; targets.py has the same. */
const REACH = 0.7;

/** Cells as the network is taught them where no membrane shows an outline: what lies around nuclei. */
export function aroundNuclei({ data, height, width, mpp }) {
  const area = new Map();
  for (const id of data) area.set(id, (area.get(id) ?? 0) + 1);
  const nearest = expandLabels(data, height, width, Math.hypot(height, width));
  const distance = distanceTransform(
    Uint8Array.from(data, (id) => Number(id === 0)),
    height,
    width,
  );
  const within = (id, i) => id > 0 && distance[i] <= REACH * Math.sqrt(area.get(id) / Math.PI);
  return { height, width, mpp, data: nearest.map((id, i) => (within(id, i) ? id : 0)) };
}

/**
 * A section does not hold all of every nucleus: in some fields part of them lie out of focus, dim and blurred, in some the knife left only the
 * middle of part of them, mostly dim. As training/mesmer-mini/stains.py shows them to the network, with a seed of its own. The truth is left with the
 * nuclei in focus, and with cells around the whole ones.
 */
export function sectioned({ image, truth, ...scene }, seed) {
  const random = randomOf(seed);
  const between = (low, high) => low + (high - low) * random();
  const { data: ids, ...grid } = truth.nucleus;
  const [{ height, width }, count] = [grid, ids.reduce((most, id) => Math.max(most, id), 0) + 1];
  const shares = [random() < 0.3 ? between(0.03, 0.25) : 0, random() < 0.5 ? between(0.05, 0.4) : 0];
  const fate = Array.from({ length: count }, () => {
    if (random() < shares[0]) return { lost: true, gain: between(0.06, 0.3) };
    return random() < shares[1] ? { left: 1 - between(0.4, 0.7), gain: between(0.25, 1) } : { gain: 1 };
  });
  fate[0] = { gain: 1 };
  const inner = Uint8Array.from(ids, (id, i) => Number(id > 0 && !touches(ids, i, width)));
  const depth = distanceTransform(inner, height, width);
  const deepest = new Float64Array(count);
  ids.forEach((id, i) => (deepest[id] = Math.max(deepest[id], depth[i])));
  const isCut = (id, i) => fate[id].left !== undefined && depth[i] <= (1 - fate[id].left) * deepest[id];
  // A nucleus' stain reaches past its outline, and so does what becomes of it.
  const near = expandLabels(ids, height, width, 2);
  const blurred = gaussian(Float32Array.from(image.planes[0]), height, width, 2);
  const ground = groundOf(image.planes[0], near, grid);
  const nuclear = image.planes[0].map((value, i) => {
    const { lost, gain } = fate[near[i]];
    const held = Math.max((lost ? blurred[i] : value) - ground[i], 0);
    return Math.round(Math.min(ground[i], value) + (isCut(near[i], i) ? 0 : gain * held));
  });
  const nuclei = ids.map((id, i) => (fate[id].lost || isCut(id, i) ? 0 : id));
  const whole = nuclei.map((id) => (fate[id].left === undefined ? id : 0));
  return {
    ...{ ...scene, image: { ...image, planes: [nuclear, ...image.planes.slice(1)] } },
    truth: { nucleus: { ...grid, data: nuclei }, cell: aroundNuclei({ ...grid, data: whole }) },
  };
}

/** What a channel holds between objects: its mean over what lies near and outside all of them. */
function groundOf(plane, objects, { height, width }) {
  const outside = Float32Array.from(objects, (id) => Number(id === 0));
  const weight = gaussian(outside, height, width, 12);
  const held = gaussian(
    outside.map((value, i) => value * plane[i]),
    height,
    width,
    12,
  );
  return held.map((value, i) => value / (weight[i] + 1e-3));
}

/** Whether one of the four neighbours belongs to another object. */
function touches(ids, i, width) {
  const other = (at) => ids[at] > 0 && ids[at] !== ids[i];
  return other(i + 1) || other(i + width) || other(i - 1) || other(i - width);
}

/** Mulberry32. */
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function poisson(mean, random) {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count++;
  return count;
}

/** The MIBI field with the mask that the published Mesmer gave, never trained on. */
export async function readMibi(folder) {
  const nuclear = await readPlane(path.join(folder, 'single_channel/HH3.tif'));
  const membrane = await readPlane(path.join(folder, 'single_channel/Membrane.tif'));
  const mask = await readPlane(path.join(folder, 'fov8_mesmer_whole_cell.tif'));
  const truth = { height: mask.height, width: mask.width, mpp: 0.390625, data: Int32Array.from(mask.data) };
  return {
    ...{ name: 'mibi-breast-fov8', group: 'mibi', truth: { cell: truth } },
    image: imageOf(nuclear, 0.390625, [nuclear.data, membrane.data], ['HH3', 'Membrane']),
  };
}
