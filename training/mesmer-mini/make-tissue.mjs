#!/usr/bin/env node
/**
 * Writes synthetic tissue for training: one folder per field of view with scene.json, raw little-endian planes and labels.
 * Kinds held out (kinds.mjs) are never written; scoring uses them as kinds the model has not seen.
 *
 *   node training/mesmer-mini/make-tissue.mjs FOLDER [--fovs 144] [--size 640] [--share 0/1]
 *
 * With --share 1/4 the second of every four is written: several processes can share the work.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { synthesizeTissue } from '../../dist/kernels/synth/index.js';
import { KINDS, compositionOf, spread } from './kinds.mjs';

const CHANNELS = ['DAPI', 'Na-K-ATPase', 'E-cadherin', 'CD45', 'PanCK', 'Vimentin'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    fovs: { type: 'string', default: '144' },
    size: { type: 'string', default: '640' },
    share: { type: 'string', default: '0/1' },
  },
});
const [folder] = positionals;
if (folder === undefined) throw new Error('name the folder to write to');

const kinds = Object.keys(KINDS);
const [part, parts] = values.share.split('/').map(Number);
if (!(parts >= 1 && part >= 0 && part < parts)) throw new Error(`--share is PART/PARTS, from 0, not ${values.share}`);

for (let fov = part; fov < Number(values.fovs); fov += parts) {
  const dir = path.join(folder, `tissue-${String(fov).padStart(3, '0')}`);
  if (existsSync(path.join(dir, 'scene.json'))) continue;
  const kind = kinds[fov % kinds.length];
  const composition = compositionOf(kind, fov);
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
