import { invalidInput } from '../../core/errors.ts';
import { checkSameGrid } from '../../core/same-grid.ts';
import { listed } from '../../core/suggest.ts';
import type { CellTable, Image, Labels, Plane } from '../../kernels/image.ts';
import { normalizePercentile } from '../../kernels/normalize-percentile.ts';
import { measurePlanes } from '../../kernels/plane-statistics.ts';
import { rescaledSize } from '../../kernels/rescaled-size.ts';
import { resizeBilinear } from '../../kernels/resize-bilinear.ts';
import { resizeNearest } from '../../kernels/resize-nearest.ts';
import { encodeRuns } from '../../kernels/runs.ts';

/** Cells and what can be measured of them. */
export interface Source {
  /** For the report. */
  readonly from: 'table' | 'image';
  /** All cells, ascending. */
  readonly ids: Int32Array;
  /** 1 for cells that have no pixel where features are measured. */
  readonly lost: Uint8Array;
  readonly channels: readonly string[];
  /** Area in pixels; null where the table has none. */
  readonly area: () => ArrayLike<number> | null;
  /** Mean of a channel, by its place in `channels`; null for one that shows nothing. */
  readonly mean: (place: number) => ArrayLike<number> | null;
}

export interface Inputs {
  readonly table: CellTable | undefined;
  readonly image: Image | undefined;
  readonly cells: Labels | undefined;
}

/** DeepCell Types clips at this percentile of a channel's values other than 0. */
const PERCENT = 99.9;

/** The source of intensities as recorded. Throws INVALID_INPUT unless a table, or image and cells, are wired, and for what does not fit. */
export function nativeSource({ table, image, cells }: Inputs): Source {
  if (table !== undefined && image === undefined && cells === undefined) return tableSource(table);
  if (table === undefined && image !== undefined && cells !== undefined) {
    checkGrids(image, cells);
    const runs = encodeRuns(cells.data, cells.height, cells.width);
    return {
      ...{ from: 'image', ids: runs.ids, lost: new Uint8Array(runs.ids.length) },
      channels: image.channels.map(({ name }) => name),
      area: () => runs.area,
      mean: (place) => measurePlanes([image.planes[place]!], runs)[0]!.mean,
    };
  }
  throw wiring({ table, image, cells }, 'the table of quantify, or both the image and the cells, and not both ways');
}

/**
 * The source of DeepCell Types' features: image and cells brought to `mpp`, the image by bilinear interpolation with smoothing, the cells by the nearest
 * pixel; each channel clipped at the 99.9th percentile of its values other than 0 and mapped to 0–1 in float32; means in float64. A channel that is 0
 * throughout shows nothing.
 */
export function dctSource(inputs: Inputs, mpp: number): Source {
  const { table, image, cells } = inputs;
  if (image === undefined || cells === undefined || table !== undefined) {
    throw wiring(inputs, 'the image and the cells, whose pixels it prepares itself, and no table');
  }
  checkGrids(image, cells);
  const { height, width } = image;
  const scale = image.mpp / mpp;
  const [rows, columns] = [rescaledSize(height, scale), rescaledSize(width, scale)];
  const same = rows === height && columns === width;
  const all = encodeRuns(cells.data, height, width).ids;
  const small = same ? cells.data : resizeNearest(cells.data, height, width, rows, columns);
  const runs = encodeRuns(small, rows, columns);
  const row = new Map(Array.from(all, (id, index) => [id, index]));
  const lost = new Uint8Array(all.length).fill(1);
  for (const id of runs.ids) lost[row.get(id)!] = 0;
  const spread = (values: ArrayLike<number>): Float64Array => {
    const out = new Float64Array(all.length);
    for (const [from, id] of runs.ids.entries()) out[row.get(id)!] = values[from]!;
    return out;
  };
  const bring = (plane: Plane): Plane => (same ? plane : resizeBilinear(plane, height, width, rows, columns));
  return {
    ...{ from: 'image', ids: all, lost, channels: image.channels.map(({ name }) => name) },
    area: () => spread(runs.area),
    mean: (place) => {
      const plane = image.planes[place]!;
      if (!plane.some((value) => value > 0)) return null;
      const { data } = normalizePercentile(bring(plane), PERCENT, { nonZero: true, precision: 'float32' });
      return spread(measurePlanes([data], runs)[0]!.mean);
    },
  };
}

function tableSource(table: CellTable): Source {
  const means = table.columns.filter(
    ({ measure, values }) =>
      measure?.compartment === 'cell' && measure.statistic === 'mean' && values instanceof Float64Array,
  );
  if (means.length === 0) {
    throw invalidInput(
      `the table has no mean intensities of whole cells (columns: ${listed(table.columns.map(({ name }) => name))}); wire table to quantify, ` +
        'with mean among its statistics',
      { port: 'table' },
    );
  }
  const numbers = (name: string): ArrayLike<number> | null => {
    const values = table.columns.find((column) => column.name === name)?.values;
    return values instanceof Int32Array || values instanceof Float64Array ? values : null;
  };
  return {
    ...{ from: 'table', ids: table.columns[0]!.values as Int32Array, lost: new Uint8Array(table.rows) },
    channels: means.map(({ measure }) => measure!.channel),
    area: () => numbers('area_px'),
    mean: (place) => means[place]!.values as Float64Array,
  };
}

function wiring(inputs: Inputs, wanted: string): Error {
  const wired = Object.entries(inputs).flatMap(([port, value]) => (value === undefined ? [] : [port]));
  return invalidInput(`this model's features need ${wanted}; wired: ${listed(wired)}. Wire its inputs so`, { wired });
}

function checkGrids(image: Image, cells: Labels): void {
  if (image.intensity !== 'counts') {
    throw invalidInput(
      'image is normalised already (intensity "unit"), wanted intensities as recorded ("counts"); wire image to the source or to resample',
      { port: 'image', found: image.intensity, wanted: 'counts' },
    );
  }
  checkSameGrid(image, { cells });
}
