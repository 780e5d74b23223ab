import { invalidInput } from '../../core/errors.ts';
import type { CellTable, Column, Measure, Table } from '../../kernels/image.ts';
import type { FoundTypes } from './read-types.ts';

interface Sum {
  sum: number;
  cells: number;
}

/** Mean intensities of each type over all cells of the cohort, while fields of view are added. */
export class MarkerMeans {
  private readonly compartment: Measure['compartment'];
  private readonly markers = new Map<string, { unit: string | null; readonly byType: Map<string, Sum> }>();
  private fields = 0;

  constructor(compartment: Measure['compartment']) {
    this.compartment = compartment;
  }

  /** @throws INVALID_INPUT unless `table` has the cells of `found`. */
  add(fov: string, { ids, types }: FoundTypes, table: CellTable): void {
    this.fields++;
    const own = table.columns[0]!.values as Int32Array;
    const differ = ids.filter((id, row) => id !== own[row]).length + Math.max(0, own.length - ids.length);
    if (differ > 0) {
      throw invalidInput(
        `field ${fov}: "tables" has ${own.length} cells, "types" has ${ids.length}, and ${differ} rows have other ids; ` +
          'wire tables that were made from the same cells',
        { fov, port: 'tables', found: own.length, wanted: ids.length },
      );
    }
    for (const { measure, unit, values } of table.columns) {
      if (measure?.statistic !== 'mean' || measure.compartment !== this.compartment) continue;
      const marker = this.markers.get(measure.channel) ?? { unit, byType: new Map<string, Sum>() };
      this.markers.set(measure.channel, marker);
      if (marker.unit !== unit) marker.unit = null;
      for (const [row, type] of types.entries()) {
        const value = values[row] as number;
        if (Number.isNaN(value)) continue;
        let sum = marker.byType.get(type);
        if (sum === undefined) marker.byType.set(type, (sum = { sum: 0, cells: 0 }));
        sum.sum += value;
        sum.cells++;
      }
    }
  }

  /**
   * A row per marker, in the order first met: `marker`, then `mean:<type>` for the given types; NaN where no cell of that type has a value.
   *
   * @throws INVALID_INPUT if fields were added and none had a mean intensity.
   */
  table(types: readonly string[]): Table {
    if (this.fields > 0 && this.markers.size === 0) {
      throw invalidInput(
        `"tables" has no mean intensities of compartment ${this.compartment}; wire a quantify step whose statistics hold mean and whose ` +
          `compartments hold ${this.compartment}, or leave "tables" out`,
        { port: 'tables', compartment: this.compartment },
      );
    }
    const units = new Set([...this.markers.values()].map(({ unit }) => unit));
    const [unit = null] = units.size === 1 ? units : [];
    const columns = types.map((type): Column => {
      const means = [...this.markers.values()].map(({ byType }) => {
        const { sum, cells } = byType.get(type) ?? { sum: 0, cells: 0 };
        return cells === 0 ? NaN : sum / cells;
      });
      return { name: `mean:${type}`, values: Float64Array.from(means), unit, measure: null };
    });
    return {
      rows: this.markers.size,
      columns: [{ name: 'marker', values: [...this.markers.keys()], unit: null, measure: null }, ...columns],
      reports: {
        plot: {
          ...{ kind: 'heatmap', title: `Mean intensity of the ${this.compartment} by marker and cell type` },
          ...{ labels: 'marker', values: 'mean:', scale: 'z-score' },
        },
      },
    };
  }
}
