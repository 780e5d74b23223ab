import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Table } from '../../kernels/image.ts';
import { storeError } from '../store/file-errors.ts';

const ROWS_PER_PART = 2_000;

/**
 * Writes a table as CSV (RFC 4180 quoting, UTF-8 without BOM, line feeds): a header line, then a line per row; NaN is an
 * empty field. Text that a spreadsheet would run as a formula is left as it is: the file is data for programs.
 * Streams, writes under a temporary name and renames. Throws DISK_FULL or STORE when writing fails.
 */
export async function writeTableCsv(path: string, table: Table): Promise<void> {
  const temporary = `${path}.tmp-${process.pid}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await pipeline(Readable.from(parts(table)), createWriteStream(temporary));
    await rename(temporary, path);
  } catch (err) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw await storeError(err, 'write', path);
  }
}

function* parts({ rows, columns }: Table): Generator<string> {
  yield `${columns.map(({ name }) => field(name)).join(',')}\n`;
  for (let start = 0; start < rows; start += ROWS_PER_PART) {
    let part = '';
    for (let row = start; row < Math.min(rows, start + ROWS_PER_PART); row++) {
      part += `${columns.map(({ values }) => field(values[row] ?? '')).join(',')}\n`;
    }
    yield part;
  }
}

function field(value: string | number): string {
  if (typeof value === 'number') return Number.isNaN(value) ? '' : String(value);
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
