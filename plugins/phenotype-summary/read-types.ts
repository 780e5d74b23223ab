import { invalidInput } from '../../core/errors.ts';
import { listed } from '../../core/suggest.ts';
import { cellTypeOf, UNKNOWN_TYPE } from '../../core/vocabulary/cell-types.ts';
import { convertCellType } from '../../core/vocabulary/convert-cell-type.ts';
import type { CellTable } from '../../kernels/image.ts';
import type { SummaryOptions } from './params.ts';

/** Cells and their types, row by row. */
export interface FoundTypes {
  readonly ids: Int32Array;
  readonly types: readonly string[];
}

export interface Where extends Pick<SummaryOptions, 'level' | 'names' | 'unlabelled'> {
  readonly fov: string;
  readonly port: string;
  readonly column: string;
}

/**
 * The types of a table's cells, renamed by `names` and told at `level`. Whole numbers (clusters, say) are read as text. `Unknown` and what
 * `unlabelled` lists stay as they are.
 *
 * @throws INVALID_INPUT if there is no such column, it holds fractions, or a name is no canonical type and `level` is not `type`.
 */
export function readTypes(table: CellTable, { fov, port, column, level, names, unlabelled }: Where): FoundTypes {
  const found = table.columns.find(({ name }) => name === column);
  if (found === undefined || found.values instanceof Float64Array) {
    const texts = table.columns.filter(({ values }) => Array.isArray(values)).map(({ name }) => name);
    const problem = found === undefined ? 'has no column' : 'has numbers, not names, in column';
    throw invalidInput(
      `field ${fov}: "${port}" ${problem} ${JSON.stringify(column)}; columns of names are: ${listed(texts) || 'none'}. ` +
        `Name one as ${port === 'truth' ? 'truthColumn' : 'column'}`,
      { fov, port, column },
    );
  }
  const told = new Map<string, string>();
  const tell = (value: string): string => {
    const before = told.get(value);
    if (before !== undefined) return before;
    const name = Object.hasOwn(names, value) ? names[value]! : value;
    const keep = level === 'type' || name === UNKNOWN_TYPE || unlabelled.includes(name);
    if (!keep && cellTypeOf(name) === null) {
      throw invalidInput(
        `field ${fov}: "${port}" holds ${JSON.stringify(name)}, which is no canonical cell type, so it has no ${level}; ` +
          `give its canonical name under names, or tell types as they are: level: type`,
        { fov, port, cellType: name },
      );
    }
    const converted = keep ? name : convertCellType(name, level);
    told.set(value, converted);
    return converted;
  };
  const types: string[] = [];
  for (const value of found.values) types.push(tell(String(value)));
  return { ids: table.columns[0]!.values as Int32Array, types };
}
