import { invalidInput } from '../../core/errors.ts';
import { listed } from '../../core/suggest.ts';
import { UNKNOWN_TYPE } from '../../core/vocabulary/cell-types.ts';
import { coloursOfTypes } from '../../core/vocabulary/type-colours.ts';
import type { CellTable, Column, Labels } from '../../kernels/image.ts';
import { measureRegions } from '../../kernels/regions.ts';

export interface ImportTypesOptions {
  /** Code → type. */
  readonly names: Readonly<Record<string, string>>;
  readonly minShare: number;
}

/**
 * The type of each cell by a class image on its grid: the class that most of its pixels have (the lower code of equals), where it has `minShare` of them;
 * else, and where that class is 0, `Unknown`. Columns `cell_id`, `cell_type`, `cell_type_share`.
 *
 * @throws INVALID_INPUT for a class image of another size, or codes inside cells that `names` lacks (all are told).
 */
export function importTypes(cells: Labels, classes: Labels, { names, minShare }: ImportTypesOptions): CellTable {
  const { height, width } = cells;
  if (classes.height !== height || classes.width !== width) {
    throw invalidInput(
      `the class image is ${classes.height} × ${classes.width}, the cells are ${height} × ${width}; bring it to their grid with regrid`,
      { port: 'classes' },
    );
  }
  const { ids, area } = measureRegions(cells.data, height, width, { properties: ['area'] });
  const row = new Map(Array.from(ids, (id, index) => [id, index]));
  const counts = Array.from(ids, () => new Map<number, number>());
  const unnamed = new Set<number>();
  for (let i = 0; i < cells.data.length; i++) {
    const id = cells.data[i]!;
    if (id === 0) continue;
    const code = classes.data[i]!;
    if (code !== 0 && !Object.hasOwn(names, String(code))) unnamed.add(code);
    const own = counts[row.get(id)!]!;
    own.set(code, (own.get(code) ?? 0) + 1);
  }
  if (unnamed.size > 0) {
    const codes = [...unnamed].sort((a, b) => a - b).map(String);
    throw invalidInput(
      `cells hold the classes ${listed(codes)}, which names lacks; name them, such as { ${codes[0]}: Tumor }`,
      {
        port: 'classes',
        codes,
      },
    );
  }
  const share = new Float64Array(ids.length);
  const types = counts.map((own, index) => {
    const [code, pixels] = [...own].sort(([a, x], [b, y]) => y - x || a - b)[0]!;
    share[index] = pixels / area[index]!;
    return code === 0 || share[index]! < minShare ? UNKNOWN_TYPE : names[String(code)]!;
  });
  const column = (name: string, values: Column['values']): Column => ({ name, values, unit: null, measure: null });
  return {
    rows: ids.length,
    columns: [column('cell_id', ids.slice()), column('cell_type', types), column('cell_type_share', share)],
    colours: { cell_type: coloursOfTypes(types) },
  };
}
