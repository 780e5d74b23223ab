import { FoveaError } from '../../core/errors.ts';
import type { ModelHandle, StepContext, Tensor } from '../../core/step.ts';
import type { Patches } from '../../kernels/image.ts';
import { cutBatch, patchLengths, patchRoom, repeatPatches, type PatchRoom } from '../../kernels/index.ts';
import type { Signature } from './signature.ts';

/**
 * Values of samples the model sees at once where the pipeline does not say: 2.5 MiB, 16 cells of 40 channels. More would be slower on what
 * no cache holds, and the activations of a network of DeepCell Types' size take some eighty times as much memory.
 */
const BATCH_VALUES = 5 * 2 ** 17;
const MOST = 256;
/** Values that are cut at once where batches are smaller: windows of cells that lie close together are cut faster. */
const CUT_VALUES = 2 ** 22;
/**
 * Batches are multiples of this. The runtime computes four numbers at once where it can, and what remains one by one; of some functions
 * (logarithms) the two ways differ in the last bit, and for a single cell it has matrix products of their own.
 */
const LANES = 4;

/** What the model says of every cell, a row each; row-major. */
export interface Scores {
  /** Cells × types. */
  readonly logits: Float32Array;
  /** Cells × channels, 0..1; null where the model gives none. */
  readonly positivity: Float32Array | null;
  /** Cells × width; null where the model gives none. */
  readonly embedding: Float32Array | null;
}

/** Rows of an output as they come, batch after batch. */
interface Rows {
  readonly output: string;
  width: number | null;
  values: Float32Array;
}

/**
 * Runs a model over all cells. Every batch has the same size, a multiple of {@link LANES}, the last one filled up with repetitions, so that a
 * cell's scores do not depend on how many there are, nor on the size that is `wanted`. Throws what the model throws, with the cells it was about.
 */
export async function runBatches(
  net: ModelHandle,
  patches: Patches,
  signature: Signature,
  wanted: number | null,
  ctx: Pick<StepContext, 'signal' | 'progress'>,
): Promise<Scores> {
  const cells = patches.ids.length;
  const one = patchLengths(patches);
  const most = wanted ?? Math.min(MOST, Math.floor(BATCH_VALUES / one.sample));
  const size = LANES * Math.max(1, Math.ceil(most / LANES));
  const batches = Math.max(1, Math.floor(CUT_VALUES / (size * one.sample)));
  const room = patchRoom(patches, batches * size);
  const channels = signature.profile.channels ?? patches.channels.length;
  const names = namesOf(patches, size, channels);
  const parts = Array.from({ length: batches }, (_, k) => partOf(room, one, k * size, size));
  const rows = (output: string): Rows => ({ output, width: null, values: new Float32Array(0) });
  const logits = rows(signature.logits);
  const positivity = signature.positivity === null ? null : rows(signature.positivity.output);
  const embedding = signature.embedding === null ? null : rows(signature.embedding);
  const taken = [logits, positivity, embedding].filter((each) => each !== null);
  for (let first = 0; first < cells; first += size) {
    ctx.signal.throwIfAborted();
    ctx.progress(first, cells);
    const place = ((first / size) % batches) * size;
    const part = parts[place / size]!;
    if (place === 0) cutBatch(patches, first, Math.min(batches * size, cells - first), room);
    const count = Math.min(size, cells - first);
    repeatPatches(patches, room, place, place + count, place + size);
    const outputs = await net.run({ ...names, ...windowsOf(part, signature, size, channels) }).catch((err: unknown) => {
      throw aboutCells(err, patches, first, count);
    });
    for (const each of taken) take(net, outputs[each.output], each, { cells, size, first, count });
  }
  ctx.progress(cells, cells);
  check(net, logits, signature.types.length, cells);
  if (positivity !== null) check(net, positivity, channels, cells);
  return {
    logits: logits.values,
    positivity: positivity && panelOf(positivity.values, channels, patches, signature),
    embedding: embedding && embedding.values,
  };
}

/** The windows of `size` cells from the `first` on; `one` says how many values a cell has. */
function partOf(
  { sample, context }: PatchRoom,
  one: ReturnType<typeof patchLengths>,
  first: number,
  size: number,
): PatchRoom {
  const cut = (values: Float32Array, each: number): Float32Array =>
    values.subarray(first * each, (first + size) * each);
  return { sample: cut(sample, one.sample), context: context && cut(context, one.context) };
}

function windowsOf(
  { sample, context }: PatchRoom,
  { profile }: Signature,
  size: number,
  total: number,
): Record<string, Tensor> {
  const [planes, side] = [profile.layout === 'masked' ? 1 : 3, profile.size];
  const cells: Tensor = { dtype: 'float32', dims: [size, total, planes, side, side], data: sample };
  if (context === null) return { sample: cells };
  return { sample: cells, spatial_context: { dtype: 'float32', dims: [size, 3, side, side], data: context } };
}

/** Which marker each channel of a batch shows, and which ones are padding. */
function namesOf({ channels }: Patches, size: number, total: number): Record<string, Tensor> {
  const indices = Array.from({ length: total }, (_, c) => channels[c]?.index ?? -1);
  const each = <T>(of: (c: number) => T): T[] => Array.from({ length: size * total }, (_, i) => of(i % total));
  return {
    ch_idx: { dtype: 'int64', dims: [size, total], data: BigInt64Array.from(each((c) => BigInt(indices[c]!))) },
    padding_mask: { dtype: 'bool', dims: [size, total], data: Uint8Array.from(each((c) => Number(indices[c]! < 0))) },
  };
}

function take(
  net: ModelHandle,
  tensor: Tensor | undefined,
  rows: Rows,
  { cells, size, first, count }: { cells: number; size: number; first: number; count: number },
): void {
  const width = tensor?.dims[1];
  const fits = tensor?.dtype === 'float32' && tensor.dims.length === 2 && tensor.dims[0] === size;
  if (!fits || width === undefined || (rows.width !== null && rows.width !== width)) {
    const found = tensor === undefined ? 'nothing' : `${tensor.dtype} [${tensor.dims.join(', ')}]`;
    throw mismatch(net, `it gave ${found} as "${rows.output}", wanted float32 [${size}, …]`);
  }
  if (rows.width === null) {
    rows.width = width;
    rows.values = new Float32Array(cells * width);
  }
  rows.values.set(tensor.data.subarray(0, count * width), first * width);
}

function check(net: ModelHandle, rows: Rows, wanted: number, cells: number): void {
  if (cells === 0 || rows.width === wanted) return;
  throw mismatch(net, `"${rows.output}" has ${rows.width} values a cell, its record ${wanted}`);
}

function mismatch({ name }: ModelHandle, what: string): FoveaError {
  return new FoveaError('MODEL_MISMATCH', `model ${name}: ${what}; use another file or correct its record`, {
    fields: { model: name },
  });
}

/** The panel's part of scores that the model gives for padding too, as probabilities. */
function panelOf(values: Float32Array, total: number, { channels, ids }: Patches, signature: Signature): Float32Array {
  const out = new Float32Array(ids.length * channels.length);
  for (let n = 0, to = 0; n < ids.length; n++) {
    for (let c = 0; c < channels.length; c++, to++) {
      const score = values[n * total + c]!;
      out[to] = signature.positivity!.sigmoid ? 1 / (1 + Math.exp(-score)) : score;
    }
  }
  return out;
}

/** An error of the model with the cells it was about. */
function aboutCells(err: unknown, { ids }: Patches, first: number, count: number): unknown {
  if (!(err instanceof FoveaError)) return err;
  const cells = `cells ${ids[first]} to ${ids[first + count - 1]}`;
  return new FoveaError(err.code, `phenotype-deepcell-types, ${cells}: ${err.message}`, {
    ...{ retryable: err.retryable, cause: err },
    fields: { ...err.fields, step: 'phenotype-deepcell-types', firstCell: ids[first]!, cells: count },
  });
}
