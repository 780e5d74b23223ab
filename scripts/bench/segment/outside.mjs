// What segment-mesmer costs beside its network, and what the same path costs in Python.
import { createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readCatalogue } from '../../../dist/activities/models/catalogue.js';
import { createHandle } from '../../../dist/activities/models/handle.js';
import { cpuRuntime, createSessions } from '../../../dist/activities/models/sessions.js';
import { labelOverlaps, matchOverlaps } from '../../../dist/kernels/index.js';
import { segmentMesmer } from '../../../dist/plugins/segment-mesmer/index.js';
import { Peer } from '../kernels/peer.mjs';

const silent = () => {};
const bytesOf = ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength);

/** A model's handle whose `session.run` is timed, and whose outputs are kept when asked. */
async function timedHandle(modelsFile, name, profile, threads) {
  const found = (await readCatalogue([modelsFile])).byName.get(name);
  if (found === undefined) throw new Error(`bench: ${modelsFile} has no model ${name}`);
  const model = { ...found, record: { ...found.record, spec: { ...found.record.spec, profile } } };
  const sessions = createSessions({ runtime: cpuRuntime(), threads, memoryBytes: Infinity });
  const spent = { ms: 0, keep: null };
  const timed = {
    ...sessions,
    get: async (wanted) => {
      const session = await sessions.get(wanted);
      return {
        async run(...given) {
          const started = performance.now();
          const results = await session.run(...given);
          spent.ms += performance.now() - started;
          spent.keep?.(results);
          return results;
        },
      };
    },
  };
  return { handle: createHandle(model, timed), spent };
}

async function segment(image, { handle, spent }) {
  const ctx = {
    ...{ fov: 'bench', models: { net: handle }, progress: silent, signal: new AbortController().signal },
    log: { debug: silent, info: silent, warn: silent },
  };
  spent.ms = 0;
  const started = performance.now();
  const labels = await segmentMesmer.run({ image }, segmentMesmer.params.parse({}), ctx);
  const total = (performance.now() - started) / 1000;
  return { total, network: spent.ms / 1000, labels };
}

/** Writes every tile's outputs as the peer reads them. */
async function keepOutputs(image, model, folder) {
  const files = new Map();
  let tiles = 0;
  model.spent.keep = (results) => {
    tiles += Object.values(results)[0].dims[0];
    for (const [name, { data }] of Object.entries(results)) {
      if (!files.has(name)) files.set(name, createWriteStream(path.join(folder, `${name}.f32`)));
      files.get(name).write(Buffer.from(bytesOf(data)));
    }
  };
  await segment(image, model);
  model.spent.keep = null;
  await Promise.all([...files.values()].map((file) => new Promise((resolve) => file.end(resolve))));
  return tiles;
}

/**
 * One process, one thread. `image` has two channels of uint16. With Mesmer's published profile, so that both sides do the same; and
 * with the model's own, as the step runs by default.
 *
 * @returns {Promise<import('../figures.mjs').Figure[]>}
 */
export async function measureOutside({ folder, image, modelsFile, name, rounds, say }) {
  image.planes.forEach((plane, index) => writeFileSync(path.join(folder, `${index}.u16`), bytesOf(plane)));
  const published = await timedHandle(modelsFile, name, 'mesmer-tf-9', 1);
  const own = await timedHandle(modelsFile, name, 'mesmer-mini', 1);
  const tiles = await keepOutputs(image, published, folder);
  let peer = null;
  try {
    peer = await Peer.start(say, path.join(import.meta.dirname, 'peer.py'));
    await peer.ask({ do: 'load', folder, side: image.height, tiles });
  } catch (error) {
    say(`no Python peer here, so no ratio: ${error.message}`);
    peer = null;
  }
  const runs = { published: [], own: [], peer: [] };
  await segment(image, own);
  for (let round = 0; round < rounds; round++) {
    say(`outside the network, round ${round + 1} of ${rounds}`);
    if (peer !== null) runs.peer.push(await peer.ask({ do: 'run', folder }));
    runs.published.push(await segment(image, published));
    runs.own.push(await segment(image, own));
  }
  const figures = figuresOf(runs);
  if (peer !== null) {
    figures.push(agreement(image, runs.published.at(-1).labels, folder, runs.peer.at(-1)));
    peer.stop();
  }
  return figures;
}

function figuresOf({ published, own, peer }) {
  const outside = ({ total, network }) => total - network;
  const figure = (title, unit, values, goal = null, note = '') => ({ name: title, unit, values, goal, note });
  const python = peer.map(({ before, after }) => before + after);
  const figures = [
    figure('published profile: outside the network', 's', published.map(outside)),
    figure(
      'own profile: session.run',
      's',
      own.map(({ network }) => network),
      { atMost: 20 },
      'one thread',
    ),
    figure('own profile: outside the network', 's', own.map(outside)),
    figure(
      'own profile: total by session.run',
      '×',
      own.map(({ total, network }) => total / network),
      { atMost: 1.1 },
    ),
  ];
  if (peer.length === 0) return figures;
  const ratios = published.map((run, index) => python[index] / outside(run));
  return [
    figure(
      'Python, before the network',
      's',
      peer.map(({ before }) => before),
    ),
    figure(
      'Python, after the network',
      's',
      peer.map(({ after }) => after),
    ),
    ...figures.slice(0, 1),
    figure('… Python by Fovea', '×', ratios, { atLeast: 20 }),
    ...figures.slice(1),
  ];
}

/** How alike the two sides' cells are: F1 at IoU 0.9. */
function agreement({ height, width, mpp }, { cells }, folder, { cells: count }) {
  const data = new Int32Array(new Uint8Array(readFileSync(path.join(folder, 'cells.i32'))).buffer);
  const { f1 } = matchOverlaps(labelOverlaps({ height, width, mpp, data }, cells), 0.9);
  return {
    ...{ name: 'cells alike, F1 at IoU 0.9', unit: '', values: [f1], goal: null },
    note: `${count} cells in Python`,
  };
}
