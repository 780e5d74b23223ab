import { isFoveaError } from '../../core/errors.ts';
import type { SourceRow } from '../images/source-row.ts';
import { labelPaths } from './label-paths.ts';
import type { LabelPatterns } from './label-paths.ts';
import type { PanelReader } from './panel.ts';
import { resolveInside } from './resolve-inside.ts';

/** What a row says before its paths are resolved. */
export interface DraftRow extends Omit<SourceRow, 'panel' | 'labels' | 'problem'> {
  /** Path of the panel CSV, relative to the root; null for none. */
  readonly panel: string | null;
}

/** Letters, digits and `._+() -`, starting with a letter or digit, at most 120 characters: safe in every path. */
export const FOV_GRAMMAR = /^[A-Za-z0-9][A-Za-z0-9._+() -]{0,119}$/;

/** What is wrong with a fov id, or null. */
export function fovProblem(fov: string): string | null {
  if (fov === '') return 'is empty; give each field of view an id';
  if (FOV_GRAMMAR.test(fov)) return null;
  return (
    `is "${fov}", expected 1 to 120 of the characters A–Z a–z 0–9 . _ + ( ) - and blank, ` +
    'the first a letter or digit; rename it'
  );
}

const MPP = { from: 0.01, to: 100 };

/** µm per pixel as written: `0.5`, or `0.5!` to overrule the file; empty for none. A string says what is wrong. */
export function parseMpp(text: string): { mpp: number | null; forceMpp: boolean } | string {
  if (text === '') return { mpp: null, forceMpp: false };
  const [, number = '', insist = ''] = /^([^!\s]*)\s*(!?)$/.exec(text) ?? [];
  const mpp = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(number) ? Number(number) : NaN;
  if (Number.isNaN(mpp))
    return `is "${text}", expected µm per pixel as a number such as 0.5; leave it empty to take the file's`;
  if (!(mpp >= MPP.from && mpp <= MPP.to))
    return `is ${text}, expected ${MPP.from} to ${MPP.to} µm per pixel; check the unit (nm, px/µm?)`;
  return { mpp, forceMpp: insist === '!' };
}

/** File-system look-ups at a time. */
const IN_FLIGHT = 32;

/** What rows are resolved with. */
export interface RowSurroundings {
  readonly root: string;
  readonly readPanel: PanelReader;
  readonly labels: LabelPatterns;
}

async function resolveRow(draft: DraftRow, { root, readPanel, labels }: RowSurroundings): Promise<SourceRow> {
  const problems: string[] = [];
  const attempt = async <T>(work: () => Promise<T>, otherwise: T, what = ''): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!isFoveaError(error)) throw error;
      problems.push(what + error.message);
      return otherwise;
    }
  };
  const { panel: panelPath } = draft;
  const image = await attempt(() => resolveInside(root, draft.image), draft.image);
  const panel = panelPath === null ? null : await attempt(() => readPanel(panelPath), null);
  const wanted = labelPaths(labels, draft.fov, draft.obs);
  problems.push(...wanted.problems);
  const resolved: Record<string, string> = {};
  for (const [port, path] of Object.entries(wanted.paths)) {
    resolved[port] =
      wanted.problems.length > 0 ? path : await attempt(() => resolveInside(root, path), path, `labels "${port}": `);
  }
  return {
    ...{ ...draft, image, panel },
    ...(Object.keys(labels).length === 0 ? {} : { labels: resolved }),
    problem: problems.length > 0 ? problems.join('\n') : null,
  };
}

/** Pairs of rows whose ids are equal but for case; such would share a folder on some file systems. */
export function duplicateFovs<T extends { readonly fov: string }>(rows: readonly T[]): [first: T, again: T][] {
  const seen = new Map<string, T>();
  const pairs: [T, T][] = [];
  for (const row of rows) {
    const key = row.fov.toLowerCase();
    const first = seen.get(key);
    if (first === undefined) seen.set(key, row);
    else pairs.push([first, row]);
  }
  return pairs;
}

/** Resolves rows' images, panels and labels below the root; what goes wrong becomes the row's `problem`, never an error. */
export async function resolveRows(drafts: readonly DraftRow[], surroundings: RowSurroundings): Promise<SourceRow[]> {
  const rows: SourceRow[] = [];
  for (let i = 0; i < drafts.length; i += IN_FLIGHT)
    rows.push(...(await Promise.all(drafts.slice(i, i + IN_FLIGHT).map((draft) => resolveRow(draft, surroundings)))));
  return rows;
}
