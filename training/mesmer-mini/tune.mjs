#!/usr/bin/env node
/**
 * Finds the thresholds of the post-processing on images that were trained on, and on those alone: each parameter in turn takes the
 * value with the best pooled F1 (mean of IoU 0.5 and 0.7) until nothing changes. Prints them for plugins/segment-mesmer/profiles.ts. With
 * --small the share of small objects that is found counts as much as either F1.
 *
 *   node training/mesmer-mini/tune.mjs --models FILE --nuclei FOLDER --tissue FOLDER [--every 4] [--only TEXT] [--small] [--threads 2]
 */
import path from 'node:path';
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { combinePlanes, modelGrid } from '../../dist/plugins/segment-mesmer/prepare.js';
import { keepSignal } from '../../dist/plugins/segment-mesmer/nuclear-signal.js';
import { enlargement } from '../../dist/plugins/segment-mesmer/nucleus-size.js';
import { profileOf } from '../../dist/plugins/segment-mesmer/profiles.js';
import { smoothingOf } from '../../dist/plugins/segment-mesmer/ions.js';
import { networkInput } from '../../dist/plugins/segment-mesmer/network-input.js';
import { readSignature } from '../../dist/plugins/segment-mesmer/locate.js';
import { runTiles } from '../../dist/plugins/segment-mesmer/run-tiles.js';
import { growSmallest } from '../../dist/plugins/segment-mesmer/smallest.js';
import { deepWatershed, relabelSequential, resizeNearest, smallObjects } from '../../dist/kernels/index.js';
import { aroundNuclei, asCounts, nucleiRows, readNuclei, readTissue, sectioned } from './images.mjs';
import { openModel } from './record.mjs';
import { SMALL, THRESHOLDS, addScore, emptyScore, f1Of } from './scores.mjs';

const { values: options } = parseArgs({
  options: {
    models: { type: 'string' },
    nuclei: { type: 'string' },
    tissue: { type: 'string' },
    every: { type: 'string', default: '4' },
    only: { type: 'string', default: '' },
    small: { type: 'boolean', default: false },
    threads: { type: 'string', default: '2' },
  },
});

const GRID = {
  maximaThreshold: [0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3],
  maximaSmooth: [0, 0.5, 1, 1.5, 2],
  interiorThreshold: [0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6],
  interiorSmooth: [0, 0.5, 1, 1.5],
  smallObjects: [3, 5, 8, 10, 15, 20, 30, 60, 80, 100, 120],
  radius: [1, 2, 3],
};
const SIGNALS = [0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7];
const ctx = { signal: new AbortController().signal, progress: () => {} };
const net = await openModel(path.resolve(options.models), undefined, Number(options.threads));
const profile = profileOf(net.name, net.spec.profile);
const signature = readSignature(net.name, net.spec);

const planesOf = (image) => ({
  nuclear: image.planes[0],
  membrane: image.planes.length > 1 ? combinePlanes(image.planes.slice(1), 'sum') : null,
});

/** Distance and interior of one compartment at a scale. */
async function mapsAt(image, scale, part) {
  const grid = modelGrid(image, Math.abs(scale - 1) < 1e-3 ? 1 : scale, false);
  const planes = planesOf(image);
  const smoothUm = smoothingOf(planes, image, 'auto', profile.ionsUm);
  const how = { smoothUm, prepare: profile.prepare, compat: false };
  const prepared = {
    nuclear: networkInput(planes.nuclear, image, grid, how),
    membrane: networkInput(planes.membrane, image, grid, how),
  };
  const places = [signature.maps[part].distance, signature.maps[part].interior];
  const tiles = { signature, places, compat: false, padding: profile.padding, batch: 4 };
  const [distance, interior] = await runTiles(net, prepared, grid, tiles, ctx);
  return { grid, distance, interior };
}

function labelsOf({ grid, distance, interior }, { smallest, ...watershed }) {
  const given = { ...watershed, rule: 'raised', holes: 'fixed' };
  return growSmallest(deepWatershed(distance, interior, grid.height, grid.width, given), grid, smallest);
}

const native = (data, grid, { height, width, mpp }) => ({
  ...{ height, width, mpp },
  data:
    grid.height === height && grid.width === width
      ? data
      : relabelSequential(resizeNearest(data, grid.height, grid.width, height, width)).labels,
});

async function samplesOf(scenes, part, byNuclei) {
  const samples = [];
  for await (const { image, truth } of scenes) {
    let scale = image.mpp / signature.mpp;
    if (byNuclei) {
      const first = labelsOf(await mapsAt(image, scale, 'nucleus'), profile.watershed.nucleus);
      scale *= enlargement(first, profile.nucleusPx);
    }
    samples.push({ image, truth: truth[part], maps: await mapsAt(image, scale, part) });
  }
  return samples;
}

function scoreOf(samples, watershed) {
  const score = { ...emptyScore(), small: 0, found: 0 };
  for (const { image, truth, maps } of samples) {
    const overlaps = addScore(score, truth, native(labelsOf(maps, watershed), maps.grid, image));
    const small = smallObjects(overlaps, SMALL, THRESHOLDS[0]);
    score.small += small.objects;
    score.found += small.found;
  }
  return score;
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const meanF1 = (score) => mean(score.at.map(f1Of));
const withSmall = (score) => mean([...score.at.map(f1Of), score.small === 0 ? 1 : score.found / score.small]);
const goal = options.small ? withSmall : meanF1;
const f1Text = (score) => score.at.map((at, index) => `F1 ${f1Of(at).toFixed(4)} at ${THRESHOLDS[index]}`).join(', ');
const text = (score) => `${f1Text(score)}, ${score.found} of ${score.small} under ${SMALL} px`;

async function climb(title, scenes, part, byNuclei = false) {
  if (!title.includes(options.only)) return;
  const samples = await samplesOf(scenes, part, byNuclei);
  const start = profile.watershed[part];
  let best = { ...start };
  let bestGoal = goal(scoreOf(samples, best));
  console.log(`${title}: ${samples.length} images, starts at ${text(scoreOf(samples, best))}`);
  for (let changed = true; changed;) {
    changed = false;
    for (const [name, values] of Object.entries(GRID)) {
      for (const value of values) {
        if (value === best[name]) continue;
        const found = goal(scoreOf(samples, { ...best, [name]: value }));
        if (found <= bestGoal + 1e-5) continue;
        [best, bestGoal, changed] = [{ ...best, [name]: value }, found, true];
      }
    }
  }
  console.log(`${title}: ${text(scoreOf(samples, best))} with ${JSON.stringify(best)}`);
}

async function* each(items, read) {
  for (const item of items) yield read(item);
}

const every = Number(options.every);
const rows = nucleiRows(options.nuclei).training.filter((_, index) => index % every === 0);
const nuclei = () => each(rows, (row) => readNuclei(options.nuclei, row));
await climb('nuclei as they are', nuclei(), 'nucleus');
await climb('nuclei, by their size', nuclei(), 'nucleus', true);

// Three kinds of tissue take turns, so that every third, sixth … field would be of one kind.
const names = readdirSync(options.tissue)
  .filter((name) => name.startsWith('tissue-'))
  .filter((_, index) => index % (3 * every - 1) === 0);

/** The field by its nuclei and one membrane at most, its cells those around nuclei. */
function aroundNucleiOf({ image, truth, ...scene }, channels) {
  const shown = { channels: image.channels.slice(0, channels), planes: image.planes.slice(0, channels) };
  return { ...scene, image: { ...image, ...shown }, truth: { ...truth, cell: aroundNuclei(truth.nucleus) } };
}

const asIons = (scene, index) =>
  asCounts(sectioned(aroundNucleiOf(scene, 2), index), 1 + ((index >> 2) % 2), index, 8 + (index % 12));

/**
 * Half of the tissue as a camera shows it; a quarter as ions, nuclei in more of them than one membrane, which as a sparse channel
 * shows no outline to rely on; a quarter by its nuclei alone. The last two are taught by their nuclei.
 */
async function* tissue() {
  for (const [index, name] of names.entries()) {
    const scene = readTissue(options.tissue, name);
    if (index % 2 === 0) yield scene;
    else yield index % 4 === 1 ? asIons(scene, index) : aroundNucleiOf(scene, 1);
  }
}
await climb('cells of tissue', tissue(), 'cell');
await climb('nuclei of tissue', tissue(), 'nucleus');

/** By the share of the typical nuclear signal that cells must reach where the membrane is sparse: its score on tissue as ions. */
async function signals(title, scenes) {
  if (!title.includes(options.only)) return;
  const samples = (await samplesOf(scenes, 'cell')).map(({ image, truth, maps }) => {
    return { image, truth, cells: native(labelsOf(maps, profile.watershed.cell), maps.grid, image) };
  });
  for (const share of SIGNALS) {
    const score = emptyScore();
    for (const { image, truth, cells } of samples) {
      addScore(score, truth, { ...cells, data: keepSignal(cells.data, image.planes[0], image, share) });
    }
    console.log(`${title}: ${share} gives ${f1Text(score)}, mean ${meanF1(score).toFixed(4)}`);
  }
}
await signals(
  'nuclear signal in ions',
  each([...names.entries()], ([index, name]) => asIons(readTissue(options.tissue, name), index)),
);
