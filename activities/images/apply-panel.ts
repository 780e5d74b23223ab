import { distance } from 'fastest-levenshtein';
import type { Channel } from '../../kernels/image.ts';
import { invalidInput } from '../../core/errors.ts';
import type { SourceChannel } from './acquisition.ts';

/** One line of a panel: the channel in the file, by name or 1-based number, and the marker it shows. */
export interface PanelEntry {
  readonly channel: string;
  readonly marker: string;
  readonly role: Channel['role'];
}

/** A channel to keep: what it is called from now on and where its pixels are. */
export interface ChosenChannel extends Channel {
  readonly from: SourceChannel;
}

/** The file's channel names; unnamed ones are `channel-1`, `channel-2` … by their place. */
export function channelNames(channels: readonly SourceChannel[]): string[] {
  return channels.map(({ name }, c) => name ?? `channel-${c + 1}`);
}

function closest(name: string, names: readonly string[]): string | null {
  const scored = names.map((other) => [distance(name.toLowerCase(), other.toLowerCase()), other] as const);
  const [best] = scored.sort((a, b) => a[0] - b[0]);
  return best !== undefined && best[0] <= Math.max(1, name.length / 3) ? best[1] : null;
}

const list = (names: readonly string[]) =>
  names.length <= 12 ? names.join(', ') : `${names.slice(0, 12).join(', ')} and ${names.length - 12} more`;

/** The index a panel entry means: a channel's exact name first, else a 1-based number. A string says why there is none. */
function locate(entry: PanelEntry, names: readonly string[]): number | string {
  const first = names.indexOf(entry.channel);
  if (first >= 0) {
    const second = names.indexOf(entry.channel, first + 1);
    if (second < 0) return first;
    return `channel "${entry.channel}" stands in the file twice, as number ${first + 1} and ${second + 1}; give the number`;
  }
  if (/^[1-9]\d{0,5}$/.test(entry.channel)) {
    const index = Number(entry.channel) - 1;
    return index < names.length
      ? index
      : `channel number ${entry.channel} is beyond the file's ${names.length} channels`;
  }
  const guess = closest(entry.channel, names);
  return `channel "${entry.channel}" is not in the file${guess === null ? '' : `; did you mean "${guess}"?`}`;
}

/**
 * The channels a panel keeps, in the panel's order, named by marker. Without a panel: all of them under the file's names,
 * with the roles the file gives (only Fovea's own files do). Throws INVALID_INPUT with every unknown, ambiguous or
 * repeated channel and repeated marker at once.
 */
export function applyPanel(
  path: string,
  channels: readonly SourceChannel[],
  panel: readonly PanelEntry[] | null,
): ChosenChannel[] {
  const names = channelNames(channels);
  if (panel === null) {
    const twice = [...new Set(names.filter((name, c) => names.indexOf(name) !== c))];
    if (twice.length > 0)
      throw invalidInput(
        `${path}: channel name(s) ${list(twice)} occur more than once; give a panel that lists channels by number (1 to ${names.length})`,
        { path, channel: twice[0] },
      );
    return channels.map((from, c) => ({ name: names[c] ?? '', role: from.role, from }));
  }
  const problems: string[] = [];
  const chosen: ChosenChannel[] = [];
  const taken = new Map<number, string>();
  for (const entry of panel) {
    const at = locate(entry, names);
    const from = typeof at === 'number' ? channels[at] : undefined;
    if (typeof at === 'string' || from === undefined) {
      problems.push(String(at));
      continue;
    }
    const earlier = taken.get(at);
    if (earlier !== undefined)
      problems.push(`channel "${entry.channel}" is listed twice, for ${earlier} and ${entry.marker}`);
    if (chosen.some(({ name }) => name === entry.marker)) problems.push(`marker "${entry.marker}" is listed twice`);
    taken.set(at, entry.marker);
    chosen.push({ name: entry.marker, role: entry.role, from });
  }
  if (problems.length > 0)
    throw invalidInput(
      `${path}: the panel does not fit: ${problems.join('; ')}. The file has: ${list(names)}. Correct the panel`,
      { path, problems, found: names },
    );
  return chosen;
}
