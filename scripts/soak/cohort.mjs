// A tiny cohort and a pipeline of slow steps over it.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const cli = join(root, 'dist/cli/index.js');
const steps = fileURLToPath(new URL('steps.mjs', import.meta.url));

/** Steps whose outputs are stored, by their id in the pipeline: what must never be computed twice. */
export const KEPT = ['count', 'add', 'cell', 'sum'];

const pipeline = (log, ms) => `fovea: 1
name: soak
plugins: [${JSON.stringify(steps)}]
source: { samplesheet: fovs.csv }
steps:
  count:  { use: soak-count,  in: { image: source.image }, with: { log: ${JSON.stringify(join(log, 'count'))}, ms: ${ms} } }
  add:    { use: soak-add,    in: { table: count.table },  with: { log: ${JSON.stringify(join(log, 'add'))}, ms: ${ms} } }
  double: { use: soak-double, in: { table: add.table },    with: { log: ${JSON.stringify(join(log, 'double'))}, ms: ${ms} } }
  cell:   { use: soak-cell,   in: { table: double.table }, with: { log: ${JSON.stringify(join(log, 'cell'))}, ms: ${ms} } }
  sum:    { use: soak-sum,    in: { tables: add.table },   with: { log: ${JSON.stringify(join(log, 'sum'))}, ms: ${ms} } }
publish: { cells: cell.cells, total: sum.table }
`;

/**
 * Writes a samplesheet, its images (16 rows, all of different widths, so that no two fields of view share a result) and
 * the pipeline file.
 *
 * @param {string} folder
 * @param {{ fovs: number, ms: number }} size fields of view, and how long each step takes
 */
export async function makeCohort(folder, { fovs, ms }) {
  const { writeOmeTiff } = await import(pathToFileURL(join(root, 'dist/activities/images/write-tiff.js')).href);
  await mkdir(join(folder, 'log'), { recursive: true });
  const lines = ['fov,image,mpp'];
  for (let i = 0; i < fovs; i++) {
    const width = 16 + i;
    const plane = Uint16Array.from({ length: 16 * width }, (_, index) => (index * 7 + i) % 4096);
    await writeOmeTiff(join(folder, `f${i}.ome.tif`), {
      ...{ height: 16, width, mpp: 0.5, intensity: 'counts', planes: [plane] },
      channels: [{ name: 'DAPI', role: null }],
    });
    lines.push(`f${i},f${i}.ome.tif,0.5`);
  }
  await writeFile(join(folder, 'fovs.csv'), `${lines.join('\n')}\n`);
  await writeFile(join(folder, 'pipeline.yaml'), pipeline(join(folder, 'log'), ms));
}
