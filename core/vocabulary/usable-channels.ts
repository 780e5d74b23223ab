import type { Image, Json, Plane } from '../../kernels/image.ts';
import { invalidInput } from '../errors.ts';
import { listed } from '../suggest.ts';
import { markerIndex, type MarkerRegistry, type RegistryId } from './marker-registry.ts';
import type { MarkerMap } from './resolve-marker.ts';
import { standardizePanel, type StandardizationReport, type StandardizedChannel } from './standardize-panel.ts';

/** A channel a model can use. */
export interface UsableChannel {
  readonly name: string;
  readonly marker: string;
  /** Of the marker in the registry. */
  readonly index: number;
  readonly plane: Plane;
}

export interface UsableOptions {
  readonly map?: MarkerMap;
  readonly strict?: boolean;
  readonly registry?: RegistryId | MarkerRegistry;
  /** Only names that the published code knows, channels in the panel's order; see {@link usableChannels}. */
  readonly published?: boolean;
}

/** The channels of an image that show markers of a registry, and why the others do not. */
export interface UsableChannels {
  readonly channels: readonly UsableChannel[];
  /** JSON: the decisions in the panel's order, and the channels that hold nothing but 0. */
  readonly report: StandardizationReport & { readonly dark: readonly string[] };
}

/**
 * Channels with a marker and a signal, in the registry's order, so that neither the order of the panel nor that of two channels with one marker
 * (the first name has it) decides anything. Channels that are 0 throughout are left out.
 *
 * With `published`, as DeepCell Types does it: names in the registry or among its own aliases, with or without regard to case; the first channel
 * of a marker; the panel's order.
 *
 * @throws INVALID_INPUT where no channel is left, telling why each was left out; as `standardizePanel` otherwise.
 */
export function usableChannels(image: Image, options: UsableOptions = {}): UsableChannels {
  const { published = false, ...rest } = options;
  const names = image.channels.map(({ name }) => name);
  const ordered = published ? names : [...names].sort();
  const found = standardizePanel(ordered, { ...rest, map: published ? publishedMap(names, rest) : (rest.map ?? {}) });
  const byName = new Map(found.channels.map((channel) => [channel.channel, channel]));
  const dark: string[] = [];
  const channels = image.channels.flatMap(({ name }, c): UsableChannel[] => {
    const { marker, index } = byName.get(name)!;
    if (marker === null || index === null) return [];
    const plane = image.planes[c]!;
    // The first value above 0 ends the search, mostly at once.
    if (plane.some((value) => value > 0)) return [{ name, marker, index, plane }];
    dark.push(name);
    return [];
  });
  const report = { ...found, channels: names.map((name) => byName.get(name)!), dark };
  if (channels.length === 0) throw noChannel(report);
  return { channels: published ? channels : channels.sort((a, b) => a.index - b.index), report };
}

function noChannel({ channels, dark, registry }: UsableChannels['report']): Error {
  const why = ({ channel, how, note }: StandardizedChannel): string =>
    `${channel} (${dark.includes(channel) ? 'nothing but 0' : note === '' ? how : note})`;
  return invalidInput(
    `no channel shows a marker of ${registry}: ${listed(channels.map(why))}; name markers in map, such as {"${channels[0]!.channel}": CD3}`,
    { registry, channels: channels as unknown as Json },
  );
}

/** What only Fovea knows is left out; what the user's map says stands. */
function publishedMap(names: readonly string[], { map = {}, registry }: UsableOptions): MarkerMap {
  const { position, folded, upstream, upstreamFolded } = markerIndex(registry);
  const known = (name: string): string | null =>
    (position.has(name) ? name : null) ??
    upstream.get(name) ??
    folded.get(name.toLowerCase()) ??
    upstreamFolded.get(name.toLowerCase()) ??
    null;
  return { ...Object.fromEntries(names.map((name) => [name, known(name)])), ...map };
}
