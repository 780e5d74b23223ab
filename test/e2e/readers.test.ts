import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Revision } from '../../activities/engine/revisions.ts';
import { readImage, writeOmeTiff, type PanelEntry } from '../../activities/images/index.ts';
import { openStore } from '../../activities/store/store.ts';
import type { CellTable, Image, Labels } from '../../kernels/image.ts';
import { drawTissue } from '../support/drawn-tissue.ts';
import { checkReaders, describeWithReaders } from '../support/readers.ts';
import { makeProject, runProject, type Project, type ProjectRun } from '../support/tissue.ts';

const MPP = 0.377;
const PANEL: readonly PanelEntry[] = [
  { channel: 'DAPI', marker: 'DNA', role: 'nuclear' },
  { channel: 'CD45', marker: 'CD45', role: 'membrane' },
  { channel: 'CD3', marker: 'CD3ε', role: null },
];
let project: Project;
let run: ProjectRun;

/** Three fields of view of drawn tissue at the native pixel size; the last one holds nothing but a few hot pixels. */
beforeAll(async () => {
  project = await makeProject('watershed');
  const { folder } = project;
  const put = (name: string, image: Image): Promise<void> => writeOmeTiff(join(folder, `${name}.ome.tif`), image);
  await put('A1', drawTissue(301, 260, MPP, 26).image);
  await put('A2', drawTissue(180, 533, MPP, 30).image);
  const { image } = drawTissue(200, 210, MPP, 26);
  await put('B1', {
    ...image,
    planes: image.planes.map((plane) => Uint16Array.from(plane, (_, i) => (i % 9001 === 77 ? 900 : 0))),
  });
  const panel = PANEL.map(({ channel, marker, role }) => `${channel},${marker},${role ?? ''}`);
  await writeFile(join(folder, 'panel.csv'), `channel,marker,role\n${panel.join('\n')}\n`);
  const rows = ['A1,A1.ome.tif,panel.csv,Zoë', 'A2,A2.ome.tif,panel.csv,Jürgen', 'B1,B1.ome.tif,panel.csv,'];
  await writeFile(join(folder, 'samplesheet.csv'), `fov,image,panel,patient\n${rows.join('\n')}\n`);
  run = await runProject(project);
}, 120_000);

const sum = (values: ArrayLike<number | string>): number =>
  Array.from(values).reduce<number>((total, value) => total + (Number.isNaN(value) ? 0 : Number(value)), 0);
const column = ({ columns }: CellTable, name: string): number => sum(columns.find((one) => one.name === name)!.values);

/** Sums of a layer by channel. */
function layer({ columns }: CellTable, compartment: string, statistic: string): Record<string, number> {
  return Object.fromEntries(
    columns.flatMap(({ measure, values }) =>
      measure?.compartment === compartment && measure.statistic === statistic ? [[measure.channel, sum(values)]] : [],
    ),
  );
}

interface Artifacts {
  readonly image: Image;
  readonly cells: Labels;
  readonly nuclei: Labels;
  readonly table: CellTable;
}

/** What was computed, from the store and the acquired file, not from what was published. */
async function artifactsOf(fov: string): Promise<Artifacts> {
  const store = await openStore(join(project.folder, '.fovea/store'));
  const { fovs } = JSON.parse(await readFile(join(run.summary.path!, 'revision.json'), 'utf8')) as Revision;
  const digest = (name: string): string => fovs[fov]!.refs[name]!.digest;
  const request = { image: join(project.folder, `${fov}.ome.tif`), mpp: null, forceMpp: false, panel: PANEL };
  return {
    image: (await readImage(request)).image,
    cells: await store.readArtifact({ kind: 'Labels', digest: digest('cells') }),
    nuclei: await store.readArtifact({ kind: 'Labels', digest: digest('nuclei') }),
    table: await store.readArtifact({ kind: 'CellTable', digest: digest('table') }),
  };
}

function expectationOf({ image, cells, nuclei, table }: Artifacts): object {
  const { height, width, channels, planes } = image;
  const [y, x] = [Math.floor(height / 3), Math.floor(width / 2)];
  const labels = (one: Labels): object => ({
    ...{
      shape: [height, width],
      dtype: 'int32',
      mpp: MPP,
      ids: new Set(one.data.filter((id) => id > 0)).size,
      sum: sum(one.data),
    },
    pixels: [[y, x, one.data[y * width + x]]],
  });
  return {
    images: {
      image: {
        ...{ shape: [3, height, width], dtype: 'uint16', mpp: MPP, channels: channels.map(({ name }) => name) },
        sums: planes.map(sum),
        pixels: planes.map((plane, c) => [c, y, x, plane[y * width + x]]),
      },
    },
    labels: { cells: labels(cells), nuclei: labels(nuclei) },
    tables: {
      table: {
        rows: table.rows,
        obs: { cell_id: column(table, 'cell_id'), area_um2: column(table, 'area_um2') },
        ...(table.rows === 0 ? {} : { X: layer(table, 'cell', 'mean') }),
        ...(table.rows === 0
          ? {}
          : {
              layers: {
                nucleus_median: layer(table, 'nucleus', 'median'),
                cytoplasm_sum: layer(table, 'cytoplasm', 'sum'),
              },
            }),
      },
    },
  };
}

test('the cohort ran: two fields with cells, one without', () => {
  expect([run.exitCode, run.summary.failures]).toEqual([0, []]);
  expect(run.summary.cells.map(({ fov }) => fov)).toEqual(['A1', 'A2', 'B1']);
  const [a1 = 0, a2 = 0, b1] = run.summary.cells.map(({ cells }) => cells ?? -1);
  // Drawn on a lattice: 120 and 108 nuclei.
  for (const cells of [a1, a2]) expect(cells).toBeGreaterThan(60);
  expect(b1).toBe(0);
});

describeWithReaders('a published revision', () => {
  test('is read by spatialdata, anndata, ome-zarr, an NGFF 0.4 validator and pandas with the values computed', async () => {
    const fovs = ['A1', 'A2', 'B1'];
    const artifacts = await Promise.all(fovs.map(artifactsOf));
    const total = (name: string): number => artifacts.reduce((all, { table }) => all + column(table, name), 0);
    const expectation = join(project.folder, 'expect.json');
    const text = {
      stores: Object.fromEntries(fovs.map((fov, i) => [`${fov}.zarr`, expectationOf(artifacts[i]!)])),
      cells: {
        rows: artifacts.reduce((all, { table }) => all + table.rows, 0),
        columns: ['fov', 'patient', ...artifacts[0]!.table.columns.map(({ name }) => name)],
        sums: Object.fromEntries(['cell_id', 'area_um2', 'cell:mean:CD3ε'].map((name) => [name, total(name)])),
      },
    };
    await writeFile(expectation, JSON.stringify(text));
    expect(checkReaders(run.summary.path!, expectation)).toMatchObject({ status: 0, problems: [], stores: 3 });

    // The figures are really compared: with one of them changed, the check fails.
    text.cells.rows += 1;
    await writeFile(expectation, JSON.stringify(text));
    expect(checkReaders(run.summary.path!, expectation).problems).toEqual([
      `cells.parquet: ${text.cells.rows - 1} rows, expected ${text.cells.rows}`,
    ]);
  }, 120_000);
});
