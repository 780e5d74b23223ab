import { z } from 'zod';
import { tellIssues } from './tell-issues.ts';
import type { Table } from '../../../kernels/image.ts';

/** What a cohort table says under `reports.plot` to be drawn in the summary page. */
const plotSchema = z.strictObject({
  kind: z.enum(['stacked-bars', 'heatmap', 'confusion']),
  title: z.string().min(1).max(200),
  /** Text column that names the rows. */
  labels: z.string(),
  /** What the names of the drawn columns begin with; the rest of the name is the column's label. */
  values: z.string().min(1),
  /** Heatmaps: numbers as they are, or each row's z-score over the columns. */
  scale: z.enum(['none', 'z-score']).default('none'),
  /** Numbers told beside the plot. */
  figures: z
    .array(z.strictObject({ label: z.string(), value: z.number().nullable() }))
    .max(12)
    .default([]),
});

/** A plot's numbers, cut down to what the page draws; JSON. Text is foreign. */
export interface PlotData {
  /** Published name of the table; its file is `<name>.csv`. */
  readonly name: string;
  readonly kind: z.output<typeof plotSchema>['kind'];
  readonly title: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** By row, then column; null where there is no number. */
  readonly values: readonly (readonly (number | null)[])[];
  /** Stacked bars: each row's sum over all columns, also those that are left out. */
  readonly totals: readonly number[];
  /** Row → `#rrggbb`, where the table has a colour. */
  readonly colours: Readonly<Record<string, string>>;
  readonly unit: string | null;
  readonly scale: z.output<typeof plotSchema>['scale'];
  readonly figures: z.output<typeof plotSchema>['figures'];
  /** How many rows and columns the table has. */
  readonly of: { readonly rows: number; readonly columns: number };
}

/** A table that asks for a plot that cannot be drawn, and why. */
export interface PlotProblem {
  readonly name: string;
  readonly problem: string;
}

export type Plot = PlotData | PlotProblem;

/** What one plot may show: more could not be read, and a page must stay small. */
const LIMITS = {
  'stacked-bars': { rows: 64, columns: 60 },
  heatmap: { rows: 120, columns: 60 },
  confusion: { rows: 60, columns: 60 },
} as const;

/** Reads a table's `reports.plot`; null where it has none. The first rows and columns are kept, up to what a plot shows. */
export function readPlot(name: string, table: Table): Plot | null {
  const wanted = table.reports?.['plot'];
  if (wanted === undefined) return null;
  const parsed = plotSchema.safeParse(wanted);
  if (!parsed.success) return { name, problem: `reports.plot is not a plot: ${tellIssues(parsed.error)}` };
  const { kind, title, labels, values, scale, figures } = parsed.data;
  const named = table.columns.find((column) => column.name === labels)?.values;
  if (!isText(named)) return { name, problem: `the plot's rows are named by "${labels}", which is no column of text` };
  const drawn = table.columns.filter((column) => column.name.startsWith(values) && !isText(column.values));
  if (drawn.length === 0) return { name, problem: `no column of numbers begins with "${values}"` };
  const limit = LIMITS[kind];
  const columns = drawn.slice(0, limit.columns);
  const shown = drawnRows(kind, named, limit.rows);
  const units = new Set(columns.map(({ unit }) => unit));
  return {
    ...{ name, kind, title, scale, figures, rows: shown.map(({ label }) => label) },
    columns: columns.map((column) => column.name.slice(values.length)),
    values: shown.map((row) => columns.map((column) => valueOf(column, row))),
    totals:
      kind === 'stacked-bars'
        ? shown.map((row) => drawn.reduce((sum, column) => sum + (valueOf(column, row) ?? 0), 0))
        : [],
    colours: { ...table.colours?.[labels] },
    unit: units.size === 1 ? [...units][0]! : null,
    of: { rows: table.rows, columns: drawn.length },
  };
}

interface DrawnRow {
  readonly label: string;
  /** Rows of the table that are told as one. */
  readonly from: number;
  readonly to: number;
}

/** A row of the plot for each row of the table, up to `most`; what is beyond that is one row in stacked bars, so that bars stay whole. */
function drawnRows(kind: PlotData['kind'], labels: readonly string[], most: number): DrawnRow[] {
  const single = (label: string, row: number): DrawnRow => ({ label, from: row, to: row + 1 });
  if (labels.length <= most || kind !== 'stacked-bars') return labels.slice(0, most).map(single);
  const rest = { label: `${labels.length - most + 1} others`, from: most - 1, to: labels.length };
  return [...labels.slice(0, most - 1).map(single), rest];
}

/** The number of a row, or the sum of rows that are one; null for NaN. */
function valueOf({ values }: Table['columns'][number], { from, to }: DrawnRow): number | null {
  let sum = 0;
  for (let row = from; row < to; row++) sum += values[row] as number;
  return Number.isNaN(sum) ? null : sum;
}

const isText = (values: Table['columns'][number]['values'] | undefined): values is readonly string[] =>
  Array.isArray(values);
