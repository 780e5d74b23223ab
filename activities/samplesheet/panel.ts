import { invalidInput, isFoveaError } from '../../core/errors.ts';
import type { PanelEntry } from '../images/apply-panel.ts';
import { readCsv, sheetError } from './csv-table.ts';
import type { CsvRow, SheetIssue } from './csv-table.ts';
import { resolveInside } from './resolve-inside.ts';

const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const MAX_NAME = 200;

function checkName(value: string): string | null {
  if (value === '') return 'is empty; fill it in';
  if (value.length > MAX_NAME) return `has ${value.length} characters, at most ${MAX_NAME} are allowed; shorten it`;
  return CONTROL.test(value) ? 'holds a control character; retype it' : null;
}

function parseRow({ values }: CsvRow, report: (column: string, message: string) => void): PanelEntry {
  const [channel = '', marker = '', role = ''] = ['channel', 'marker', 'role'].map((name) => values.get(name));
  for (const [column, value] of [['channel', channel] as const, ['marker', marker] as const]) {
    const why = checkName(value);
    if (why !== null) report(column, why);
  }
  if (role !== '' && role !== 'nuclear' && role !== 'membrane')
    report('role', `is "${role}", expected nuclear, membrane or nothing`);
  return { channel, marker, role: role === 'nuclear' || role === 'membrane' ? role : null };
}

/**
 * Reads a panel CSV: columns `channel` (name in the file, or 1-based number), `marker` (the name from now on, unique) and,
 * if wanted, `role` (nuclear, membrane or empty); other columns are passed over. One entry per row, in the order in which
 * the channels are to stand. Throws SAMPLESHEET with all problems at once.
 */
export async function readPanel(file: string): Promise<PanelEntry[]> {
  const { columns, rows, issues } = await readCsv(file);
  const report = (line: number, column: string | null, message: string) => issues.push({ file, line, column, message });
  for (const name of ['channel', 'marker'])
    if (!columns.includes(name))
      report(1, name, `is missing; a panel has the columns channel,marker,role (found ${columns.join(', ')})`);
  if (issues.some(({ line }) => line === 1)) throw sheetError(file, issues);
  if (rows.length === 0) report(0, null, 'lists no channels; add a line for each');
  const lines = { channel: new Map<string, number>(), marker: new Map<string, number>() };
  const entries = rows.map((row) => {
    const entry = parseRow(row, (column, message) => report(row.line, column, message));
    for (const column of ['channel', 'marker'] as const) {
      const earlier = lines[column].get(entry[column]);
      if (earlier !== undefined) report(row.line, column, `"${entry[column]}" stands on line ${earlier} too; keep one`);
      else lines[column].set(entry[column], row.line);
    }
    return entry;
  });
  if (issues.length > 0) throw sheetError(file, sortIssues(issues));
  return entries;
}

/** By line, as people work through a file. */
export const sortIssues = (issues: readonly SheetIssue[]): SheetIssue[] => [...issues].sort((a, b) => a.line - b.line);

export type PanelReader = (path: string) => Promise<readonly PanelEntry[]>;

/**
 * A reader of panels below `root` that reads each file once, however many rows name it. It throws INVALID_INPUT, because a
 * bad panel fails only the fields of view that use it.
 */
export function createPanelReader(root: string): PanelReader {
  const known = new Map<string, Promise<readonly PanelEntry[]>>();
  const read = async (path: string): Promise<readonly PanelEntry[]> => {
    const file = await resolveInside(root, path);
    return readPanel(file);
  };
  return (path) => {
    const panel =
      known.get(path) ??
      read(path).catch((error: unknown) => {
        if (!isFoveaError(error)) throw error;
        throw invalidInput(`panel ${path}: ${error.message}`, { ...error.fields, panel: path });
      });
    known.set(path, panel);
    return panel;
  };
}
