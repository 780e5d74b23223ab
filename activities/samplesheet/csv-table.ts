import { readFile, stat } from 'node:fs/promises';
import Papa from 'papaparse';
import { FoveaError } from '../../core/errors.ts';

/** One thing wrong with a CSV file. `line` is 1-based, 0 for the file as a whole; `column` by name or null. */
export interface SheetIssue {
  readonly file: string;
  readonly line: number;
  readonly column: string | null;
  readonly message: string;
}

export interface CsvRow {
  /** 1-based line on which the row starts (a quoted field may span several). */
  readonly line: number;
  /** Column name → trimmed value. */
  readonly values: ReadonlyMap<string, string>;
}

export interface CsvTable {
  readonly columns: readonly string[];
  readonly rows: readonly CsvRow[];
  readonly issues: SheetIssue[];
}

const MAX_BYTES = 64 * 2 ** 20;
const MAX_SHOWN = 50;

/** All problems of a file in one SAMPLESHEET error: a line each, `file:line column: message`. */
export function sheetError(file: string, issues: readonly SheetIssue[]): FoveaError {
  const lines = issues
    .slice(0, MAX_SHOWN)
    .map(
      ({ line, column, message }) =>
        `  ${file}${line > 0 ? `:${line}` : ''}${column === null ? '' : ` ${column}`}: ${message}`,
    );
  if (issues.length > MAX_SHOWN) lines.push(`  and ${issues.length - MAX_SHOWN} more`);
  const count = issues.length === 1 ? 'a problem' : `${issues.length} problems`;
  return new FoveaError('SAMPLESHEET', `${file} has ${count}; correct and run again:\n${lines.join('\n')}`, {
    fields: { path: file, issues },
  });
}

/** A SAMPLESHEET error about the file as a whole. */
export function sheetFileError(file: string, message: string): FoveaError {
  return sheetError(file, [{ file, line: 0, column: null, message }]);
}

const decodes = (bytes: Uint8Array) => {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
};

/** The offset of the first byte that cannot be UTF-8, by bisection over prefixes (a cut character at the end is fine). */
function firstBadByte(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    if (decodes(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  return Math.min(good, bytes.length - 1);
}

function decodeUtf8(bytes: Uint8Array, file: string): string {
  const [a, b] = bytes;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff))
    throw sheetFileError(file, 'is UTF-16, expected UTF-8; save it as "CSV UTF-8"');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const at = firstBadByte(bytes);
    const line = bytes.subarray(0, at).reduce((count, byte) => count + (byte === 10 ? 1 : 0), 1);
    throw sheetFileError(
      file,
      `is not UTF-8: byte ${at} (line ${line}) is 0x${(bytes[at] ?? 0).toString(16)}; save it as "CSV UTF-8"`,
    );
  }
}

async function readBytes(file: string): Promise<Uint8Array> {
  const wrong: Readonly<Record<string, string>> = {
    ENOENT: 'does not exist; check the path',
    ENOTDIR: 'does not exist; check the path',
    EISDIR: 'is a folder, expected a CSV file',
    EACCES: 'may not be read by this user; grant read permission',
  };
  try {
    const stats = await stat(file);
    if (!stats.isFile()) throw sheetFileError(file, 'is not a regular file, expected a CSV file');
    if (stats.size > MAX_BYTES)
      throw sheetFileError(file, `has ${stats.size} bytes, at most ${MAX_BYTES} are read; is it a CSV file?`);
    return await readFile(file);
  } catch (error) {
    if (error instanceof FoveaError) throw error;
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw sheetFileError(file, wrong[code] ?? `could not be read (${message}); check the disk or network share`);
  }
}

/** Rows of fields with the line each starts on. Papa's cursor stands behind a row, so lines are counted between cursors. */
function splitRows(text: string): { line: number; fields: string[]; openQuote: boolean }[] {
  const rows: { line: number; fields: string[]; openQuote: boolean }[] = [];
  let counted = 0;
  let line = 1;
  Papa.parse<string[]>(text, {
    delimiter: ',',
    step: ({ data, errors, meta }) => {
      const openQuote = errors.some(({ code }) => code === 'MissingQuotes' || code === 'InvalidQuotes');
      rows.push({ line, fields: data, openQuote });
      line += lineBreaks(text.slice(counted, meta.cursor));
      counted = meta.cursor;
    },
  });
  return rows.filter(({ fields }) => fields.some((field) => field.trim() !== ''));
}

const lineBreaks = (text: string) => text.match(/\r\n|\r|\n/g)?.length ?? 0;

/**
 * Reads a CSV file (comma, RFC 4180 quotes, any line ends, BOM allowed, UTF-8 only, at most 64 MiB) with a header line.
 * Blank lines are passed over, values trimmed. Shape problems (header, field counts, quotes) are collected in `issues` and
 * their rows left out; a file that cannot be read as text at all throws SAMPLESHEET.
 */
export async function readCsv(file: string): Promise<CsvTable> {
  const [header, ...body] = splitRows(decodeUtf8(await readBytes(file), file));
  if (header === undefined) throw sheetFileError(file, 'is empty, expected a header line');
  const issues: SheetIssue[] = [];
  const issue = (line: number, message: string, column: string | null = null) =>
    issues.push({ file, line, column, message });
  const columns = header.fields.map((name) => name.trim());
  if (columns.length === 1 && /[;\t]/.test(columns[0] ?? ''))
    throw sheetFileError(file, 'is separated by semicolons or tabs, expected commas; save it as comma-separated CSV');
  columns.forEach((name, i) => {
    if (name === '') issue(header.line, `column ${i + 1} has no name; name it or remove it`);
    else if (columns.indexOf(name) !== i) issue(header.line, 'stands twice in the header; keep one', name);
  });
  const rows: CsvRow[] = [];
  for (const { line, fields, openQuote } of [header, ...body]) {
    if (openQuote) issue(line, 'has a quote that is not closed or stands inside a field; close it or double it');
    else if (fields.length !== columns.length)
      issue(line, `has ${fields.length} fields, the header has ${columns.length}; quote fields that hold commas`);
    else if (line !== header.line)
      rows.push({ line, values: new Map(columns.map((name, i) => [name, (fields[i] ?? '').trim()])) });
  }
  return { columns, rows, issues };
}
