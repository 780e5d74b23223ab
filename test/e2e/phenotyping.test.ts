import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeOmeTiff } from '../../activities/images/index.ts';
import type { Image } from '../../kernels/image.ts';
import { drawBlobs } from '../support/drawn-blobs.ts';
import { nimbusRecord } from '../support/nimbus.ts';
import { mesmerRecord, MODELS, writeModels } from '../support/onnx-models.ts';
import { makeProject, outcomes, runProject, type Project, type ProjectRun } from '../support/tissue.ts';

const MARKERS = ['CD3', 'CD20', 'PanCK'];

/** Cells in a grid; each shows one of three markers, and the more brightly the more its field is told to. */
function stained(gain: number): Image {
  const image = drawBlobs(120, 150);
  const planes = MARKERS.map((_, k) =>
    Uint16Array.from(image.planes[1]!, (value, i) => {
      const [row, column] = [Math.floor(i / 150 / 22), Math.floor((i % 150) / 22)];
      return 10 + ((row + column) % 3 === k ? gain * value : 0.02 * value);
    }),
  );
  const channels = [...image.channels, ...MARKERS.map((name) => ({ name, role: null }))];
  return { ...image, channels, planes: [...image.planes, ...planes] };
}

const PIPELINES = {
  norms: `fovea: 1
name: norms
source: { samplesheet: samplesheet.csv }
steps:
  calibrate: { use: calibrate-nimbus, in: { images: source.image } }
publish: { norms: calibrate.norms }
`,
  types: (norms: Readonly<Record<string, number>>): string => `fovea: 1
name: types
source: { samplesheet: samplesheet.csv }
steps:
  segment: { use: segment-mesmer, in: { image: source.image }, models: { net: mesmer } }
  quantify: { use: quantify, in: { image: source.image, cells: segment.cells } }
  positive:
    use: marker-positivity-nimbus
    in: { image: source.image, cells: segment.cells }
    models: { net: nimbus }
    with: { channels: [${MARKERS.join(', ')}], norms: ${JSON.stringify(norms)} }
  types: { use: phenotype-table, in: { table: quantify.table }, models: { net: maps } }
  neighbours: { use: neighbourhoods, in: { cells: segment.cells, types: types.types } }
  table: { use: join-tables, in: { tables: [quantify.table, positive.table, types.types, neighbours.table] } }
  phenotypes: { use: phenotype-summary, in: { types: types.types, tables: quantify.table } }
publish: { cells: segment.cells, table: table.table, composition: phenotypes.composition }
`,
};

const TYPES = ['Tcell', 'Bcell', 'Tumor'];

function mapsRecord(): Record<string, unknown> {
  const file = join(MODELS, 'maps-tiny.onnx');
  const bytes = readFileSync(file);
  return {
    ...{ task: 'phenotype-table', profile: 'maps', vocabulary: TYPES },
    ...{ file, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length },
    licence: { id: 'Apache-2.0', commercial: true },
    inputs: [{ name: 'features', shape: ['batch', 4], channels: ['CD3', 'CD20', 'PanCK', 'cellSize'] }],
    outputs: [{ name: 'scores', shape: ['batch', 3], role: 'logits', classes: TYPES }],
  };
}

async function cohort(): Promise<Project> {
  const project = await makeProject('tissue', () => PIPELINES.norms);
  const fovs = { A: stained(1), B: stained(3) };
  for (const [fov, image] of Object.entries(fovs)) await writeOmeTiff(join(project.folder, `${fov}.ome.tif`), image);
  const rows = Object.keys(fovs).map((fov) => `${fov},${fov}.ome.tif,,panel.csv\n`);
  await writeFile(join(project.folder, 'samplesheet.csv'), `fov,image,mpp,panel\n${rows.join('')}`);
  const panel = ['DAPI,DAPI,nuclear', 'NaK,NaK,membrane', ...MARKERS.map((name) => `${name},${name},`)];
  await writeFile(join(project.folder, 'panel.csv'), `channel,marker,role\n${panel.join('\n')}\n`);
  return project;
}

/** Rows of a published table as CSV, by column. */
async function published({ summary }: ProjectRun, name: string): Promise<Record<string, string>[]> {
  const text = await readFile(join(summary.path!, `${name}.csv`), 'utf8');
  const [head, ...lines] = text.trim().split(/\r?\n/);
  const names = head!.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((value, k) => [names[k]!, value])));
}

test('norms of a cohort, then marker positivity, types and neighbours of every field with them, as one published table', async () => {
  const project = await cohort();
  const calibrated = await runProject(project);
  expect(calibrated.summary.failures).toEqual([]);
  const norms = Object.fromEntries(
    (await published(calibrated, 'norms')).map(({ channel, norm }) => [channel!, Number(norm)]),
  );
  // The mean of both fields' bright ends: of one field, and of one three times as bright.
  for (const name of MARKERS) expect(norms[name]).toBeGreaterThan(1.5 * 8_000);

  const pipeline = join(project.folder, 'types.yaml');
  await writeFile(pipeline, PIPELINES.types(Object.fromEntries(MARKERS.map((name) => [name, norms[name]!]))));
  const models = writeModels({ mesmer: mesmerRecord('mesmer-tiny'), nimbus: nimbusRecord(), maps: mapsRecord() });
  const run = await runProject({ ...project, pipeline }, '--models', models);
  expect(run.summary.failures).toEqual([]);
  expect(run.units.get('A positive')).toMatchObject({ status: 'computed', trace: { queue: 'models' } });
  expect(run.units.get('B types')).toMatchObject({ status: 'computed' });

  for (const fov of ['A', 'B']) {
    const table = join(run.summary.path!, 'fovs', `${fov}.zarr`, 'tables', 'table');
    for (const part of [
      'obs/CD3_positive',
      'obs/cell_type',
      'obsm/marker_positivity',
      'obsm/cell_type_probabilities',
      'obsp',
      'uns/nimbus',
      'uns/cell_type_colors',
    ]) {
      expect([part, existsSync(join(table, part))]).toEqual([part, true]);
    }
  }
  const composition = await published(run, 'composition');
  expect(composition.length).toBeGreaterThan(0);

  const again = await runProject({ ...project, pipeline }, '--models', models);
  expect(Object.keys(outcomes(again))).toEqual(['cached']);
});

test('a channel without a norm fails its field with what to do, and nothing else', async () => {
  const project = await cohort();
  const pipeline = join(project.folder, 'types.yaml');
  await writeFile(pipeline, PIPELINES.types({ CD3: 20_000, CD20: 20_000 }));
  const models = { mesmer: mesmerRecord('mesmer-tiny'), nimbus: nimbusRecord(), maps: mapsRecord() };
  const run = await runProject({ ...project, pipeline }, '--models', writeModels(models));
  expect(run.exitCode).not.toBe(0);
  const failed = run.units.get('A positive')!;
  expect(failed).toMatchObject({ status: 'failed', error: { code: 'INVALID_INPUT' } });
  expect(failed.error?.message).toMatch(/PanCK.*norm/);
  expect(run.units.get('A types')?.status).toBe('computed');
});
