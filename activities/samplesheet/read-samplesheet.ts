import { dirname } from 'node:path';
import type { SourceRow } from '../images/source-row.ts';
import { readCsv, sheetError } from './csv-table.ts';
import type { CsvRow, SheetIssue } from './csv-table.ts';
import { patternProblems } from './label-paths.ts';
import type { LabelPatterns } from './label-paths.ts';
import { createPanelReader, sortIssues } from './panel.ts';
import { duplicateFovs, fovProblem, parseMpp, resolveRows } from './source-row.ts';
import type { DraftRow } from './source-row.ts';

const COLUMNS = ['fov', 'image', 'mpp', 'panel'];
const REQUIRED = ['fov', 'image'];
const MAX_ROWS = 100_000;

export interface SamplesheetOptions {
  /** Folder that images and panels must stay in and that relative paths start from; the samplesheet's by default. */
  readonly root?: string;
  /** Port → pattern of label files, relative to the root; none by default. */
  readonly labels?: LabelPatterns;
}

type Report = (column: string | null, message: string) => void;

function checkHeader(columns: readonly string[], report: Report): void {
  for (const name of columns) {
    const meant = COLUMNS.find((known) => known === name.toLowerCase());
    if (meant !== undefined && meant !== name && !columns.includes(meant))
      report(name, `is not the column ${meant}; write it in lower case`);
  }
  for (const name of REQUIRED)
    if (!columns.includes(name))
      report(name, `is missing; the columns are fov,image,mpp,panel and any of your own (found ${columns.join(', ')})`);
}

function parseRow({ values }: CsvRow, report: Report): DraftRow {
  const [fov = '', image = '', mppText = '', panel = ''] = COLUMNS.map((name) => values.get(name));
  const fovWrong = fovProblem(fov);
  if (fovWrong !== null) report('fov', fovWrong);
  if (image === '') report('image', 'is empty; name an image file or a folder of single-channel images');
  const mpp = parseMpp(mppText);
  if (typeof mpp === 'string') report('mpp', mpp);
  const size = typeof mpp === 'string' ? { mpp: null, forceMpp: false } : mpp;
  const obs = Object.fromEntries([...values].filter(([name]) => !COLUMNS.includes(name)));
  return { fov, image, ...size, panel: panel === '' ? null : panel, obs };
}

/**
 * Reads a samplesheet: CSV with the columns `fov` (id), `image` (file or folder), `mpp` (µm per pixel, `0.5!` to
 * overrule the file, empty for the file's own), `panel` (CSV, see readPanel) and free columns, which become `obs` and may stand in
 * `labels` patterns.
 * Everything wrong with the sheet itself is thrown at once as SAMPLESHEET with `fields.issues`. What concerns one field of
 * view only (a path out of the root, a bad panel) becomes that row's `problem`; whether an image exists is left to ingest.
 */
export async function readSamplesheet(file: string, options: SamplesheetOptions = {}): Promise<SourceRow[]> {
  const { columns, rows, issues } = await readCsv(file);
  const add = (line: number, column: string | null, message: string) => issues.push({ file, line, column, message });
  checkHeader(columns, (column, message) => add(1, column, message));
  const { labels = {} } = options;
  const free = columns.filter((name) => !COLUMNS.includes(name));
  for (const message of patternProblems(labels, free)) add(1, 'labels', message);
  // With a broken header every row would be wrong; say what is wrong once.
  if (issues.some(({ line, column }) => line === 1 && column !== null)) throw sheetError(file, sortIssues(issues));
  if (rows.length === 0 && issues.length === 0) add(0, null, 'lists no fields of view; add a line for each');
  if (rows.length > MAX_ROWS) add(0, null, `lists ${rows.length} fields of view, at most ${MAX_ROWS}; split it`);
  const drafts = rows.map((row) => {
    const draft = parseRow(row, (column, message) => add(row.line, column, message));
    return { fov: draft.fov, line: row.line, draft };
  });
  for (const [first, again] of duplicateFovs(drafts.filter(({ fov }) => fov !== '')))
    add(again.line, 'fov', `is "${again.fov}", which line ${first.line} has already ("${first.fov}"); rename one`);
  if (issues.length > 0) throw sheetError(file, sortIssues(issues satisfies SheetIssue[]));
  const root = options.root ?? dirname(file);
  const readPanel = createPanelReader(root);
  return resolveRows(
    drafts.map(({ draft }) => draft),
    { root, readPanel, labels },
  );
}
