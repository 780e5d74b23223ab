import { mkdir, open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { ColumnSource } from 'hyparquet-writer';
import type { CellTable, Table } from '../../kernels/image.ts';
import { storeError } from '../store/file-errors.ts';

/** Cells of one field of view, with the samplesheet's free columns. */
export interface FovCells {
  readonly fov: string;
  readonly obs: Readonly<Record<string, string>>;
  readonly table: CellTable;
}

type ColumnType = 'INT32' | 'DOUBLE' | 'STRING';
type ColumnTypes = ReadonlyMap<string, ColumnType>;

/** Rows gathered before a row group is written: large enough to compress, small enough to hold. */
const ROWS_PER_GROUP = 50_000;

/**
 * Writes the cells of a whole cohort as one Parquet file: `fov`, the samplesheet's columns, then all columns of the
 * tables in the order they first appear. `rows` is called twice, since Parquet needs every column's type before the first
 * row: once to see the columns (nothing is kept), once to write. Fields of view may differ in columns: what one lacks is
 * null there; NaN stays NaN. A column that is whole-numbered in one table and not in another is
 * DOUBLE; one that is text anywhere is text. Holds one row group in memory. A table column that shares its name with
 * `fov` or a samplesheet column is written as `<name>_2`.
 *
 * Writes under a temporary name and renames; an error leaves no file. Throws DISK_FULL or STORE when writing fails.
 */
export async function writeCellsParquet(
  path: string,
  rows: () => AsyncIterable<FovCells>,
): Promise<{ rows: number; columns: number }> {
  const types = new Map<string, ColumnType>([['fov', 'STRING']]);
  const obsNames = new Set<string>();
  const tableTypes = new Map<string, ColumnType>();
  for await (const { obs, table } of rows()) {
    for (const name of Object.keys(obs)) obsNames.add(name);
    for (const { name, values } of table.columns) {
      const type = typeOf(values);
      const before = tableTypes.get(name);
      tableTypes.set(name, before === undefined ? type : wider(before, type));
    }
  }
  const obsColumns = [...obsNames].map((name) => [name, free(types, name)] as const);
  for (const [, name] of obsColumns) types.set(name, 'STRING');
  const tableColumns = new Map<string, string>();
  for (const [name, type] of tableTypes) {
    const unique = free(types, name);
    tableColumns.set(name, unique);
    types.set(unique, type);
  }

  return await writeParquet(path, types, async (append) => {
    for await (const { fov, obs, table } of rows()) {
      const values = new Map<string, ArrayLike<number | string>>();
      for (const { name, values: own } of table.columns) values.set(tableColumns.get(name) ?? name, own);
      const constants = new Map([['fov', fov]]);
      for (const [name, column] of obsColumns) {
        const value = obs[name];
        if (value !== undefined) constants.set(column, value);
      }
      await append(table.rows, values, constants);
    }
  });
}

/** Writes one table as Parquet, its columns under their own names. Throws DISK_FULL or STORE when writing fails. */
export async function writeTableParquet(path: string, table: Table): Promise<void> {
  const types = new Map(table.columns.map(({ name, values }) => [name, typeOf(values)]));
  await writeParquet(path, types, async (append) => {
    await append(table.rows, new Map(table.columns.map(({ name, values }) => [name, values])), new Map());
  });
}

/** Hands each finished row group to the file. */
class FileWriter extends ByteWriter {
  private readonly file: FileHandle;

  constructor(file: FileHandle) {
    super();
    this.file = file;
  }

  async flush(): Promise<void> {
    await this.file.appendFile(this.getBytes());
    this.index = 0;
  }

  override async finish(): Promise<void> {
    await this.flush();
  }
}

type Append = (
  rows: number,
  values: ReadonlyMap<string, ArrayLike<number | string>>,
  constants: ReadonlyMap<string, string>,
) => Promise<void>;

async function writeParquet(
  path: string,
  types: ColumnTypes,
  fill: (append: Append) => Promise<void>,
): Promise<{ rows: number; columns: number }> {
  const temporary = `${path}.tmp-${process.pid}`;
  let file: FileHandle | null = null;
  try {
    await mkdir(dirname(path), { recursive: true });
    file = await open(temporary, 'w');
    const writer = new FileWriter(file);
    const empty: ColumnSource[] = [...types].map(([name, type]) => ({ name, type, data: [] }));
    const parquet = new ParquetWriter({
      writer,
      schema: schemaFromColumnData({ columnData: empty }),
      createdBy: 'fovea',
    });
    let total = 0;
    let held = 0;
    let group = new Map<string, unknown[]>([...types.keys()].map((name) => [name, []]));
    const flush = async (): Promise<void> => {
      if (held === 0) return;
      const columnData = [...group].map(([name, data]) => ({ name, data }));
      await parquet.write({ columnData, rowGroupSize: held });
      group = new Map([...types.keys()].map((name) => [name, []]));
      held = 0;
    };
    await fill(async (rows, values, constants) => {
      for (let start = 0; start < rows;) {
        const end = Math.min(rows, start + ROWS_PER_GROUP - held);
        for (const [name, type] of types) {
          const into = group.get(name) ?? [];
          const own = values.get(name);
          for (let row = start; row < end; row++)
            into.push(cell(own === undefined ? constants.get(name) : own[row], type));
        }
        held += end - start;
        total += end - start;
        start = end;
        if (held === ROWS_PER_GROUP) await flush();
      }
    });
    await flush();
    await parquet.finish();
    await file.close();
    await rename(temporary, path);
    return { rows: total, columns: types.size };
  } catch (err) {
    await file?.close().catch(() => undefined);
    await rm(temporary, { force: true }).catch(() => undefined);
    throw (err as NodeJS.ErrnoException).syscall === undefined ? err : await storeError(err, 'write', path);
  }
}

function cell(value: string | number | undefined, type: ColumnType): string | number | null {
  if (value === undefined) return null;
  return type === 'STRING' ? String(value) : value;
}

function typeOf(values: Table['columns'][number]['values']): ColumnType {
  if (values instanceof Int32Array) return 'INT32';
  return values instanceof Float64Array ? 'DOUBLE' : 'STRING';
}

function wider(a: ColumnType, b: ColumnType): ColumnType {
  if (a === b) return a;
  return a === 'STRING' || b === 'STRING' ? 'STRING' : 'DOUBLE';
}

/** `name`, or `name_2`, `name_3` … when it is taken. */
function free(taken: ReadonlyMap<string, unknown>, name: string): string {
  let unique = name;
  for (let i = 2; taken.has(unique); i++) unique = `${name}_${i}`;
  return unique;
}
