import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CellTable, Table } from '../../kernels/image.ts';
import { writeCellsParquet, writeTableParquet, type FovCells } from '../publish/parquet.ts';
import { readPlot, type Plot } from '../publish/plots/plot-data.ts';
import { writeTableCsv } from '../publish/table-csv.ts';
import type { Store } from '../store/store.ts';
import type { Materialiser } from './materialiser.ts';
import type { TablesInput, Task, TaskResults } from './tasks.ts';

type TablesTask = Extract<Task, { kind: 'tables' }>;

/**
 * Writes the cohort's `cells.parquet` and its tables as CSV and Parquet; one field of view in memory at a time. What tables ask to be drawn goes
 * into the store as a list of `Plot`.
 */
export async function tablesTask(
  store: Store,
  materialiser: Materialiser,
  task: TablesTask,
): Promise<TaskResults['tables']> {
  const { cells, tables } = await store.getValue<TablesInput>(task.input);
  async function* rows(): AsyncGenerator<FovCells> {
    for (const { fov, obs, ref } of cells)
      yield { fov, obs: { ...obs }, table: (await materialiser.get(ref)) as CellTable };
  }
  await mkdir(task.folder, { recursive: true });
  const written = cells.length === 0 ? { rows: 0 } : await writeCellsParquet(join(task.folder, 'cells.parquet'), rows);
  const plots: Plot[] = [];
  for (const [name, ref] of Object.entries(tables)) {
    const table = (await materialiser.get(ref)) as Table;
    await writeTableCsv(join(task.folder, `${name}.csv`), table);
    await writeTableParquet(join(task.folder, `${name}.parquet`), table);
    const plot = readPlot(name, table);
    if (plot !== null) plots.push(plot);
  }
  return { rows: written.rows, plots: await store.putValue(plots) };
}
