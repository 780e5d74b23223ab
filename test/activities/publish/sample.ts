import { testContext } from '../../../core/testing.ts';
import type { CellTable, Channel, Column, Image, Labels, Measure, Plane, Table } from '../../../kernels/image.ts';
import { neighbourhoods } from '../../../plugins/neighbourhoods/index.ts';

/** Small artifacts with known content, for the tests of publishing. */

const CHANNELS: readonly Channel[] = [
  { name: 'DAPI', role: 'nuclear' },
  { name: 'E-cadhérine', role: 'membrane' },
  { name: 'CD8α <script>', role: null },
];

/** A [3, Y, X] image whose every pixel differs from its neighbours and between channels. */
export function sampleImage(height: number, width: number, mpp = 0.377): Image {
  const planes: Plane[] = CHANNELS.map((_, c) =>
    Uint16Array.from({ length: height * width }, (_, i) => ((i * 31 + (i / width) * 7) % 911) + c * 1000),
  );
  return { height, width, mpp, intensity: 'counts', channels: CHANNELS, planes };
}

/** Square cells of 10 pixels on a grid of 16; ids step by 3, so that they have gaps. */
export function sampleLabels(height: number, width: number, mpp = 0.377): Labels {
  const data = new Int32Array(height * width);
  const perRow = Math.floor(width / 16);
  for (let y = 0; y < Math.floor(height / 16) * 16; y++) {
    for (let x = 0; x < perRow * 16; x++) {
      if (y % 16 < 10 && x % 16 < 10) data[y * width + x] = 1 + 3 * (Math.floor(y / 16) * perRow + Math.floor(x / 16));
    }
  }
  return { height, width, mpp, data };
}

const column = (
  name: string,
  values: Column['values'],
  unit: string | null,
  measure: Measure | null = null,
): Column => {
  return { name, values, unit, measure };
};

/** A row per object of `labels`, with shape, text and intensity columns in two compartments. */
export function sampleTable(labels: Labels, channels: readonly string[] = CHANNELS.map(({ name }) => name)): CellTable {
  const ids = Int32Array.from(new Set(labels.data.filter((id) => id > 0))).sort();
  const numbers = (f: (id: number) => number): Float64Array => Float64Array.from(ids, f);
  return {
    rows: ids.length,
    columns: [
      column('cell_id', ids, null),
      column(
        'area_px',
        numbers(() => 100),
        'px',
      ),
      column(
        'area um²',
        numbers(() => 100 * labels.mpp ** 2),
        'um2',
      ),
      column(
        'type',
        Array.from(ids, (id) => (id % 2 === 0 ? 'T cell' : 'тучная')),
        null,
      ),
      ...channels.flatMap((channel, c) => [
        column(
          `${channel}_cell_mean`,
          numbers((id) => id + c / 10),
          'counts',
          {
            compartment: 'cell',
            statistic: 'mean',
            channel,
          },
        ),
        column(
          `${channel}_nucleus_sum`,
          numbers((id) => id * 100 + c),
          'counts',
          {
            compartment: 'nucleus',
            statistic: 'sum',
            channel,
          },
        ),
      ]),
    ],
  };
}

/** The table with all that one may carry beside columns: probabilities, neighbours as that step finds them, colours and reports. */
export function sampleMembers(table: CellTable, cells: Labels): CellTable {
  const types = table.columns.find(({ name }) => name === 'type')!.values as readonly string[];
  const params = neighbourhoods.params.parse({ column: 'type' });
  const near = (neighbourhoods.run({ cells, types: table }, params, testContext()) as { table: CellTable }).table;
  return {
    ...table,
    columns: [...table.columns, ...near.columns.slice(1)],
    matrices: [
      {
        ...{ name: 'type probabilities', columns: ['T cell', 'тучная'] },
        values: Float32Array.from(types.flatMap((type) => (type === 'T cell' ? [0.75, 0.25] : [0.125, 0.875]))),
      },
      ...(near.matrices ?? []),
    ],
    graphs: near.graphs!,
    // One type has a colour, the other has none.
    colours: { type: { 'T cell': '#1ab5f9' } },
    reports: {
      ...near.reports,
      panel: [
        { channel: 'DAPI', marker: 'DAPI' },
        { channel: 'CD8α <script>', marker: null },
      ],
    },
  };
}

/** A table about the field of view rather than its cells. */
export const SAMPLE_SUMMARY: Table = {
  rows: 2,
  columns: [column('marker', ['DAPI', 'CD8α'], null), column('mean', Float64Array.of(1.5, NaN), 'counts')],
};
