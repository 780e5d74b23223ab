// Windows around cells, by Fovea and as the published code makes them, on one thread each.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { cutBatch, patchLengths, patchProfile, patchRoom, preparePatches } from '../../../dist/kernels/index.js';
import { median } from '../figures.mjs';
import { Peer } from '../kernels/peer.mjs';
import { readField } from './field.mjs';

const PROFILES = ['dct-2026-resmlp', 'dct-2025-clip'];
/** As in plugins/phenotype-deepcell-types/run-batches.ts. */
const BATCH_VALUES = 2 ** 22;
/** Cells whose windows are compared bit by bit; those of 2025 are 3.7 MB each. */
const COMPARED = { 'dct-2026-resmlp': Infinity, 'dct-2025-clip': 300 };

const prepare = ({ image, cells }, profile) => {
  const sources = image.planes.map((plane, index) => ({
    ...{ name: image.channels[index].name, marker: image.channels[index].name, index, plane },
  }));
  return preparePatches(sources, cells.data, image, patchProfile(profile));
};

/** Cuts all windows, or the first ones, batch by batch into the same arrays. */
function cut(patches, take = () => {}, cells = patches.ids.length) {
  const size = Math.max(1, Math.floor(BATCH_VALUES / patchLengths(patches).sample));
  const room = patchRoom(patches, size);
  const end = Math.min(cells, patches.ids.length);
  for (let first = 0; first < end; first += size) take(cutBatch(patches, first, Math.min(size, end - first), room));
}

function timed(field, profile) {
  const started = performance.now();
  const patches = prepare(field, profile);
  const between = performance.now();
  cut(patches);
  const ended = performance.now();
  return { prepare: (between - started) / 1000, cut: (ended - between) / 1000, cells: patches.ids.length };
}

function digest(patches, cells) {
  const [sample, context] = [createHash('sha256'), createHash('sha256')];
  const take = (batch) => {
    sample.update(batch.sample);
    if (batch.context !== null) context.update(batch.context);
  };
  cut(patches, take, cells);
  return { sample: sample.digest('hex'), context: context.digest('hex') };
}

/** The largest difference between Fovea's samples of the first cells and those in a file. */
function furthest(patches, file, cells) {
  const { buffer, byteOffset, byteLength } = readFileSync(file);
  const theirs = new Float32Array(buffer, byteOffset, byteLength / 4);
  let [at, worst] = [0, 0];
  cut(
    patches,
    ({ sample }) => sample.forEach((value) => (worst = Math.max(worst, Math.abs(value - theirs[at++])))),
    cells,
  );
  return at === theirs.length ? worst : Infinity;
}

/** How alike the windows of both sides are: bit by bit on the image's own grid, else by the largest difference of values of 0 to 1. */
async function agreement(peer, { folder, mpp, profile, patches }) {
  const cells = Math.min(COMPARED[profile], mpp === 0.5 ? Infinity : 100);
  const asked = { profile, cells: Math.min(cells, patches.ids.length) };
  if (mpp === 0.5) {
    const [ours, theirs] = [digest(patches, cells), await peer.ask({ do: 'digest', ...asked })];
    return ours.sample === theirs.sample && ours.context === theirs.context ? 'same bits' : 'BITS DIFFER';
  }
  const file = path.join(folder, 'sample.f32');
  await peer.ask({ do: 'write', file, ...asked });
  return `differ by ${furthest(patches, file, cells).toExponential(1)} at most`;
}

/**
 * Preparation (resampling, percentiles, ranges, centroids) and all windows of a field of view, the two sides taking turns.
 *
 * @returns {Promise<import('../figures.mjs').Figure[]>}
 */
export async function measurePatches({ folder, rounds, say }) {
  const peer = await Peer.start(say, path.join(import.meta.dirname, 'peer.py'));
  const figures = [];
  for (const mpp of [0.5, 0.377]) {
    const field = readField(folder, { mpp });
    await peer.ask({ do: 'load', folder, mpp });
    for (const profile of PROFILES) {
      say(`${profile} at ${mpp} µm: are the windows the same?`);
      const same = await agreement(peer, { folder, mpp, profile, patches: prepare(field, profile) });
      const runs = [];
      for (let round = 0; round < rounds; round++) {
        say(`${profile} at ${mpp} µm, round ${round + 1} of ${rounds}`);
        runs.push({ theirs: await peer.ask({ do: 'run', profile }), ours: timed(field, profile) });
      }
      figures.push(...figuresOf(`${profile}, ${mpp} µm`, runs, same));
    }
  }
  peer.stop();
  return figures;
}

function figuresOf(title, runs, same) {
  const rate = ({ prepare, cut, cells }) => cells / (prepare + cut);
  const parts = (side) =>
    ['prepare', 'cut'].map((part) => median(runs.map((run) => run[side][part])).toFixed(2)).join(' + ') + ' s';
  const ratio = (part) => runs.map(({ ours, theirs }) => part(theirs) / part(ours));
  const figure = (name, unit, values, note, goal = null) => ({ name, unit, values, goal, note });
  return [
    figure(
      `${title}: Python`,
      'cells/s',
      runs.map(({ theirs }) => rate(theirs)),
      `prepared + cut: ${parts('theirs')}`,
    ),
    figure(
      '… Fovea',
      'cells/s',
      runs.map(({ ours }) => rate(ours)),
      `${parts('ours')}; ${same}`,
    ),
    figure(
      '… Python by Fovea',
      '×',
      ratio(({ prepare, cut }) => prepare + cut),
      '',
      { atLeast: 4 },
    ),
    figure(
      '… … windows alone',
      '×',
      ratio(({ cut }) => cut),
      '',
    ),
  ];
}
