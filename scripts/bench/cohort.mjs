// A cohort of tiny images and a pipeline that is a chain of no-op steps.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const SIDE = 8;
/** Digests of files younger than this are not remembered (see activities/engine/file-digests.ts). */
const RACY_MS = 2_100;

/**
 * Writes `fovs` OME-TIFFs of 8 × 8 uint16 pixels, distinct in their first pixel, their samplesheet `fovs.csv`, and
 * `pipeline.yaml` with `steps` no-op steps one after another.
 *
 * @param {string} folder made when absent
 * @param {{ fovs: number, steps: number }} shape at most 65,535 fields of view
 * @returns {Promise<string>} path of the pipeline file
 */
export async function makeCohort(folder, { fovs, steps }) {
  const { writeOmeTiff } = await import('../../dist/activities/images/write-tiff.js');
  await mkdir(join(folder, 'images'), { recursive: true });
  const lines = ['fov,image,mpp'];
  for (let index = 0; index < fovs; index++) {
    const name = `fov${String(index).padStart(5, '0')}`;
    await writeOmeTiff(join(folder, 'images', `${name}.ome.tif`), {
      ...{ height: SIDE, width: SIDE, mpp: 0.5, intensity: 'counts' },
      planes: [new Uint16Array(SIDE * SIDE).fill(index + 1)],
      channels: [{ name: 'DAPI', role: null }],
    });
    lines.push(`${name},images/${name}.ome.tif,0.5`);
  }
  await writeFile(join(folder, 'fovs.csv'), `${lines.join('\n')}\n`);
  const file = join(folder, 'pipeline.yaml');
  await writeFile(file, chain(steps));
  await sleep(RACY_MS);
  return file;
}

function chain(steps) {
  const plugin = fileURLToPath(new URL('./noop-steps.mjs', import.meta.url));
  const lines = [
    'fovea: 1',
    'name: chain',
    'source: { samplesheet: fovs.csv }',
    `plugins: [${JSON.stringify(plugin)}]`,
    'steps:',
  ];
  lines.push('  s1: { use: bench-first, in: { image: source.image } }');
  for (let step = 2; step <= steps; step++)
    lines.push(`  s${step}: { use: bench-next, in: { table: s${step - 1}.table } }`);
  return `${lines.join('\n')}\n`;
}
