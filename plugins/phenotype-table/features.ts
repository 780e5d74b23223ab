import { invalidInput } from '../../core/errors.ts';
import type { StepContext } from '../../core/step.ts';
import { listed } from '../../core/suggest.ts';
import { upstreamAliases2026 } from '../../core/vocabulary/markers.ts';
import { standardizePanel, type StandardizationReport } from '../../core/vocabulary/standardize-panel.ts';
import type { Options } from './params.ts';
import type { Signature } from './signature.ts';
import type { Source } from './sources.ts';

/** What a model is fed, and how it came about. */
export interface Features {
  /** Cells × features, float32, row-major. */
  readonly values: Float32Array;
  /** 1 for cells that the model cannot be asked about. */
  readonly lost: Uint8Array;
  readonly standardization: StandardizationReport;
  /** A type, not an interface: it is JSON. */
  readonly report: {
    readonly source: Source['from'];
    readonly present: readonly { readonly feature: string; readonly channel: string }[];
    readonly absent: readonly string[];
    readonly filled: 'NaN' | 0 | null;
    /** Channels of a feature that hold nothing but 0. */
    readonly dark: readonly string[];
    readonly lost: number;
  };
}

/**
 * Aligns a panel with a model's features: a channel is taken for the feature whose marker it shows, whatever either calls it; of two channels of one marker
 * the first by name is taken, which the report tells. Features without a channel become 0 or NaN, as the profile says, or are an error.
 *
 * @throws INVALID_INPUT where no feature has a channel, where the profile allows no absent ones, where an area is wanted and the table has none.
 */
export function buildFeatures(
  model: string,
  { features, size, profile }: Signature,
  source: Source,
  options: Options,
  ctx: Pick<StepContext, 'signal' | 'progress'>,
): Features {
  const standardization = alignPanel(model, features, size, source.channels, options);
  const rows = source.ids.length;
  const width = features.length;
  const fill = profile.absent === 'nan' ? NaN : 0;
  const values = new Float32Array(rows * width).fill(fill);
  const lost = source.lost.slice();
  const [absent, dark, present] = [new Set<number>(features.keys()), [] as string[], new Map<number, string>()];
  const put = (column: number, of: ArrayLike<number>): void => {
    absent.delete(column);
    for (let row = 0; row < rows; row++) values[row * width + column] = of[row]!;
  };
  for (const [place, { channel, marker }] of standardization.channels.entries()) {
    ctx.signal.throwIfAborted();
    ctx.progress(place, source.channels.length);
    if (marker === null) continue;
    const column = features.indexOf(marker);
    const means = source.mean(place);
    if (means === null) dark.push(channel);
    else {
      put(column, means);
      present.set(column, channel);
    }
  }
  if (size >= 0) {
    const area = source.area();
    if (area === null) {
      throw invalidInput(
        `model ${model} wants the area of cells as "${features[size]}" and the table has no column area_px; wire table to quantify`,
        { port: 'table' },
      );
    }
    put(size, area);
  }
  refuseTooFew(model, features, present.size, [...absent], profile.absent, source);
  if (profile.absent !== 'nan') markSpoilt(values, width, lost);
  for (let row = 0; row < rows; row++) if (lost[row] === 1) values.fill(0, row * width, (row + 1) * width);
  return {
    ...{ values, lost, standardization },
    report: {
      source: source.from,
      present: [...present]
        .sort(([a], [b]) => a - b)
        .map(([column, channel]) => ({ feature: features[column]!, channel })),
      absent: [...absent].map((column) => features[column]!),
      filled: absent.size === 0 ? null : Number.isNaN(fill) ? 'NaN' : 0,
      dark,
      lost: lost.reduce((sum, one) => sum + one, 0),
    },
  };
}

/** Decisions in the panel's order, which itself decides nothing. The model's features are the registry. */
function alignPanel(
  model: string,
  features: readonly string[],
  size: number,
  channels: readonly string[],
  { map, strict }: Options,
): StandardizationReport {
  const markers = features.filter((_, column) => column !== size);
  const registry = { id: `model ${model}`, markers, aliases: upstreamAliases2026 };
  const found = standardizePanel([...channels].sort(), { map, strict, registry });
  const byName = new Map(found.channels.map((channel) => [channel.channel, channel]));
  return { ...found, channels: channels.map((name) => byName.get(name)!) };
}

function refuseTooFew(
  model: string,
  features: readonly string[],
  present: number,
  absent: readonly number[],
  rule: Signature['profile']['absent'],
  { channels }: Source,
): void {
  const names = listed(absent.map((column) => features[column]!));
  if (present === 0) {
    throw invalidInput(
      `no channel shows one of the markers of model ${model} (channels: ${listed(channels)}; markers: ${names}); name markers in map`,
      { channels },
    );
  }
  if (rule !== 'refuse' || absent.length === 0) return;
  throw invalidInput(
    `model ${model} knows one panel alone, and no channel shows its ${names} (channels: ${listed(channels)}); name them in map, or use a model that ` +
      'may do without',
    { absent: absent.map((column) => features[column]!) },
  );
}

/** A cell with a NaN among its features is lost to a model that takes none. */
function markSpoilt(values: Float32Array, width: number, lost: Uint8Array): void {
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) lost[Math.floor(i / width)] = 1;
}
