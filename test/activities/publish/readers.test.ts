import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publishFov } from '../../../activities/publish/fov.ts';
import { writeCellsParquet } from '../../../activities/publish/parquet.ts';
import { createArray } from '../../../activities/zarr/index.ts';
import type { CellTable, Image, Labels } from '../../../kernels/image.ts';
import { checkAnalysis, checkReaders, describeWithAnalysis, describeWithReaders } from '../../support/readers.ts';
import { sampleImage, sampleLabels, sampleMembers, sampleTable } from './sample.ts';

const TWO_MINUTES = 120_000;
const MPP = 0.377;

let dir: string;
const image = sampleImage(700, 1100, MPP);
const labels = sampleLabels(700, 1100, MPP);
const table = sampleMembers(sampleTable(labels), labels);
const empty: Labels = { ...labels, data: new Int32Array(labels.data.length) };

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'fovea-readers-'));
  await publish('F 1', labels, table);
  await publish('none', empty, sampleMembers(sampleTable(empty), empty));
  await writeCellsParquet(join(dir, 'cells.parquet'), async function* () {
    yield { fov: 'F 1', obs: { 'Patient №': 'Ж <1>' }, table };
    yield { fov: 'none', obs: {}, table: sampleTable(empty, ['DAPI', 'only here']) };
  });
  await writeFile(join(dir, 'expect.json'), JSON.stringify(expectation()));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function publish(fov: string, cells: Labels, cellTable: CellTable): Promise<void> {
  await publishFov(join(dir, `${fov}.zarr`), {
    fov,
    obs: { 'Patient №': 'Ж <1>', REGION: 'tumour' },
    software: 'fovea 0.0.0',
    artifacts: {
      image: { kind: 'Image', value: image },
      nuclei: { kind: 'Labels', value: cells },
      cells: { kind: 'Labels', value: cells },
      table: { kind: 'CellTable', value: cellTable },
    },
  });
}

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, value) => total + value, 0);

/** Matrices, graphs, colours and reports as the readers should find them. */
function members(): object {
  const types = table.columns.find(({ name }) => name === 'type')!.values as readonly string[];
  const probabilities = table.matrices!.find(({ name }) => name === 'type probabilities')!;
  const distances = table.graphs!.find(({ name }) => name === 'spatial_distances')!;
  return {
    obsm: {
      type_probabilities: {
        columns: ['T cell', 'тучная'],
        sums: [0, 1].map((c) => sum(probabilities.values.filter((_, i) => i % 2 === c))),
      },
      neighbourhood_composition: {
        columns: [...new Set(types)].sort(),
        sums: [0, 1].map((c) => sum(table.matrices![1]!.values.filter((_, i) => i % 2 === c))),
      },
    },
    obsp: { spatial_distances: { links: 6 * table.rows, sum: sum(distances.data) } },
    colors: { type: { 'T cell': '#1ab5f9', тучная: '#808080' } },
    uns: {
      panel: { channel: ['DAPI', 'CD8α <script>'], marker: ['DAPI', ''] },
      spatial_neighbors: JSON.parse(JSON.stringify(table.reports!['spatial_neighbors'])) as object,
    },
  };
}

/** What the readers should find, from the artifacts in memory, not from the files. */
function expectation(): object {
  const { channels, planes }: Image = image;
  const at = (y: number, x: number): number => y * image.width + x;
  const measures = (compartment: string): Record<string, number> =>
    Object.fromEntries(
      table.columns
        .filter(({ measure }) => measure?.compartment === compartment)
        .map(({ measure, values }) => [measure?.channel, sum(values as Float64Array)]),
    );
  const column = (name: string): number =>
    sum((table.columns.find((candidate) => candidate.name === name)?.values ?? []) as Float64Array);
  return {
    stores: {
      'F 1.zarr': {
        images: {
          image: {
            shape: [3, 700, 1100],
            dtype: 'uint16',
            mpp: MPP,
            channels: channels.map(({ name }) => name),
            sums: planes.map((plane) => sum(plane)),
            pixels: [
              [0, 699, 1099],
              [1, 0, 1024],
              [2, 513, 77],
            ].map(([c = 0, y = 0, x = 0]) => [c, y, x, planes[c]?.[at(y, x)]]),
          },
        },
        labels: {
          cells: {
            shape: [700, 1100],
            dtype: 'int32',
            ids: table.rows,
            sum: sum(labels.data),
            mpp: MPP,
            pixels: [[16, 5, labels.data[at(16, 5)]]],
          },
        },
        tables: {
          table: {
            rows: table.rows,
            obs: { cell_id: column('cell_id'), area_px: column('area_px'), 'area_um²': column('area um²') },
            X: measures('cell'),
            layers: { nucleus_sum: measures('nucleus') },
            ...members(),
          },
        },
      },
      'none.zarr': { labels: { cells: { ids: 0 } }, tables: { table: { rows: 0 } } },
    },
    cells: {
      rows: table.rows,
      columns: [
        'fov',
        'Patient №',
        ...table.columns.map(({ name }) => name),
        'only here_cell_mean',
        'only here_nucleus_sum',
      ],
      sums: { cell_id: column('cell_id'), DAPI_cell_mean: column('DAPI_cell_mean') },
    },
  };
}

describeWithReaders('published by Fovea, read by others', () => {
  test(
    'spatialdata, anndata, ome-zarr, an NGFF 0.4 validator and pandas read the same values that were published',
    () => {
      expect(checkReaders(dir, join(dir, 'expect.json'))).toMatchObject({ status: 0, problems: [], stores: 2 });
    },
    TWO_MINUTES,
  );

  test(
    'the check finds labels that are off by one pixel',
    async () => {
      const path = join(dir, 'F 1.zarr/labels/cells/0');
      const metadata = await readFile(join(path, '.zarray'), 'utf8');
      const shifted = new Int32Array(labels.data.length);
      shifted.set(labels.data.subarray(0, -1), 1);
      await (await createArray(path, { shape: [700, 1100], chunks: [1024, 1024], dtype: 'int32' })).write(shifted);
      expect(await readFile(join(path, '.zarray'), 'utf8')).toBe(metadata);
      const report = checkReaders(dir, join(dir, 'expect.json'));
      expect(report.status).toBe(1);
      expect(report.problems).toContain('F 1.zarr/tables/table: obsm/spatial is not on labels/cells');
    },
    TWO_MINUTES,
  );
});

describeWithAnalysis('published by Fovea, analysed by others', () => {
  test(
    'scanpy and squidpy go on from types, colours, positions and neighbours',
    () => {
      // The test above has moved the labels, which neither of them looks at.
      const { scanpy, squidpy, ...rest } = checkAnalysis(dir);
      expect({ scanpy, squidpy }).toEqual({ scanpy: 1, squidpy: 1 });
      expect(rest).toMatchObject({ status: 0, problems: [] });
    },
    5 * TWO_MINUTES,
  );
});
