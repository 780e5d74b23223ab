import { FoveaError, isFoveaError } from '../../core/errors.ts';
import type { ModelHandle, StepContext, Tensor } from '../../core/step.ts';
import { createRowBlender, cutTiles, planTiles, type TilePadding, type TilePlan } from '../../kernels/index.ts';
import type { MapPlace, Signature } from './locate.ts';
import type { Grid } from './prepare.ts';

const shapeText = (dims: readonly number[]): string => `[${dims.join(', ')}]`;

/** Values of an output for a batch; throws MODEL_MISMATCH where its shape is another than the record's. */
function valuesOf(
  model: string,
  outputs: Readonly<Record<string, Tensor>>,
  place: MapPlace,
  wanted: number[],
): Float32Array {
  const tensor = outputs[place.output];
  const fits = tensor?.dtype === 'float32' && shapeText(tensor.dims) === shapeText(wanted);
  if (fits) return tensor.data;
  const found = tensor === undefined ? 'nothing' : `${tensor.dtype} ${shapeText(tensor.dims)}`;
  throw new FoveaError(
    'MODEL_MISMATCH',
    `model ${model} gave ${found} as "${place.output}", wanted float32 ${shapeText(wanted)}; use another file or correct its record`,
    { fields: { model, output: place.output, found, wanted } },
  );
}

/** An error of the model with the tiles it was about. */
function atTiles(err: unknown, first: number, count: number, plan: TilePlan): unknown {
  if (!isFoveaError(err)) return err;
  const across = plan.columns.starts.length;
  const where = (tile: number): string => `row ${Math.floor(tile / across)}, column ${tile % across}`;
  const span = count === 1 ? where(first) : `${where(first)} to ${where(first + count - 1)}`;
  return new FoveaError(err.code, `segment-mesmer, tiles at ${span}: ${err.message}`, {
    ...{ retryable: err.retryable, cause: err },
    fields: { ...err.fields, step: 'segment-mesmer', firstTile: first, tiles: count },
  });
}

export interface TileOptions {
  readonly signature: Signature;
  readonly places: readonly MapPlace[];
  readonly compat: boolean;
  readonly padding: TilePadding;
  /** Tiles the network sees at once. */
  readonly batch: number;
}

/**
 * Runs a model over the tiles of two planes of the model's grid and blends the wanted maps, a row of tiles at a time, so that
 * memory grows with the maps and not with the tiles. Returns one float32 plane per place.
 */
export async function runTiles(
  net: ModelHandle,
  planes: Readonly<Record<'nuclear' | 'membrane', Float32Array>>,
  grid: Grid,
  { signature, places, compat, padding, batch: most }: TileOptions,
  ctx: Pick<StepContext, 'signal' | 'progress'>,
): Promise<Float32Array[]> {
  const { tile, layout, input, channels } = signature;
  const plan = planTiles(grid.height, grid.width, { tile, padding, rule: compat ? 'compat' : 'fixed' });
  const sources = channels.map((channel) => planes[channel]);
  const across = plan.columns.starts.length;
  const area = tile * tile;
  const blenders = places.map(() => createRowBlender(plan));
  const rowOf = places.map(() => new Float32Array(across * area));
  const order = (count: number, n: number): number[] =>
    layout === 'NHWC' ? [count, tile, tile, n] : [count, n, tile, tile];

  const room = new Float32Array(Math.min(most, across) * channels.length * area);
  for (let row = 0; row < plan.rows.starts.length; row++) {
    for (let column = 0; column < across; column += most) {
      ctx.signal.throwIfAborted();
      const first = row * across + column;
      const count = Math.min(most, across - column);
      ctx.progress(first, plan.count);
      const batch = room.subarray(0, count * channels.length * area);
      cutTiles(sources, plan, { layout, first, count, batch });
      let outputs: Readonly<Record<string, Tensor>>;
      try {
        outputs = await net.run({ [input]: { dtype: 'float32', dims: order(count, channels.length), data: batch } });
      } catch (err) {
        throw atTiles(err, first, count, plan);
      }
      for (const [index, place] of places.entries()) {
        const values = valuesOf(net.name, outputs, place, order(count, place.channels));
        pickChannel(values, place, layout, area, count, rowOf[index]!, column * area);
      }
    }
    for (const [index, blender] of blenders.entries()) blender.addRow(rowOf[index]!);
  }
  ctx.progress(plan.count, plan.count);
  return blenders.map((blender) => blender.plane());
}

/** Copies one channel of a batch to `to`, tile after tile. */
function pickChannel(
  values: Float32Array,
  { channel, channels }: MapPlace,
  layout: Signature['layout'],
  area: number,
  count: number,
  out: Float32Array,
  to: number,
): void {
  if (layout === 'NCHW') {
    for (let n = 0; n < count; n++) {
      const from = (n * channels + channel) * area;
      out.set(values.subarray(from, from + area), to + n * area);
    }
    return;
  }
  if (channels === 1) out.set(values.subarray(0, count * area), to);
  else copyEvery(values.subarray(channel), channels, out.subarray(to, to + count * area));
}

/** Fills `out` with every `every`-th value; four at a time, which takes half the time of a plain loop. */
function copyEvery(values: Float32Array, every: number, out: Float32Array): void {
  const whole = out.length & ~3;
  let from = 0;
  for (let i = 0; i < whole; i += 4, from += 4 * every) {
    out[i] = values[from]!;
    out[i + 1] = values[from + every]!;
    out[i + 2] = values[from + 2 * every]!;
    out[i + 3] = values[from + 3 * every]!;
  }
  for (let i = whole; i < out.length; i++, from += every) out[i] = values[from]!;
}
