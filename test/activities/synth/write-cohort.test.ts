import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readImage, readLabelsTiff } from '../../../activities/images/index.ts';
import { readSamplesheet } from '../../../activities/samplesheet/index.ts';
import { planCohort, type PlannedFov } from '../../../activities/synth/plan-cohort.ts';
import { writeSyntheticCohort, type SynthOptions } from '../../../activities/synth/write-cohort.ts';
import { synthesizeTissue } from '../../../kernels/synth/index.ts';

const SMALL: SynthOptions = { seed: 7, fovs: 3, size: 64, markers: ['DAPI', 'Na-K-ATPase', 'CD8'] };

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'fovea-synth-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const text = (path: string): Promise<string> => readFile(join(dir, path), 'utf8');

test('writes images, truth, panel, samplesheet and record', async () => {
  const seen: string[] = [];
  const progress = (done: number, total: number): void => void seen.push(`${done}/${total}`);
  const cohort = await writeSyntheticCohort(dir, { ...SMALL, progress });

  expect(seen).toEqual(['1/3', '2/3', '3/3']);
  expect(cohort).toMatchObject({
    samplesheet: join(dir, 'fovs.csv'),
    panel: join(dir, 'panel.csv'),
    truth: join(dir, 'truth'),
    fovs: ['fov_001', 'fov_002', 'fov_003'],
    reused: false,
  });
  expect((await readdir(dir)).sort()).toEqual(['fovs.csv', 'images', 'panel.csv', 'synth.json', 'truth']);
  expect((await readdir(join(dir, 'images'))).sort()).toEqual([
    'fov_001.ome.tif',
    'fov_002.ome.tif',
    'fov_003.ome.tif',
  ]);
  expect((await readdir(join(dir, 'truth'))).filter((name) => name.startsWith('fov_002')).sort()).toEqual([
    'fov_002_cells.tif',
    'fov_002_nuclei.tif',
    'fov_002_types.csv',
  ]);
  expect(await text('fovs.csv')).toBe(
    'fov,image,mpp,panel,patient,condition\n' +
      'fov_001,images/fov_001.ome.tif,0.377,panel.csv,P1,inflamed\n' +
      'fov_002,images/fov_002.ome.tif,0.377,panel.csv,P1,inflamed\n' +
      'fov_003,images/fov_003.ome.tif,0.377,panel.csv,P2,excluded\n',
  );
  expect(await text('panel.csv')).toBe(
    'channel,marker,role\nDAPI,DAPI,nuclear\nNa-K-ATPase,Na-K-ATPase,membrane\nCD8,CD8,\n',
  );
  const tables = await Promise.all(cohort.fovs.map((fov) => text(`truth/${fov}_types.csv`)));
  const rows = tables.map((table) => table.trimEnd().split('\n'));
  expect(rows[0]?.[0]).toBe('cell_id,cell_type');
  expect(rows[0]?.[1]).toMatch(/^1,(Tumor|CD4T|CD8T|Treg|Bcell|Macrophage|Dendritic|NK|Endothelial|Fibroblast)$/);
  expect(rows.reduce((sum, lines) => sum + lines.length - 1, 0)).toBe(cohort.cells);
});

test("Fovea's own readers take the samplesheet and give the synthesised pixels and labels back", async () => {
  const cohort = await writeSyntheticCohort(dir, { ...SMALL, fovs: 2 });
  const rows = await readSamplesheet(cohort.samplesheet);
  expect(rows.map(({ fov, problem, obs }) => ({ fov, problem, obs }))).toEqual([
    { fov: 'fov_001', problem: null, obs: { patient: 'P1', condition: 'inflamed' } },
    { fov: 'fov_002', problem: null, obs: { patient: 'P1', condition: 'inflamed' } },
  ]);
  for (const [index, row] of rows.entries()) {
    const { seed, composition } = planCohort(7, 2)[index] as PlannedFov;
    const options = { seed, composition, height: 64, width: 64, markers: SMALL.markers as string[] };
    const { image, cells, nuclei } = synthesizeTissue(options);
    expect((await readImage(row)).image).toEqual(image);
    expect(await readLabelsTiff(join(cohort.truth, `${row.fov}_cells.tif`))).toEqual(cells);
    expect(await readLabelsTiff(join(cohort.truth, `${row.fov}_nuclei.tif`))).toEqual(nuclei);
  }
});

test('the image states its pixel size and channels', async () => {
  await writeSyntheticCohort(dir, { ...SMALL, fovs: 1 });
  const xml = (await readFile(join(dir, 'images/fov_001.ome.tif'))).toString('latin1');
  expect(xml).toMatch(/PhysicalSizeX="0\.377"/);
  expect(xml).toMatch(/Type="uint16"/);
  expect(xml).toMatch(/Name="Na-K-ATPase"/);
});

test('a second call writes nothing; a damaged or missing file, or another seed, writes all again', async () => {
  const image = join(dir, 'images/fov_001.ome.tif');
  await writeSyntheticCohort(dir, { ...SMALL, fovs: 1 });
  const bytes = await readFile(image);
  const { mtimeMs } = await stat(image);
  expect(await writeSyntheticCohort(dir, { ...SMALL, fovs: 1 })).toMatchObject({ reused: true });
  expect((await stat(image)).mtimeMs).toBe(mtimeMs);

  const damaged = Buffer.from(bytes);
  damaged[100] = (damaged[100] as number) ^ 1;
  await writeFile(image, damaged);
  expect(await writeSyntheticCohort(dir, { ...SMALL, fovs: 1 })).toMatchObject({ reused: false });
  expect((await readFile(image)).equals(bytes)).toBe(true);

  await rm(join(dir, 'truth/fov_001_types.csv'));
  expect(await writeSyntheticCohort(dir, { ...SMALL, fovs: 1 })).toMatchObject({ reused: false });

  await writeFile(join(dir, 'synth.json'), '{ "parameters": ');
  expect(await writeSyntheticCohort(dir, { ...SMALL, fovs: 1 })).toMatchObject({ reused: false });

  expect(await writeSyntheticCohort(dir, { ...SMALL, fovs: 1, seed: 8 })).toMatchObject({ reused: false });
  expect((await readFile(image)).equals(bytes)).toBe(false);
});

test('an interrupted call leaves no record and no partial file, and the next one finishes', async () => {
  const stop = new AbortController();
  const progress = (done: number): void => {
    if (done === 2) stop.abort(new Error('enough'));
  };
  await expect(writeSyntheticCohort(dir, { ...SMALL, progress, signal: stop.signal })).rejects.toThrow('enough');
  expect((await readdir(dir)).sort()).toEqual(['images', 'truth']);
  expect((await readdir(join(dir, 'images'))).sort()).toEqual(['fov_001.ome.tif', 'fov_002.ome.tif']);
  expect(await writeSyntheticCohort(dir, SMALL)).toMatchObject({ reused: false });
  expect(await writeSyntheticCohort(dir, SMALL)).toMatchObject({ reused: true });
});

test.each([
  [{ fovs: 0 }, 'fovs must be an integer 1 to 999, not 0; ask for that many fields of view'],
  [{ seed: 1.5 }, 'seed must be an integer 0 to 4294967295, not 1.5; choose such a seed'],
  [{ size: 8 }, 'height must be an integer 16 to 8192, not 8; width must be an integer 16 to 8192, not 8'],
  [{ mpp: NaN }, 'mpp must be 0.2 to 1.2 µm per pixel, not NaN'],
  [{ markers: ['CD99'] }, 'got CD99; correct the list'],
])('%j is a usage error and touches nothing', async (wrong, message) => {
  const failed = expect(writeSyntheticCohort(dir, { ...SMALL, ...wrong })).rejects;
  await failed.toMatchObject({ code: 'USAGE', message: expect.stringContaining(message) as string });
  expect(await readdir(dir)).toEqual([]);
});

test('planCohort: a longer cohort starts with the shorter one, and its tissues differ', () => {
  const plan = planCohort(1, 6);
  expect(planCohort(1, 4)).toEqual(plan.slice(0, 4));
  expect(new Set(plan.map(({ seed }) => seed)).size).toBe(6);
  expect(new Set(plan.map(({ composition }) => composition.epithelium)).size).toBe(6);
  expect(plan.map(({ patient, condition }) => `${patient} ${condition}`)).toEqual([
    'P1 inflamed',
    'P1 inflamed',
    'P2 excluded',
    'P2 excluded',
    'P3 inflamed',
    'P3 inflamed',
  ]);
  for (const { condition, composition } of planCohort(3, 40)) {
    if (condition === 'inflamed') expect(composition.infiltration).toBeGreaterThanOrEqual(0.45);
    else expect(composition.infiltration).toBeLessThan(0.3);
  }
});
