import { FoveaError } from '../../core/errors.ts';
import { mirror } from '../../kernels/border.ts';
import type { Net } from './read-net.ts';
import { onGrid, spansOf } from './tiles.ts';
import { lookThrough, takeBack, VIEWS, type Raster } from './views.ts';

export interface PredictOptions {
  readonly tile: number;
  readonly margin: number;
  readonly augmentation: keyof typeof VIEWS;
  readonly signal: AbortSignal;
}

/**
 * What the network makes of a marker and the mask of cells, on their own grid: (Y, X) float32, averaged over views. Sides are mirrored on to multiples
 * of 16 (to the model's own side where that is fixed); what is larger than `tile` is run in tiles.
 *
 * @throws MODEL_MISMATCH where the output has another shape than the record says.
 */
export async function predict(net: Net, marker: Raster, mask: Raster, options: PredictOptions): Promise<Float32Array> {
  const { height, width } = marker;
  const least = net.side ?? 0;
  const size = { height: Math.max(least, onGrid(height)), width: Math.max(least, onGrid(width)) };
  const planes = [padded(marker, size), padded(mask, size)] as const;
  const tile = net.side ?? options.tile;
  const margin = Math.min(options.margin, 16 * Math.floor((tile - 16) / 32));
  const out = new Float32Array(height * width);
  for (const rows of spansOf(size.height, tile, margin)) {
    for (const columns of spansOf(size.width, tile, margin)) {
      options.signal.throwIfAborted();
      const cut = planes.map((plane) => cutOut(plane, rows.start, columns.start, rows.length, columns.length));
      const found = await overViews(net, cut[0]!, cut[1]!, options.augmentation);
      for (let y = rows.from; y < Math.min(rows.to, height); y++) {
        const at = (y - rows.start) * columns.length - columns.start;
        const kept = found.subarray(at + columns.from, at + Math.max(columns.from, Math.min(columns.to, width)));
        out.set(kept, y * width + columns.from);
      }
    }
  }
  return out;
}

/** The mean over views of one tile, each seen by itself so that memory does not grow with their number. */
async function overViews(
  net: Net,
  marker: Raster,
  mask: Raster,
  augmentation: PredictOptions['augmentation'],
): Promise<Float32Array> {
  const sum = new Float64Array(marker.data.length);
  for (const view of VIEWS[augmentation]) {
    const seen = await runOnce(net, lookThrough(marker, view), lookThrough(mask, view));
    const back = takeBack(seen, view).data;
    for (let i = 0; i < sum.length; i++) sum[i]! += view.weight * back[i]!;
  }
  return Float32Array.from(sum);
}

async function runOnce(net: Net, marker: Raster, mask: Raster): Promise<Raster> {
  const { height, width } = marker;
  const data = new Float32Array(2 * height * width);
  data.set(marker.data);
  data.set(mask.data, height * width);
  const outputs = await net.handle.run({ [net.input]: { dtype: 'float32', dims: [1, 2, height, width], data } });
  const found = outputs[net.output];
  const wanted = `[1, 1, ${height}, ${width}]`;
  if (found?.dtype === 'float32' && `[${found.dims.join(', ')}]` === wanted) return { height, width, data: found.data };
  const text = found === undefined ? 'nothing' : `${found.dtype} [${found.dims.join(', ')}]`;
  throw new FoveaError(
    'MODEL_MISMATCH',
    `model ${net.handle.name} gave ${text} as "${net.output}", wanted float32 ${wanted}; use another file or correct its record`,
    { fields: { model: net.handle.name, output: net.output, found: text, wanted } },
  );
}

/** The plane with its mirror image (the edge not twice) below and to the right. */
function padded(raster: Raster, { height, width }: { height: number; width: number }): Raster {
  if (raster.height === height && raster.width === width) return raster;
  const data = new Float32Array(height * width);
  for (let y = 0, i = 0; y < height; y++) {
    const from = mirror(y, raster.height) * raster.width;
    for (let x = 0; x < width; x++, i++) data[i] = raster.data[from + mirror(x, raster.width)]!;
  }
  return { height, width, data };
}

function cutOut({ width, data }: Raster, top: number, left: number, height: number, across: number): Raster {
  if (across === width && height * width === data.length) return { height, width, data };
  const out = new Float32Array(height * across);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * width + left;
    out.set(data.subarray(from, from + across), y * across);
  }
  return { height, width: across, data: out };
}
