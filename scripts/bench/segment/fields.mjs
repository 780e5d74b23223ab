// Fields of view to segment, and whole runs over them.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeOmeTiff } from '../../../dist/activities/images/index.js';
import { cpuRuntime } from '../../../dist/activities/models/sessions.js';
import { synthesizeTissue } from '../../../dist/kernels/synth/index.js';
import { fovea, readRun } from '../fovea.mjs';

const MARKERS = ['DAPI', 'Na-K-ATPase'];
const MB = 1e6;

/** Synthetic tissue, two channels of uint16 at 0.5 µm per pixel. */
export function makeField(side, seed) {
  const { image } = synthesizeTissue({ seed, height: side, width: side, mpp: 0.5, markers: MARKERS });
  const channels = MARKERS.map((name, index) => ({ name, role: index === 0 ? 'nuclear' : 'membrane' }));
  return { ...image, channels };
}

/** The same field `times` × `times`, every other one mirrored, so that no cell is cut at a seam. */
export function repeatField(image, times) {
  const { height: n } = image;
  const side = n * times;
  const planes = image.planes.map((plane) => {
    const out = new Uint16Array(side * side);
    const at = (i) => (Math.floor(i / n) % 2 === 0 ? i % n : n - 1 - (i % n));
    for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) out[y * side + x] = plane[at(y) * n + at(x)];
    return out;
  });
  return { ...image, height: side, width: side, planes };
}

/** A pipeline that segments the given fields and measures nothing else. */
async function writeProject(folder, images, model) {
  await mkdir(folder, { recursive: true });
  const rows = [];
  for (const [index, image] of images.entries()) {
    await writeOmeTiff(path.join(folder, `f${index}.ome.tif`), image, { compression: 'none' });
    rows.push(`f${index},f${index}.ome.tif,0.5,panel.csv`);
  }
  const panel = MARKERS.map((name, index) => `${name},${name},${index === 0 ? 'nuclear' : 'membrane'}`);
  await writeFile(path.join(folder, 'panel.csv'), `channel,marker,role\n${panel.join('\n')}\n`);
  await writeFile(path.join(folder, 'samplesheet.csv'), `fov,image,mpp,panel\n${rows.join('\n')}\n`);
  const file = path.join(folder, 'pipeline.yaml');
  await writeFile(
    file,
    [
      'fovea: 1',
      'name: bench-segment',
      'source: { samplesheet: samplesheet.csv }',
      `steps: { segment: { use: segment-mesmer, in: { image: source.image }, models: { net: ${model} } } }`,
      'publish: { cells: segment.cells }',
      '',
    ].join('\n'),
  );
  return file;
}

/** Runs the fields with some compute processes; seconds from the first segmentation's start to the last one's end, and the peak. */
export async function runFields({ folder, images, modelsFile, name, slots }) {
  const file = await writeProject(folder, images, name);
  const home = path.join(folder, `home-${slots}`);
  // Steps with models run on a queue of their own, whose processes share the cores as threads.
  const queues = path.join(folder, `queues-${slots}.yaml`);
  const models = `- { name: models, cpus: 2, memory: 8 GiB, runtime: ${cpuRuntime()}, slots: ${slots} }`;
  await writeFile(queues, `- { name: cpu, cpus: 2, memory: 4 GiB, runtime: js }\n${models}\n`);
  const args = ['run', file, '--local', '--no-publish', '--queues', queues, '--models', modelsFile];
  const { json } = await fovea(home, args);
  const { entries } = await readRun(home, json.run);
  const traces = entries.filter(({ step }) => step === 'segment').map(({ trace }) => trace);
  if (traces.length !== images.length) throw new Error('bench: a field was not segmented; see its error above');
  const start = Math.min(...traces.map(({ startedAt }) => Date.parse(startedAt)));
  const end = Math.max(...traces.map(({ finishedAt }) => Date.parse(finishedAt)));
  return {
    seconds: (end - start) / 1000,
    each: traces.map(({ wallMs }) => wallMs / 1000),
    peak: Math.max(...traces.map(({ peakRssBytes }) => peakRssBytes)) / MB,
  };
}
