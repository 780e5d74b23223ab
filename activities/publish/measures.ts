import type { Column, Measure } from '../../kernels/image.ts';

/** One layer of a table: a measure of every channel, rows × channels, NaN where the table lacks it. */
export interface Layer {
  /** `<compartment>_<statistic>`, for example `nucleus_mean`. */
  readonly name: string;
  readonly values: Float32Array;
}

/** The layer that becomes the table's main matrix. */
export const MAIN_LAYER = 'cell_mean';

/** Splits a table's intensity columns into layers over one list of channels, both in the order the columns come in. */
export function layers(rows: number, columns: readonly Column[]): { channels: string[]; layers: Layer[] } {
  const measured = columns.filter((column): column is Column & { measure: Measure } => column.measure !== null);
  const channels = [...new Set(measured.map(({ measure }) => measure.channel))];
  const position = new Map(channels.map((channel, i) => [channel, i]));
  const byName = new Map<string, Float32Array>();
  for (const { measure, values } of measured) {
    const name = `${measure.compartment}_${measure.statistic}`;
    let layer = byName.get(name);
    if (!layer) byName.set(name, (layer = new Float32Array(rows * channels.length).fill(NaN)));
    const c = position.get(measure.channel) ?? 0;
    for (let row = 0; row < rows; row++) layer[row * channels.length + c] = Number(values[row]);
  }
  return { channels, layers: [...byName].map(([name, values]) => ({ name, values })) };
}
