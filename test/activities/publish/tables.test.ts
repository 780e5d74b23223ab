import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { writeCellsParquet, writeTableParquet } from '../../../activities/publish/parquet.ts';
import type { FovCells } from '../../../activities/publish/parquet.ts';
import { writeTableCsv } from '../../../activities/publish/table-csv.ts';
import type { Column, Table } from '../../../kernels/image.ts';
import { SAMPLE_SUMMARY, sampleLabels, sampleTable } from './sample.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'fovea-tables-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const plain = (name: string, values: Column['values']): Column => ({ name, values, unit: null, measure: null });
const stream = (rows: readonly FovCells[]) =>
  async function* (): AsyncGenerator<FovCells> {
    yield* rows;
  };
const read = async (path: string): Promise<Record<string, unknown>[]> =>
  await parquetReadObjects({ file: await asyncBufferFromFile(path) });

test('cells of fields of view with differing panels and samplesheet columns share one file', async () => {
  const path = join(dir, 'deep/cells.parquet');
  const rows: FovCells[] = [
    {
      fov: 'F-ä1',
      obs: { patient: 'P1' },
      table: { rows: 2, columns: [plain('cell_id', Int32Array.of(1, 7)), plain('CD8α', Float64Array.of(0.5, NaN))] },
    },
    { fov: 'none', obs: {}, table: { rows: 0, columns: [plain('cell_id', new Int32Array(0))] } },
    {
      fov: 'F2',
      obs: { site: '<script>' },
      table: { rows: 1, columns: [plain('cell_id', Int32Array.of(3)), plain('type', ['тучная'])] },
    },
  ];
  expect(await writeCellsParquet(path, stream(rows))).toEqual({ rows: 3, columns: 6 });
  expect(await read(path)).toEqual([
    { fov: 'F-ä1', patient: 'P1', site: null, cell_id: 1, CD8α: 0.5, type: null },
    { fov: 'F-ä1', patient: 'P1', site: null, cell_id: 7, CD8α: NaN, type: null },
    { fov: 'F2', patient: null, site: '<script>', cell_id: 3, CD8α: null, type: 'тучная' },
  ]);
  expect(await readdir(join(dir, 'deep'))).toEqual(['cells.parquet']);
});

test('types widen and taken names move aside', async () => {
  const path = join(dir, 'cells.parquet');
  const rows: FovCells[] = [
    {
      fov: 'a',
      obs: { fov: 'x' },
      table: { rows: 1, columns: [plain('n', Int32Array.of(5)), plain('s', Int32Array.of(1))] },
    },
    { fov: 'b', obs: {}, table: { rows: 1, columns: [plain('n', Float64Array.of(0.25)), plain('s', ['y'])] } },
  ];
  await writeCellsParquet(path, stream(rows));
  expect(await read(path)).toEqual([
    { fov: 'a', fov_2: 'x', n: 5, s: '1' },
    { fov: 'b', fov_2: null, n: 0.25, s: 'y' },
  ]);
});

test('a cohort of 120,000 cells goes out in row groups of 50,000 and sums to the same', async () => {
  const path = join(dir, 'cells.parquet');
  const cells = 6_000;
  const rows = async function* (): AsyncGenerator<FovCells> {
    for (let f = 0; f < 20; f++) {
      const columns = [
        plain(
          'cell_id',
          Int32Array.from({ length: cells }, (_, i) => i + 1),
        ),
        plain(
          'm',
          Float64Array.from({ length: cells }, (_, i) => i * 0.5 + f),
        ),
      ];
      yield { fov: `F${f}`, obs: {}, table: { rows: cells, columns } };
    }
  };
  expect(await writeCellsParquet(path, rows)).toEqual({ rows: 120_000, columns: 3 });
  const metadata = await parquetMetadataAsync(await asyncBufferFromFile(path));
  expect(metadata.row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([50_000, 50_000, 20_000]);
  const back = await read(path);
  expect(back[53_999]).toEqual({ fov: 'F8', cell_id: 6000, m: 5999 * 0.5 + 8 });
  expect(back.reduce((sum, row) => sum + (row['m'] as number), 0)).toBe(20 * 0.5 * ((5999 * 6000) / 2) + 6000 * 190);
});

test('a cohort without any cell is a file with columns and no rows', async () => {
  const path = join(dir, 'cells.parquet');
  const table = sampleTable({ ...sampleLabels(32, 32), data: new Int32Array(1024) });
  expect(await writeCellsParquet(path, stream([{ fov: 'a', obs: {}, table }]))).toEqual({ rows: 0, columns: 11 });
  expect(await read(path)).toEqual([]);
  const metadata = await parquetMetadataAsync(await asyncBufferFromFile(path));
  expect(metadata.schema.slice(1, 4).map(({ name }) => name)).toEqual(['fov', 'cell_id', 'area_px']);
});

test('an error while reading leaves no file behind', async () => {
  let pass = 0;
  const rows = async function* (): AsyncGenerator<FovCells> {
    yield { fov: 'a', obs: {}, table: sampleTable(sampleLabels(32, 32)) };
    if (++pass === 2) throw new RangeError('the disk went away');
  };
  await expect(writeCellsParquet(join(dir, 'cells.parquet'), rows)).rejects.toThrow('the disk went away');
  expect(await readdir(dir)).toEqual([]);
});

test('a folder that cannot be made is a STORE error with the path', async () => {
  await writeFile(join(dir, 'file'), '');
  const path = join(dir, 'file/cells.parquet');
  const expected = { code: 'STORE', fields: { path } };
  await expect(writeCellsParquet(path, stream([]))).rejects.toMatchObject(expected);
  await expect(writeTableCsv(path, SAMPLE_SUMMARY)).rejects.toMatchObject(expected);
});

test('one table as Parquet and as CSV', async () => {
  await writeTableParquet(join(dir, 't.parquet'), SAMPLE_SUMMARY);
  expect(await read(join(dir, 't.parquet'))).toEqual([
    { marker: 'DAPI', mean: 1.5 },
    { marker: 'CD8α', mean: NaN },
  ]);
  const awkward: Table = {
    rows: 2,
    columns: [
      plain('a,"b"', ['x\ny', 'plain']),
      plain('n', Float64Array.of(1e-7, NaN)),
      plain('i', Int32Array.of(-1, 2)),
    ],
  };
  await writeTableCsv(join(dir, 't.csv'), awkward);
  expect(await readFile(join(dir, 't.csv'), 'utf8')).toBe('"a,""b""",n,i\n"x\ny",1e-7,-1\nplain,,2\n');
});
