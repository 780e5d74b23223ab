import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet';
import { readImage, readLabelsTiff } from '../../activities/images/index.ts';
import { matchLabels, pooledF1 } from '../support/match-labels.ts';
import { readLevels, sameValues, type Level } from '../support/read-zarr.ts';
import { describeWithData } from '../support/test-data.ts';
import { makeProject, outcomes, runProject, type ProjectRun } from '../support/tissue.ts';

const MINUTES = 60_000;

/** Copies `data` below a project's folder, since images must stay below the samplesheet's, and runs the pipeline on it. */
async function runOn(
  data: string,
  pipeline: string,
  files: Readonly<Record<string, string>>,
  edit?: (text: string) => string,
): Promise<{ run: ProjectRun; fovs: string }> {
  const project = await makeProject(pipeline, edit);
  await cp(data, join(project.folder, 'data'), { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(project.folder, name), text);
  const run = await runProject(project);
  return { run, fovs: join(run.summary.path ?? 'nothing was published', 'fovs') };
}

/** Only reads images and publishes them; the one step is there because a pipeline has at least one. */
const ingestOnly = (text: string): string =>
  text.replace(
    /^steps:.*/ms,
    'steps: { normalize: { use: normalize, in: { image: source.image } } }\npublish: { image: source.image }\n',
  );

/** Level 0 of a published image, with the channels' names. */
async function publishedImage(store: string): Promise<Level & { readonly channels: readonly string[] }> {
  const [level] = await readLevels(join(store, 'images/image'));
  const { omero } = JSON.parse(await readFile(join(store, 'images/image/.zattrs'), 'utf8')) as {
    omero: { channels: { label: string }[] };
  };
  return { ...level!, channels: omero.channels.map(({ label }) => label) };
}

/** Sums of the channels of a (C,Y,X) array. */
function sums({ data, shape }: Level): number[] {
  const [channels = 0, height = 0, width = 0] = shape;
  return Array.from({ length: channels }, (_, c) => {
    let sum = 0;
    for (let i = c * height * width; i < (c + 1) * height * width; i++) sum += data[i]!;
    return Number(sum.toFixed(3));
  });
}

describeWithData('mibi-breast-fov8', (data) => {
  const panel = 'channel,marker,role\nHH3,HH3,nuclear\nMembrane,Membrane,membrane\nCD45,CD45,\n';
  const samplesheet =
    'fov,image,mpp,panel,tissue\nfov8,data/fov8_mibitiff.tiff,,panel.csv,breast\n' +
    'fov8-folder,data/single_channel,0.390625,panel.csv,breast\n';
  let run: ProjectRun;
  let fovs: string;

  beforeAll(async () => {
    ({ run, fovs } = await runOn(data, 'mibi', { 'panel.csv': panel, 'samplesheet.csv': samplesheet }));
  }, 3 * MINUTES);

  test('the MIBItiff runs to a published revision', async () => {
    expect([run.exitCode, run.summary.failures]).toEqual([0, []]);
    expect(run.summary).toMatchObject({ fovs: 2, failed: 0, revision: 'r0001', isNew: true });
    expect(outcomes(run)['failed']).toBeUndefined();
    const image = await publishedImage(join(fovs, 'fov8.zarr'));
    expect(image).toMatchObject({
      ...{ shape: [3, 1024, 1024], dtype: 'uint16', scale: [0.390625, 0.390625] },
      channels: ['HH3', 'Membrane', 'CD45'],
    });
    // The channels' sums as tifffile 2026.3.3 and NumPy have them.
    expect(sums(image)).toEqual([2195196, 15996762, 162655]);
    const rows = run.summary.cells.reduce((total, { cells }) => total + (cells ?? 0), 0);
    const parquet = await parquetMetadataAsync(await asyncBufferFromFile(join(run.summary.path!, 'cells.parquet')));
    expect(Number(parquet.num_rows)).toBe(rows);
  });

  test("its cells agree with Mesmer's, which are 272", async () => {
    const [cells] = await readLevels(join(fovs, 'fov8.zarr/labels/cells'));
    const mesmer = await readLabelsTiff(join(data, 'fov8_mesmer_whole_cell.tif'), 0.390625);
    const matches = matchLabels(mesmer.data, cells!.data as Int32Array, 0.5);
    expect(matches.truth).toBe(272);
    expect(matches.predicted).toBe(run.summary.cells[0]!.cells);
    expect(matches.predicted).toBeGreaterThan(0.9 * 272);
    expect(matches.predicted).toBeLessThan(1.15 * 272);
    expect(pooledF1([matches])).toBeGreaterThan(0.7);
    // A whole cell of this tumour is some 10 to 18 µm across.
    expect(run.summary.cells[0]!.medianAreaUm2).toBeGreaterThan(80);
    expect(run.summary.cells[0]!.medianAreaUm2).toBeLessThan(250);
  });

  test('the folder of single-channel files gives the same pixels and the same cells', async () => {
    const [file, folder] = await Promise.all([
      publishedImage(join(fovs, 'fov8.zarr')),
      publishedImage(join(fovs, 'fov8-folder.zarr')),
    ]);
    expect(folder).toMatchObject({ shape: file.shape, dtype: 'uint8', channels: file.channels, scale: file.scale });
    expect(sameValues(file.data, folder.data)).toBe(true);
    const [a, b] = await Promise.all(
      ['fov8', 'fov8-folder'].map(async (fov) => (await readLevels(join(fovs, `${fov}.zarr/labels/cells`)))[0]!),
    );
    expect(sameValues(a!.data, b!.data)).toBe(true);
  });
});

interface Ingested {
  readonly data: string;
  readonly image: string;
  readonly mpp: number | null;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly published: number;
  readonly channels: readonly string[];
  /** As tifffile 2026.3.3 reads and NumPy adds them. */
  readonly sums: readonly number[];
}

/** Channels come in the file's order, or the panel's. */
const FILES: readonly Ingested[] = [
  {
    ...{ data: 'vectra-phenoptr', image: 'FIHC4__0929309_HP_IM3_2_component_data.tif', mpp: null },
    ...{ shape: [5, 260, 348], dtype: 'float32', published: 0.497147 },
    channels: ['Alexa 594', 'Cy3', 'Cy5', 'DAPI', 'FITC'],
    sums: [290388.579, 486920.265, 251757.646, 2037502.387, 96176.574],
  },
  {
    ...{ data: 'imc-pancreas-cytomapper', image: 'E34_imc.tiff', mpp: 1 },
    ...{ shape: [5, 100, 100], dtype: 'float32', published: 1 },
    channels: ['channel-1', 'channel-2', 'channel-3', 'channel-4', 'channel-5'],
    sums: [87053.827, 65112.11, 38288.938, 3432.445, 60902.257],
  },
  {
    ...{ data: 'ome-tiff-bioformats-viv', image: 'multi-channel.ome.tif', mpp: 0.5 },
    ...{ shape: [3, 167, 439], dtype: 'int8', published: 0.5 },
    channels: ['channel-1', 'channel-2', 'channel-3'],
    sums: [3481959, 3481738, 3481626],
  },
];

for (const { data, image, mpp, ...wanted } of FILES) {
  describeWithData(data, (folder) => {
    test(
      `${image} is published as it was acquired`,
      async () => {
        const samplesheet = `fov,image,mpp\nF,data/${image},${mpp ?? ''}\n`;
        const { run, fovs } = await runOn(folder, 'watershed', { 'samplesheet.csv': samplesheet }, ingestOnly);
        expect([run.exitCode, run.summary.failures]).toEqual([0, []]);
        const published = await publishedImage(join(fovs, 'F.zarr'));
        expect(published).toMatchObject({ shape: wanted.shape, dtype: wanted.dtype, channels: wanted.channels });
        expect(published.scale[0]).toBeCloseTo(wanted.published, 5);
        expect(published.scale[1]).toBe(published.scale[0]);
        expect(sums(published)).toEqual(wanted.sums);
        const { image: read } = await readImage({ image: join(folder, image), mpp, forceMpp: false, panel: null });
        const size = read.height * read.width;
        for (const [c, plane] of read.planes.entries())
          expect(sameValues(published.data.subarray(c * size, (c + 1) * size), plane)).toBe(true);
      },
      MINUTES,
    );
  });
}
