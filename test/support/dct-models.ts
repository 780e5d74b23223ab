import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelSpec } from '../../core/models.ts';
import type { ModelHandle, Tensor } from '../../core/step.ts';
import { markers2025, markers2026 } from '../../core/vocabulary/markers.ts';
import { MODELS, openModel } from './onnx-models.ts';

/**
 * The two small graphs of test/models/make_dct.py: their records, handles on ONNX Runtime, and the same answers in plain arithmetic.
 * In both, a score is Σ over channels of mean intensity × the weight of marker and type; all weights are exact in float32.
 */

export type DctProfile = 'dct-2026-resmlp' | 'dct-2025-clip';

/** What the small graphs tell apart, in output order. */
export const DCT_TYPES = ['Bcell', 'CD4T', 'CD8T', 'Macrophage', 'Tumor'] as const;

/** Markers that weigh 8 for one type and nothing for the others, with the type's index. */
export const DCT_TELLING: Readonly<Record<string, number>> = { CD20: 0, CD4: 1, CD8: 2, CD68: 3, PanCK: 4 };

/** Markers by index: of 2026 as published, of 2025 backwards, since each such model has an order of its own. */
export const dctMarkers = (profile: DctProfile): readonly string[] =>
  profile === 'dct-2026-resmlp' ? markers2026 : markers2025.toReversed();

/** The weight of a marker, by its index in {@link dctMarkers}, for type k. Padding weighs nothing. */
export function dctWeight(profile: DctProfile, index: number, k: number): number {
  if (index < 0) return 0;
  const telling = DCT_TELLING[dctMarkers(profile)[index]!];
  if (telling !== undefined) return telling === k ? 8 : 0;
  return (((7 * index + 3 * k) % 5) - 2) / 8;
}

const resmlpSpec: Omit<ModelSpec, 'task' | 'profile' | 'mpp' | 'vocabulary'> = {
  inputs: [
    { name: 'sample', shape: ['batch', 'channels', 1, 32, 32], dtype: 'float32' },
    { name: 'spatial_context', shape: ['batch', 3, 32, 32], dtype: 'float32' },
    { name: 'ch_idx', shape: ['batch', 'channels'], dtype: 'int64', channels: [...dctMarkers('dct-2026-resmlp')] },
    { name: 'padding_mask', shape: ['batch', 'channels'], dtype: 'bool' },
  ],
  outputs: [
    { name: 'logits', shape: ['batch', 5], dtype: 'float32', role: 'logits', classes: [...DCT_TYPES] },
    { name: 'marker_pos_logits', shape: ['batch', 'channels'], dtype: 'float32', role: 'marker-positivity-logits' },
    { name: 'cls_embedding', shape: ['batch', 8], dtype: 'float32', role: 'embedding' },
  ],
};

const clipSpec: typeof resmlpSpec = {
  inputs: [
    { name: 'sample', shape: ['batch', 75, 3, 64, 64], dtype: 'float32' },
    { name: 'ch_idx', shape: ['batch', 75], dtype: 'int64', channels: [...dctMarkers('dct-2025-clip')] },
    { name: 'padding_mask', shape: ['batch', 75], dtype: 'bool' },
  ],
  outputs: [
    { name: 'logits', shape: ['batch', 5], dtype: 'float32', role: 'logits', classes: [...DCT_TYPES] },
    { name: 'marker_positivity', shape: ['batch', 75], dtype: 'float32', role: 'marker-positivity' },
  ],
};

/** What steps read of the small graph of a profile. The markers by index are the `channels` of the input ch_idx. */
export const dctSpec = (profile: DctProfile): ModelSpec => ({
  ...{ task: 'phenotype-deepcell-types', profile, mpp: 0.5, vocabulary: [...DCT_TYPES] },
  ...(profile === 'dct-2026-resmlp' ? resmlpSpec : clipSpec),
});

/** The record of the small graph of a profile, as a models file holds it. */
export function dctRecord(
  profile: DctProfile,
  changes: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const file = join(MODELS, profile === 'dct-2026-resmlp' ? 'dct-resmlp-tiny.onnx' : 'dct-clip-tiny.onnx');
  const bytes = readFileSync(file);
  return {
    ...dctSpec(profile),
    ...{ file, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length },
    licence: { id: 'Apache-2.0', commercial: true },
    metadata: {
      'fovea.task': 'phenotype-deepcell-types',
      'fovea.profile': profile,
      'fovea.vocabulary': DCT_TYPES.join(','),
      'fovea.markers': dctMarkers(profile).join(','),
    },
    ...changes,
  };
}

/** The small graph of a profile on ONNX Runtime, ready for `ctx.models`. */
export const openDct = async (
  profile: DctProfile,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<ModelHandle> => (await openModel(dctRecord(profile, changes))).handle;

type Feeds = Readonly<Record<string, Tensor>>;
/** Values by output, row-major, in double precision. */
export type DctAnswer = Readonly<Record<string, readonly number[]>>;

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);
const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);

/** Reads a tensor by its coordinates. */
function reader(tensor: Tensor): (...at: number[]) => number {
  const { dims, data } = tensor;
  return (...at) => Number(data[at.reduce((offset, index, axis) => offset * dims[axis]! + index, 0)]);
}

const scores = (profile: DctProfile, means: readonly number[], markers: readonly number[]): number[] =>
  DCT_TYPES.map((_, k) => sum(means.map((mean, c) => mean * dctWeight(profile, markers[c]!, k))));

function resmlpCell(b: number, feeds: Feeds): Record<string, number[]> {
  const [sample, context] = [reader(feeds['sample']!), reader(feeds['spatial_context']!)];
  const [index, padding] = [reader(feeds['ch_idx']!), reader(feeds['padding_mask']!)];
  const channels = range(feeds['ch_idx']!.dims[1]!);
  const over = (value: (r: number, c: number) => number): number[] =>
    range(32).flatMap((r) => range(32).map((c) => value(r, c)));
  const area = sum(over((r, c) => context(b, 0, r, c)));
  const sums = channels.map((ch) => (padding(b, ch) ? 0 : sum(over((r, c) => sample(b, ch, 0, r, c)))));
  const means = sums.map((total) => total / Math.max(area, 1));
  const distance = over((r, c) => context(b, 2, r, c));
  return {
    logits: scores(
      'dct-2026-resmlp',
      means,
      channels.map((ch) => index(b, ch)),
    ),
    marker_pos_logits: means.map((mean) => 8 * (mean - 0.5)),
    cls_embedding: [
      ...[area, sum(over((r, c) => context(b, 1, r, c))), Math.max(...distance), sum(distance)],
      ...[sum(over((r, c) => r * context(b, 0, r, c))), sum(over((r, c) => c * context(b, 0, r, c)))],
      ...[channels.filter((ch) => !padding(b, ch)).length, sum(sums)],
    ],
  };
}

function clipCell(b: number, feeds: Feeds): Record<string, number[]> {
  const sample = reader(feeds['sample']!);
  const [index, padding] = [reader(feeds['ch_idx']!), reader(feeds['padding_mask']!)];
  const channels = range(75);
  const over = (value: (r: number, c: number) => number): number =>
    sum(range(64).flatMap((r) => range(64).map((c) => value(r, c))));
  const area = (ch: number): number =>
    Math.max(
      over((r, c) => sample(b, ch, 1, r, c)),
      1,
    );
  const means = channels.map((ch) =>
    padding(b, ch) ? 0 : over((r, c) => sample(b, ch, 0, r, c) * sample(b, ch, 1, r, c)) / area(ch),
  );
  const longer = over((r, c) => sample(b, 0, 1, r, c) * ((r - 31.5) ** 2 - (c - 31.5) ** 2)) / area(0) / 16;
  const plain = scores(
    'dct-2025-clip',
    means,
    channels.map((ch) => index(b, ch)),
  );
  const largest = Math.max(...means);
  return {
    logits: plain.map((score, k) => score + ([-1, 0, 0, 0, 1][k] ?? 0) * longer),
    marker_positivity: means.map((mean, ch) => (padding(b, ch) ? 0 : Math.exp(4 * (mean - largest)))),
  };
}

/**
 * What the small graph of a profile gives for feeds.
 *
 * - Means: of `sample` over the cell; in the profile of 2025 of plane 0 where plane 1 is. Padding has none.
 * - `logits`: Σ mean × {@link dctWeight}. In 2025 Tumor gains and Bcell loses (spread along rows − spread along columns) / 16 of the
 *   first channel's plane 1, in pixel² about the middle, so that exchanged axes show.
 * - `marker_pos_logits`: 8 (mean − ½). `marker_positivity`: exp 4 (mean − largest mean), 0 for padding.
 * - `cls_embedding`: pixels of self, of neighbours; largest and summed distance; Σ row and Σ column over self; channels; Σ sample.
 */
export function dctAnswer(profile: DctProfile, feeds: Feeds): DctAnswer {
  const cell = profile === 'dct-2026-resmlp' ? resmlpCell : clipCell;
  const cells = range(feeds['ch_idx']!.dims[0]!).map((b) => cell(b, feeds));
  return Object.fromEntries(
    dctSpec(profile).outputs.map(({ name }) => [name, cells.flatMap((outputs) => outputs[name]!)]),
  );
}
