import { readCsv, sheetError, sheetFileError } from './csv-table.ts';
import { readPanel } from './panel.ts';

/** Columns that hold names, the likeliest first. */
const COLUMNS = ['marker', 'marker_name', 'name', 'target', 'channel'];

export interface PanelNames {
  /** In the order of the file, not empty. */
  readonly names: readonly string[];
  /** The column they stand in; null for a plain list. */
  readonly column: string | null;
}

/**
 * The names a panel file gives its channels. A panel with `channel` and `marker` is read as samplesheets read it; other CSV files by the first of the columns
 * marker, marker_name, name, target, channel, whatever its case; a file without any of them and with one column is a plain list, a name a line. Lines
 * without a name are passed over. Throws SAMPLESHEET with all problems at once.
 */
export async function readPanelNames(file: string): Promise<PanelNames> {
  const { columns, rows, issues } = await readCsv(file);
  if (columns.includes('channel') && columns.includes('marker')) {
    return { names: (await readPanel(file)).map(({ marker }) => marker), column: 'marker' };
  }
  const column = COLUMNS.flatMap((wanted) => columns.find((name) => name.toLowerCase() === wanted) ?? [])[0];
  const [first = ''] = columns;
  if (column === undefined && columns.length > 1) {
    throw sheetFileError(file, `has no column of names (${COLUMNS.join(', ')}), found ${columns.join(', ')}; name one`);
  }
  if (issues.length > 0) throw sheetError(file, issues);
  const values = rows.map(({ values }) => values.get(column ?? first) ?? '');
  const names = (column === undefined ? [first, ...values] : values).filter((name) => name !== '');
  if (names.length === 0) throw sheetFileError(file, 'names no channels; add a line for each');
  return { names, column: column ?? null };
}
