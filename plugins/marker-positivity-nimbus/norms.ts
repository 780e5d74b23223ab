import { invalidInput } from '../../core/errors.ts';
import { listed, remedy } from '../../core/suggest.ts';
import { brightLevel } from '../../kernels/bright-level.ts';
import type { Image, Table } from '../../kernels/image.ts';
import type { Options } from './params.ts';

/** A channel with the level that counts as 1. */
export interface Normed {
  readonly channel: string;
  readonly place: number;
  readonly norm: number;
}

export interface Chosen {
  readonly scored: readonly Normed[];
  /** Channel → why it is not scored. */
  readonly dropped: Readonly<Record<string, string>>;
}

/** What the published code takes for the level of a blank channel. */
const BLANK = 1e-8;
const PERCENT = 99.9;

/**
 * The channels that are scored and their norms: `with.norms`, then the table that is wired, then, if asked for, this image.
 *
 * @throws INVALID_INPUT that lists unknown channels, channels without a norm, a table that is none of norms, and when no channel is left.
 */
export function chooseChannels(image: Image, table: Table | undefined, options: Options): Chosen {
  const known = image.channels.map(({ name }) => name);
  const problems = options.channels.flatMap((name, at) => {
    if (!known.includes(name))
      return [`channel ${JSON.stringify(name)} is not in the image; ${remedy(name, known, 'channels')}`];
    return options.channels.indexOf(name) === at ? [] : [`channel ${JSON.stringify(name)} is listed twice`];
  });
  const fromTable = table === undefined ? new Map<string, number | null>() : normsOf(table);
  const dropped: Record<string, string> = {};
  const scored: Normed[] = [];
  const without: string[] = [];
  for (const [place, { name: channel, role }] of image.channels.entries()) {
    const wanted = options.channels.length > 0 ? options.channels.includes(channel) : role !== 'nuclear';
    if (!wanted) {
      dropped[channel] = options.channels.length > 0 ? 'not among with.channels' : 'has the role nuclear';
      continue;
    }
    const norm = normOf(image, place, fromTable, options);
    if (norm === undefined) without.push(channel);
    else if (norm === null) dropped[channel] = 'blank, or left out by with.norms';
    else scored.push({ channel, place, norm });
  }
  if (without.length > 0) {
    problems.push(
      `no norm is known of ${listed(without)}; run calibrate-nimbus over the cohort and give its norms in with.norms (null leaves a channel ` +
        'out), or set calibration: image to take each field by itself',
    );
  }
  if (problems.length === 0 && scored.length === 0) {
    problems.push(
      `no channel is left to score (channels: ${listed(known)}); name some in with.channels and give their norms`,
    );
  }
  if (problems.length > 0) {
    throw invalidInput(`markers cannot be scored: ${problems.join('; ')}`, { port: 'image', problems });
  }
  return { scored, dropped };
}

/** Undefined where nothing says, null where the channel is to be left out. */
function normOf(
  image: Image,
  place: number,
  table: ReadonlyMap<string, number | null>,
  { norms, calibration, mode }: Options,
): number | null | undefined {
  const { name } = image.channels[place]!;
  if (Object.hasOwn(norms, name)) return norms[name];
  if (table.has(name)) return table.get(name);
  if (calibration === 'given') return undefined;
  const { level } = brightLevel(image.planes[place]!, image.height, image.width, {
    percent: PERCENT,
    hotPixels: mode === 'compat' ? 'keep' : 'leave-out',
  });
  return level ?? (mode === 'compat' ? BLANK : null);
}

/** The table of calibrate-nimbus as a map; NaN, a channel that was blank, becomes null. */
function normsOf({ columns }: Table): Map<string, number | null> {
  const channels = columns.find(({ name }) => name === 'channel')?.values;
  const norms = columns.find(({ name }) => name === 'norm')?.values;
  if (!Array.isArray(channels) || !(norms instanceof Float64Array)) {
    throw invalidInput(
      `the table norms has the columns ${listed(columns.map(({ name }) => name))}, wanted channel (text) and norm (numbers), as ` +
        'calibrate-nimbus makes them',
      { port: 'norms' },
    );
  }
  const found = new Map<string, number | null>();
  for (const [row, channel] of (channels as readonly string[]).entries()) {
    const norm = norms[row]!;
    if (found.has(channel) || !(Number.isNaN(norm) || (norm > 0 && norm < Infinity))) {
      const why = found.has(channel) ? 'stands twice' : `has the norm ${norm}, wanted a number above 0`;
      throw invalidInput(`the table norms: channel ${JSON.stringify(channel)} ${why}; correct the table`, {
        port: 'norms',
      });
    }
    found.set(channel, Number.isNaN(norm) ? null : norm);
  }
  return found;
}
