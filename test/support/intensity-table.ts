import type { CellTable } from '../../kernels/image.ts';

/** A table as quantify makes it, of mean intensities in whole cells alone: channel → one value per id. */
export function intensityTable(ids: readonly number[], means: Readonly<Record<string, readonly number[]>>): CellTable {
  return {
    rows: ids.length,
    columns: [
      { name: 'cell_id', values: Int32Array.from(ids), unit: null, measure: null },
      ...Object.entries(means).map(([channel, values]) => ({
        name: `cell:mean:${channel}`,
        values: Float64Array.from(values),
        unit: 'counts',
        measure: { compartment: 'cell', statistic: 'mean', channel } as const,
      })),
    ],
  };
}
