#!/usr/bin/env node
/**
 * Writes synthetic tissue for training: one folder per field of view with scene.json, raw little-endian planes and labels.
 * The kinds of tissue named in HELD_OUT are never written; scoring uses them as kinds the model has not seen.
 *
 *   node training/mesmer-mini/make-tissue.mjs FOLDER [--fovs 48] [--size 640]
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { synthesizeTissue } from '../../dist/kernels/synth/index.js';

const CHANNELS = ['DAPI', 'Na-K-ATPase', 'E-cadherin', 'CD45', 'PanCK', 'Vimentin'];

/** Kinds of tissue, each a range per trait. */
const KINDS = {
  carcinoma: {
    epithelium: [0.3, 0.6],
    glands: [0, 0.1],
    infiltration: [0.2, 0.6],
    aggregates: [0, 1],
    vessels: [1, 4],
    density: [0.9, 1.1],
  },
  loose: {
    epithelium: [0.05, 0.3],
    glands: [0, 0.05],
    infiltration: [0.05, 0.4],
    aggregates: [0, 0],
    vessels: [1, 5],
    density: [0.45, 0.7],
  },
  inflamed: {
    epithelium: [0.2, 0.5],
    glands: [0, 0.1],
    infiltration: [0.6, 0.9],
    aggregates: [0, 2],
    vessels: [2, 6],
    density: [0.8, 1.1],
  },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { fovs: { type: 'string', default: '48' }, size: { type: 'string', default: '640' } },
});
const [folder] = positionals;
if (folder === undefined) throw new Error('name the folder to write to');

/** A number in [0, 1) out of the field's number and a trait's. */
const spread = (fov, trait) => (((fov * 0.6180339887 + trait * 0.7548776662) % 1) + 1) % 1;
const kinds = Object.entries(KINDS);

for (let fov = 0; fov < Number(values.fovs); fov++) {
  const dir = path.join(folder, `tissue-${String(fov).padStart(3, '0')}`);
  if (existsSync(path.join(dir, 'scene.json'))) continue;
  const [kind, ranges] = kinds[fov % kinds.length];
  const composition = Object.fromEntries(
    Object.entries(ranges).map(([trait, [low, high]], index) => {
      const value = low + (high - low) * spread(fov + 1, index + 1);
      return [trait, trait === 'aggregates' || trait === 'vessels' ? Math.round(value) : value];
    }),
  );
  const size = Number(values.size);
  const mpp = 0.35 + 0.25 * spread(fov + 1, 11);
  const { image, cells, nuclei } = synthesizeTissue({
    seed: 77_000_000 + fov,
    height: size,
    width: size,
    mpp,
    markers: CHANNELS,
    composition,
  });
  mkdirSync(dir, { recursive: true });
  const write = (name, array) =>
    writeFileSync(path.join(dir, name), new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  image.planes.forEach((plane, index) => write(`${index}.u16`, plane));
  write('cells.i32', cells.data);
  write('nuclei.i32', nuclei.data);
  writeFileSync(
    path.join(dir, 'scene.json'),
    JSON.stringify({ kind, mpp, height: size, width: size, channels: CHANNELS, composition }),
  );
  console.error(`${dir}: ${kind}, ${new Set(cells.data).size - 1} cells`);
}
