import { invalidInput } from '../../core/errors.ts';
import { checkSameGrid } from '../../core/same-grid.ts';
import type { StepContext } from '../../core/step.ts';
import { standardizePanel, type StandardizationReport } from '../../core/vocabulary/standardize-panel.ts';
import { boundaries } from '../../kernels/boundaries.ts';
import type { CellTable, Column, Image, Labels, Table } from '../../kernels/image.ts';
import { measurePlanes } from '../../kernels/plane-statistics.ts';
import { resizeLinear } from '../../kernels/resize-linear.ts';
import { resizeNearest } from '../../kernels/resize-nearest.ts';
import { encodeRuns } from '../../kernels/runs.ts';
import { chooseChannels, type Normed } from './norms.ts';
import type { Options } from './params.ts';
import { predict } from './predict.ts';
import { readNet, type Net } from './read-net.ts';
import type { Raster } from './views.ts';

/** Nominal magnification of the published model, and sizes that count as one. */
const [MODEL_MAGNIFICATION, SAME_SCALE] = [10, 1e-3];

/**
 * A score of positivity per cell and marker: the mean of the network's prediction over the cell's pixels. One row per cell, ascending by id: `cell_id`,
 * `<marker>_positive` (1 at the threshold and above) and the matrix `marker_positivity`; reports `nimbus` and `marker_standardization`.
 *
 * @throws INVALID_INPUT for a normalised image, labels of another grid, values that are not finite, and as `chooseChannels`; MODEL_MISMATCH.
 */
export async function scoreMarkers(
  image: Image,
  cells: Labels,
  norms: Table | undefined,
  options: Options,
  ctx: StepContext,
): Promise<CellTable> {
  checkInputs(image, cells, options);
  const net = readNet(ctx.models['net']!);
  const { scored, dropped } = chooseChannels(image, norms, options);
  const standardized = standardize(image, options);
  const names = namesOf(scored, standardized.channels);
  const scale = scaleOf(image, net, options);
  const { height, width } = image;
  const runs = encodeRuns(cells.data, height, width);
  const rows = runs.ids.length;
  const values = new Float64Array(rows * scored.length);
  if (rows > 0) {
    const small = { height: shrunk(height, scale), width: shrunk(width, scale) };
    const mask = maskOf(cells, small);
    for (const [k, one] of scored.entries()) {
      ctx.signal.throwIfAborted();
      ctx.progress(k, scored.length);
      const marker: Raster = {
        ...small,
        data: resizeLinear(normalized(image, one), height, width, small.height, small.width),
      };
      const found = await predict(net, marker, mask, { ...options, signal: ctx.signal });
      const large = resizeNearest(found, small.height, small.width, height, width, { rule: 'opencv' });
      const { mean } = measurePlanes([large], runs)[0]!;
      for (let row = 0; row < rows; row++) values[row * scored.length + k] = mean[row]!;
    }
    ctx.progress(scored.length, scored.length);
  }
  const positive = (k: number): Int32Array =>
    Int32Array.from({ length: rows }, (_, row) => Number(values[row * scored.length + k]! >= options.threshold));
  const column = (name: string, numbers: Int32Array): Column => ({ name, values: numbers, unit: null, measure: null });
  return {
    rows,
    columns: [column('cell_id', runs.ids.slice()), ...names.map((name, k) => column(`${name}_positive`, positive(k)))],
    matrices: [{ name: 'marker_positivity', columns: names, values }],
    reports: {
      marker_standardization: standardized,
      nimbus: {
        ...{ model: net.handle.name, mode: options.mode, augmentation: options.augmentation, scale },
        ...{ threshold: options.threshold, dropped },
        norms: Object.fromEntries(scored.map(({ channel, norm }) => [channel, norm])),
        columns: Object.fromEntries(scored.map(({ channel }, k) => [channel, names[k]!])),
      },
    },
  };
}

function checkInputs(image: Image, cells: Labels, { tile, margin }: Options): void {
  if (image.intensity !== 'counts') {
    throw invalidInput(
      'image is normalised already (intensity "unit"), wanted intensities as recorded ("counts"), which the norms are of; wire image to the ' +
        'source or to resample',
      { port: 'image', found: image.intensity, wanted: 'counts' },
    );
  }
  checkSameGrid(image, { cells });
  if (2 * margin >= tile) {
    throw invalidInput(
      `margin is ${margin} and tile ${tile}, so that nothing of a tile is left; choose a margin below half of it`,
      {
        param: 'margin',
      },
    );
  }
}

/** Decisions in the panel's order, which itself decides nothing: of two channels with one marker the first by name has it. */
function standardize(image: Image, { map }: Options): StandardizationReport {
  const names = image.channels.map(({ name }) => name);
  const found = standardizePanel([...names].sort(), { map });
  return { ...found, channels: names.map((name) => found.channels.find(({ channel }) => channel === name)!) };
}

/** The canonical marker where that is sure, else the channel's own name; one that is another's marker gets its place behind it. */
function namesOf(scored: readonly Normed[], channels: StandardizationReport['channels']): string[] {
  const markerOf = ({ place }: Normed): string | null =>
    channels[place]!.how === 'guess' ? null : channels[place]!.marker;
  const markers = new Set(scored.map(markerOf));
  return scored.map((one) => {
    const { channel, place } = one;
    return markerOf(one) ?? (markers.has(channel) ? `${channel} (channel ${place + 1})` : channel);
  });
}

function scaleOf(image: Image, net: Net, { mode, magnification }: Options): number {
  const scale = mode === 'fixed' ? image.mpp / net.mpp : MODEL_MAGNIFICATION / magnification;
  return Math.abs(scale - 1) < SAME_SCALE ? 1 : scale;
}

/** Truncated as the published code does. A product that rounding left just below a whole number is that number. */
const shrunk = (n: number, scale: number): number => Math.max(1, Math.floor(n * scale + 1e-9));

/** 1 inside of cells, 0 between them and on their inner outlines, which keep touching cells apart. */
function maskOf({ data, height, width }: Labels, small: { height: number; width: number }): Raster {
  const outline = boundaries(data, height, width);
  const inside = Float32Array.from(data, (id, i) => (id > 0 && outline[i] === 0 ? 1 : 0));
  return { ...small, data: resizeNearest(inside, height, width, small.height, small.width, { rule: 'opencv' }) };
}

function normalized(image: Image, { channel, place, norm }: Normed): Float32Array {
  const plane = image.planes[place]!;
  const out = new Float32Array(plane.length);
  for (let i = 0; i < plane.length; i++) {
    const value = plane[i]!;
    if (value - value !== 0) {
      const at = `y ${Math.floor(i / image.width)}, x ${i % image.width}`;
      throw invalidInput(
        `channel ${JSON.stringify(channel)} is ${value} at ${at}; replace values that are not finite first`,
        {
          ...{ port: 'image', channel },
        },
      );
    }
    out[i] = Math.min(1, Math.max(0, value / norm));
  }
  return out;
}
