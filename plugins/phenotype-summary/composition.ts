import { cellTypeColours, cellTypes, UNKNOWN_TYPE } from '../../core/vocabulary/cell-types.ts';
import type { CellTypeLevel } from '../../core/vocabulary/convert-cell-type.ts';
import type { Column, Table } from '../../kernels/image.ts';
import type { FoundTypes } from './read-types.ts';

const column = (name: string, values: Column['values']): Column => ({ name, values, unit: null, measure: null });

/** Cells of each type in each field of view, while fields are added. */
export class Composition {
  private readonly level: CellTypeLevel;
  private readonly fovs: string[] = [];
  /** Type → field's position → cells. */
  private readonly counts = new Map<string, Map<number, number>>();
  private readonly colours = new Map<string, string>();

  constructor(level: CellTypeLevel) {
    this.level = level;
  }

  /** `colours` are those of the table, as far as it has any; the first seen of a type stays. */
  add(fov: string, { types }: FoundTypes, colours: Readonly<Record<string, string>>): void {
    const at = this.fovs.push(fov) - 1;
    for (const type of types) {
      let own = this.counts.get(type);
      if (own === undefined) this.counts.set(type, (own = new Map()));
      own.set(at, (own.get(at) ?? 0) + 1);
      const colour = colours[type];
      if (colour !== undefined && !this.colours.has(type)) this.colours.set(type, colour);
    }
  }

  private total(type: string): number {
    return [...(this.counts.get(type)?.values() ?? [])].reduce((sum, count) => sum + count, 0);
  }

  /** Types by number of cells, descending; ties by name (code units); `Unknown` last. */
  order(): string[] {
    const totals = new Map([...this.counts.keys()].map((type) => [type, this.total(type)]));
    const last = (type: string): number => (type === UNKNOWN_TYPE ? 1 : 0);
    return [...totals.keys()].sort(
      (a, b) => last(a) - last(b) || totals.get(b)! - totals.get(a)! || (a < b ? -1 : a > b ? 1 : 0),
    );
  }

  /** A row per type: `cell_type`, `cells` and their `share` of all cells, then `cells:<fov>` for every field of view. */
  table(): Table {
    const order = this.order();
    const totals = order.map((type) => this.total(type));
    const all = totals.reduce((sum, count) => sum + count, 0);
    const colours = order.flatMap((type): [string, string][] => {
      const colour = this.colours.get(type) ?? colourOf(type, this.level);
      return colour === null ? [] : [[type, colour]];
    });
    return {
      rows: order.length,
      columns: [
        column('cell_type', order),
        column('cells', Int32Array.from(totals)),
        column(
          'share',
          Float64Array.from(totals, (count) => count / all),
        ),
        ...this.fovs.map((fov, at) =>
          column(
            `cells:${fov}`,
            Int32Array.from(order, (type) => this.counts.get(type)!.get(at) ?? 0),
          ),
        ),
      ],
      colours: { cell_type: Object.fromEntries(colours) },
      reports: {
        plot: { kind: 'stacked-bars', title: 'Cell types by field of view', labels: 'cell_type', values: 'cells:' },
      },
    };
  }
}

/** A type's own colour; that of the first type of a group or lineage that is no type itself; null for other names. */
function colourOf(name: string, level: CellTypeLevel): string | null {
  if (Object.hasOwn(cellTypeColours, name)) return cellTypeColours[name]!;
  if (level !== 'combined' && level !== 'lineage') return null;
  return cellTypes.find((type) => type[level] === name)?.colour ?? null;
}
