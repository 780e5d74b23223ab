import { invalidInput } from '../errors.ts';
import { markerIndex } from './marker-registry.ts';
import { checkMap, HOW, resolveWith } from './resolve-marker.ts';
import type { How, MarkerDecision, ResolveOptions } from './resolve-marker.ts';

/** A type, not an interface: it is JSON, and is assigned to it. */
export type StandardizedChannel = {
  readonly channel: string;
  readonly marker: string | null;
  /** Of the marker in the registry, from 0. */
  readonly index: number | null;
  readonly how: How;
  readonly note: string;
};

/** What became of a panel; JSON. */
export type StandardizationReport = {
  readonly registry: string;
  /** In the order of the panel. */
  readonly channels: readonly StandardizedChannel[];
  /** Channels by decision; all decisions, also those that were not taken. */
  readonly counts: Readonly<Record<How, number>>;
  /** Names in the map that no channel has. */
  readonly unused: readonly string[];
};

export interface StandardizeOptions extends ResolveOptions {
  /** Whether a guess is an error. */
  readonly strict?: boolean;
}

/**
 * The canonical markers of a panel, a decision for each channel. A marker goes to one channel: a sure decision comes before a guess, else the
 * earlier channel has it and the later ones are `duplicate`. Apart from that, a decision does not depend on the other channels.
 *
 * @throws INVALID_INPUT for a map that names unknown markers; for guesses in strict mode, listing all of them.
 */
export function standardizePanel(names: readonly string[], options: StandardizeOptions = {}): StandardizationReport {
  const { map = {}, strict = false } = options;
  const index = markerIndex(options.registry);
  checkMap(map, index);
  const decisions = names.map((name) => resolveWith(name, map, index));
  const holders = holdersOf(decisions);
  const settled = decisions.map((decision, at): MarkerDecision => {
    const holder = decision.marker === null ? at : holders.get(decision.marker)!;
    if (holder === at) return decision;
    const detail = `${decision.marker} is the channel "${names[holder]}" already`;
    return { channel: decision.channel, marker: null, how: 'duplicate', detail };
  });
  if (strict) refuseGuesses(settled);
  const counts = Object.fromEntries(HOW.map((how) => [how, settled.filter((one) => one.how === how).length]));
  return {
    registry: index.registry.id,
    channels: settled.map(({ channel, marker, how, detail }) => ({
      ...{ channel, marker, how, note: detail },
      index: marker === null ? null : index.position.get(marker)!,
    })),
    counts: counts as Record<How, number>,
    unused: Object.keys(map).filter((name) => !names.includes(name)),
  };
}

/** Marker → place of the channel that has it. */
function holdersOf(decisions: readonly MarkerDecision[]): ReadonlyMap<string, number> {
  const holders = new Map<string, number>();
  for (const [at, { marker, how }] of decisions.entries()) {
    if (marker === null) continue;
    const holder = holders.get(marker);
    if (holder === undefined || (decisions[holder]!.how === 'guess' && how !== 'guess')) holders.set(marker, at);
  }
  return holders;
}

function refuseGuesses(decisions: readonly MarkerDecision[]): void {
  const guesses = decisions.filter(({ how }) => how === 'guess').map(({ channel, marker }) => ({ channel, marker }));
  if (guesses.length === 0) return;
  const listed = guesses.map(({ channel, marker }) => `${JSON.stringify(channel)}: ${marker}`).join(', ');
  const count = guesses.length === 1 ? 'a channel is' : `${guesses.length} channels are`;
  throw invalidInput(
    `${count} only guessed, which strict refuses; confirm in map, as {${listed}}, or leave a channel out with null`,
    { guesses },
  );
}
