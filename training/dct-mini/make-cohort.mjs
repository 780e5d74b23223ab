#!/usr/bin/env node
/**
 * Writes the synthetic cohort dct-mini is trained and tested on: one folder per field with field.json, the planes and labels as the profile
 * dct-2026-resmlp prepares them (0.5 µm per pixel, 99.9th percentile of what is not 0, minimum to maximum as 0 to 1), and the cells' windows.
 *
 *   node training/dct-mini/make-cohort.mjs FOLDER [--train 480] [--select 60] [--test 120] [--demo 4] [--share 1/2]
 *
 * --share makes every second field only, so that two processes can share the work.
 *
 * vocabulary.json names the canonical markers, the types, and how strongly and how often which shows a marker. Of each field: planes.u16 (C, H, W; 1 is 65,535), labels.i32 (H, W), context.u16 (N, 3, 32, 32; 1 is 65,535), positive.u8 (N, C).
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { markers2026 } from '../../dist/core/vocabulary/markers.js';
import { normalizePercentile } from '../../dist/kernels/normalize-percentile.js';
import { centredPatches, extractContexts } from '../../dist/kernels/patches.js';
import { rescaleBilinear, rescaledSize, resizeNearest } from '../../dist/kernels/resample.js';
import { createRandom } from '../../dist/kernels/synth/random.js';
import { expressionLevels } from '../../dist/kernels/synth/stain.js';
import { synthesizeTissue } from '../../dist/kernels/synth/index.js';
import { MARKERS, TYPES } from './expression.mjs';
import { drawField } from './fields.mjs';
import { spoilLabels, spoilPlanes, truthOf } from './spoil.mjs';

const WINDOW = 32;
const MPP = 0.5;
/** A cell shows a marker if its level is at least this share of the marker's brightest ordinary type. */
const POSITIVE = 0.15;

/** Ids ascending with their windows; centroids are means of pixel rows and columns, their fraction cut off. */
function windowsOf(labels, width) {
  const sums = new Map();
  labels.forEach((id, i) => {
    if (id === 0) return;
    const sum = sums.get(id) ?? sums.set(id, [0, 0, 0]).get(id);
    sum[0]++;
    sum[1] += Math.floor(i / width);
    sum[2] += i % width;
  });
  const ids = Int32Array.from([...sums.keys()].sort((a, b) => a - b));
  const centroid = (axis) => Float64Array.from(ids, (id) => sums.get(id)[axis] / sums.get(id)[0]);
  return centredPatches(ids, centroid(1), centroid(2), WINDOW);
}

/** One field as the model will see it, with its truth. */
export function makeField(part, number) {
  const field = drawField(part, number);
  const { image, cells, types } = synthesizeTissue(field.options);
  const { height, width, mpp } = image;
  const random = createRandom(field.options.seed, 9002);
  const known = field.options.panel
    .map((marker, index) => ({ marker, index }))
    .filter(({ marker }) => MARKERS.has(marker.name));
  const spoilt = spoilPlanes(image.planes, height, width, field, random);
  const scale = mpp / MPP;
  const [rows, columns] = [rescaledSize(height, scale), rescaledSize(width, scale)];
  const planes = known.map(({ index }) => {
    const { data } = rescaleBilinear(spoilt[index], height, width, scale);
    return normalizePercentile(data, 99.9, { nonZero: true }).data;
  });
  const found = spoilLabels(cells.data, height, width, mpp, field.errors, random);
  const labels = resizeNearest(found, height, width, rows, columns);
  const truth = truthOf(labels, resizeNearest(cells.data, height, width, rows, columns));
  const windows = windowsOf(labels, columns);
  const context = extractContexts(labels, rows, columns, windows, { size: WINDOW });
  const trueIds = Array.from(windows.ids, (id) => truth.get(id));
  const positive = new Uint8Array(trueIds.length * known.length);
  known.forEach(({ marker, index }, c) => {
    // The generator's own draws once more: its stream of this channel starts with the batch's factor.
    const stream = createRandom(field.options.seed, 100 + index);
    stream.spread(0.12);
    const levels = expressionLevels(marker, types, stream);
    trueIds.forEach((id, n) => {
      positive[n * known.length + c] = id > 0 && levels[id - 1] >= POSITIVE ? 1 : 0;
    });
  });
  return {
    description: {
      ...{ part, number, mpp, height: rows, width: columns },
      channels: known.map(({ marker }) => marker.name),
      missing: field.missing,
      slots: field.slots,
      ...{ ions: field.ions, bleed: field.bleed, blurPx: field.blurPx, errors: field.errors },
      ids: [...windows.ids],
      y: [...windows.y],
      x: [...windows.x],
      // −1 for objects that lie on no cell.
      types: trueIds.map((id) => (id === 0 ? -1 : TYPES.indexOf(field.slots[types[id - 1]]))),
    },
    ...{ planes, labels, context, positive },
  };
}

function toShort(values) {
  const out = new Uint16Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = Math.round(values[i] * 65535);
  return out;
}

function writeField(dir, { description, planes, labels, context, positive }) {
  mkdirSync(dir, { recursive: true });
  const write = (name, array) =>
    writeFileSync(path.join(dir, name), new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  const all = new Uint16Array(planes.length * labels.length);
  planes.forEach((plane, c) => all.set(toShort(plane), c * labels.length));
  write('planes.u16', all);
  write('labels.i32', labels);
  write('context.u16', toShort(context));
  write('positive.u8', positive);
  writeFileSync(path.join(dir, 'field.json'), JSON.stringify(description));
}

if (process.argv[1] === import.meta.filename) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      train: { type: 'string', default: '480' },
      select: { type: 'string', default: '60' },
      test: { type: 'string', default: '120' },
      demo: { type: 'string', default: '4' },
      share: { type: 'string', default: '0/1' },
    },
  });
  const [folder] = positionals;
  if (folder === undefined) throw new Error('name the folder to write to');
  mkdirSync(folder, { recursive: true });
  const tableOf = (fact) =>
    Object.fromEntries(
      [...MARKERS].map(([name, { expression }]) => [
        name,
        Object.fromEntries(Object.entries(expression).map(([type, facts]) => [type, facts[fact]])),
      ]),
    );
  const facts = { levels: tableOf('level'), shares: tableOf('share') };
  const vocabulary = { markers: markers2026, types: TYPES, known: [...MARKERS.keys()], ...facts };
  writeFileSync(path.join(folder, 'vocabulary.json'), JSON.stringify(vocabulary));
  const [turn, of] = values.share.split('/').map(Number);
  for (const part of ['demo', 'select', 'test', 'train']) {
    for (let number = 0; number < Number(values[part]); number++) {
      const dir = path.join(folder, `${part}-${String(number).padStart(3, '0')}`);
      if (number % of !== turn % of || existsSync(path.join(dir, 'field.json'))) continue;
      const field = makeField(part, number);
      writeField(dir, field);
      console.error(`${dir}: ${field.planes.length} channels, ${field.description.ids.length} cells`);
    }
  }
}
