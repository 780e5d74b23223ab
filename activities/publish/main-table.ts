import type { Kind } from '../../core/artifact.ts';

/** The name that says which cell table is the one to look at first. */
const MAIN = 'table';

/**
 * Of several published cell tables, the one that stands for the cells: it fills `cells.parquet` and the page's figures. It is the one that is
 * published as `table`, such as joined tables, or else the first in the order of `publish:`. Null where no cell table is published.
 */
export function mainTableName(published: Readonly<Record<string, { readonly kind: Kind }>>): string | null {
  if (Object.hasOwn(published, MAIN) && published[MAIN]!.kind === 'CellTable') return MAIN;
  return Object.entries(published).find(([, { kind }]) => kind === 'CellTable')?.[0] ?? null;
}
