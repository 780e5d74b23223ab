import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeLabelsTiff } from '../../../activities/images/write-tiff.ts';
import { scoreTypes, type TypedFov } from '../../../activities/synth/score-types.ts';
import type { CellTable, Labels } from '../../../kernels/image.ts';

function labels(rows: readonly string[]): Labels {
  const data = Int32Array.from(rows.join(''), (digit) => (digit === '.' ? 0 : Number(digit)));
  return { height: rows.length, width: rows[0]?.length ?? 0, mpp: 0.5, data };
}

const table = (ids: readonly number[], columns: Readonly<Record<string, readonly string[]>>): CellTable => ({
  rows: ids.length,
  columns: [
    { name: 'cell_id', values: Int32Array.from(ids), unit: null, measure: null },
    ...Object.entries(columns).map(([name, values]) => ({ name, values, unit: null, measure: null })),
  ],
});

async function* stream(...fovs: TypedFov[]): AsyncGenerator<TypedFov> {
  for (const fov of fovs) yield await Promise.resolve(fov);
}

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'fovea-score-types-'));
  await writeLabelsTiff(join(dir, 'a_cells.tif'), labels(['11.22.33.44']));
  await writeFile(join(dir, 'a_types.csv'), 'cell_id,cell_type\n1,T\n2,T\n3,B\n4,Tumor\n');
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test('scores each column over the cells that were found, types of the truth alone', async () => {
  // 4 is not found; 1, 2 and 3 have other ids; 3 is told as T by one and left Unknown by the other.
  const cells = labels(['77.55.66...']);
  const told = table([5, 6, 7], { mine: ['T', 'T', 'T'], other: ['T', 'Unknown', 'B'] });
  const [mine, other] = await scoreTypes(dir, ['mine', 'other', 'absent'], stream({ fov: 'a', cells, table: told }));
  expect(mine).toMatchObject({ column: 'mine', cells: 3, accuracy: 2 / 3 });
  expect(mine!.perType).toEqual([
    { type: 'T', cells: 2, f1: 0.8 },
    { type: 'B', cells: 1, f1: 0 },
  ]);
  expect(mine!.macroF1).toBeCloseTo(0.4, 12);
  expect(other!.perType).toEqual([
    { type: 'T', cells: 2, f1: 2 / 3 },
    { type: 'B', cells: 1, f1: 0 },
  ]);
});

test('nothing found, nothing scored', async () => {
  const cells = labels(['...........']);
  expect(await scoreTypes(dir, ['mine'], stream({ fov: 'a', cells, table: table([], { mine: [] }) }))).toEqual([]);
});

test('a field without truth is named', async () => {
  const cells = labels(['1']);
  const run = scoreTypes(dir, ['mine'], stream({ fov: 'b', cells, table: table([1], { mine: ['T'] }) }));
  await expect(run).rejects.toThrow('b_cells.tif');
});
