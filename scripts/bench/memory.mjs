// The measurements of scripts/bench-memory.mjs.
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeCohort } from './cohort.mjs';
import { fovea, readRun } from './fovea.mjs';

const SIDE = 2048;
const CHANNELS = 40;
/** Distinct planes to draw the others from; noise makes every plane its own. */
const DRAWN = 4;
const NUCLEI_APART = 32;
const NUCLEUS_RADIUS = 9;
const MB = 1e6;

/** A fixed sequence of 32-bit numbers (xorshift), so that every run measures the same image. */
function sequence(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Discs on a shaken grid, bright within (nuclei) or on their rim (membranes), over a background of 100. */
function drawPlane(index) {
  const plane = new Uint16Array(SIDE * SIDE).fill(100);
  const next = sequence(index + 1);
  const rim = index % 2 === 1;
  const reach = rim ? NUCLEUS_RADIUS + 5 : NUCLEUS_RADIUS;
  for (let y0 = NUCLEI_APART / 2; y0 < SIDE; y0 += NUCLEI_APART) {
    for (let x0 = NUCLEI_APART / 2; x0 < SIDE; x0 += NUCLEI_APART) {
      const [cy, cx, bright] = [y0 + (next() % 9) - 4, x0 + (next() % 9) - 4, 1500 + (next() % 2000)];
      for (let y = Math.max(0, cy - reach); y <= Math.min(SIDE - 1, cy + reach); y++) {
        for (let x = Math.max(0, cx - reach); x <= Math.min(SIDE - 1, cx + reach); x++) {
          const distance = Math.hypot(y - cy, x - cx);
          if (distance <= reach && (!rim || distance > reach - 3)) plane[y * SIDE + x] = bright;
        }
      }
    }
  }
  return plane;
}

/**
 * Writes the field of view (nuclear and membrane roles by its panel) and its samplesheet. At 0.5 µm per pixel the pipeline
 * works on all of its 2048 × 2048 pixels, which is the most that an image of this size asks for.
 */
async function writeField(folder) {
  const { writeOmeTiff } = await import('../../dist/activities/images/write-tiff.js');
  await mkdir(folder, { recursive: true });
  const drawn = Array.from({ length: DRAWN }, (_, index) => drawPlane(index));
  const next = sequence(99);
  const noise = Uint16Array.from({ length: 4096 }, () => next() % 64);
  const planes = Array.from({ length: CHANNELS }, (_, channel) => {
    const plane = drawn[channel % DRAWN].slice();
    const from = next() % noise.length;
    for (let i = 0; i < plane.length; i++) plane[i] += noise[(i + from) & 4095];
    return plane;
  });
  const role = (channel) => (channel === 0 ? 'nuclear' : channel === 1 ? 'membrane' : null);
  const channels = planes.map((_, channel) => ({
    name: `marker${String(channel).padStart(2, '0')}`,
    role: role(channel),
  }));
  const image = { height: SIDE, width: SIDE, mpp: 0.5, intensity: 'counts', planes, channels };
  await writeOmeTiff(join(folder, 'large.ome.tif'), image, { compression: 'none' });
  const panel = channels.map(({ name }, channel) => `${name},${name},${role(channel) ?? ''}`);
  await writeFile(join(folder, 'panel.csv'), `channel,marker,role\n${panel.join('\n')}\n`);
  await writeFile(join(folder, 'samplesheet.csv'), 'fov,image,mpp,panel\nlarge,large.ome.tif,0.5,panel.csv\n');
}

/** Every step of both is measured: without a learned model, and with the one that ships. */
const PIPELINES = ['watershed', 'tissue'];

/**
 * Peak memory of the compute process in each step of the shipped pipelines of tissue, one process, as the journal has it; for
 * publication, which has no entry there, the process's peak over its life.
 *
 * @returns {Promise<import('./figures.mjs').Figure[]>}
 */
export async function measureSteps(folder) {
  await writeField(folder);
  const figures = [];
  for (const pipeline of PIPELINES) figures.push(...(await measurePipeline(folder, pipeline)));
  return figures;
}

async function measurePipeline(folder, pipeline) {
  const file = join(folder, `${pipeline}.yaml`);
  await copyFile(resolve(import.meta.dirname, `../../configs/pipelines/${pipeline}.yaml`), file);
  const home = join(folder, `.fovea-${pipeline}`);
  const { json } = await fovea(home, ['run', file, '--local', '--slots', '1', '--no-publish']);
  const { entries } = await readRun(home, json.run);
  const goal = { atMost: 1500 };
  const figures = entries
    .filter(({ status }) => status === 'computed')
    .map(({ step, trace }) => ({
      ...{ name: `${pipeline}: peak memory, ${step}`, unit: 'MB', values: [trace.peakRssBytes / MB], goal },
      note: `${(trace.wallMs / 1000).toFixed(1)} s`,
    }));
  if (json.failed > 0) throw new Error('the field of view failed; see its error above');
  const published = await fovea(home, ['run', file, '--local', '--slots', '1']);
  const peak = published.processes.compute?.peakRssBytes ?? 0;
  return [
    ...figures,
    { name: `${pipeline}: peak memory, publication`, unit: 'MB', values: [peak / MB], goal, note: '' },
  ];
}

/** Peak memory of the worker process (its compute processes apart) that carries `fovs` fields of view through eight steps. */
export async function measureWorker(folder, fovs) {
  const file = await makeCohort(folder, { fovs, steps: 8 });
  const { processes } = await fovea(join(folder, '.fovea'), ['run', file]);
  const figure = { unit: 'MB', note: `${fovs} fields of view × 8 steps` };
  return [
    { ...figure, name: 'peak memory, worker', values: [processes.worker.peakRssBytes / MB], goal: { atMost: 400 } },
    { ...figure, name: 'peak memory, server', values: [processes.server.peakRssBytes / MB], goal: null },
  ];
}
