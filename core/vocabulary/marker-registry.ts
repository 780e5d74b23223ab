import { markerSynonyms } from './marker-aliases.ts';
import { markerGuesses } from './marker-guesses.ts';
import { markers2025, markers2026, upstreamAliases2025, upstreamAliases2026 } from './markers.ts';
import { normalForm } from './normal-form.ts';

/** A list of canonical markers, in index order, and further names its own users take. */
export interface MarkerRegistry {
  /** For messages. */
  readonly id: string;
  readonly markers: readonly string[];
  readonly aliases?: Readonly<Record<string, string>>;
}

/** The lists of DeepCell Types by the year of their models. */
export type RegistryId = '2026' | '2025';

/** A registry with Fovea's own names on top, ready to be looked up. */
export interface MarkerIndex {
  readonly registry: MarkerRegistry;
  readonly position: ReadonlyMap<string, number>;
  /** Lower case → marker. */
  readonly folded: ReadonlyMap<string, string>;
  /** The registry's aliases as they stand, and in lower case. */
  readonly upstream: ReadonlyMap<string, string>;
  readonly upstreamFolded: ReadonlyMap<string, string>;
  /** The following by normal form: markers, other names, names that may be meant otherwise, and names of antigens without a marker. */
  readonly normal: ReadonlyMap<string, string>;
  readonly alias: ReadonlyMap<string, string>;
  readonly guess: ReadonlyMap<string, string>;
  readonly absent: ReadonlyMap<string, string>;
}

/** Earlier entries stay. */
function put(map: Map<string, string>, key: string, value: string): void {
  if (!map.has(key)) map.set(key, value);
}

/** Markers and aliases are names as people write them; a marker that stands twice keeps its first index. */
export function indexMarkers(registry: MarkerRegistry): MarkerIndex {
  const position = new Map<string, number>();
  const [folded, normal] = [new Map<string, string>(), new Map<string, string>()];
  for (const [index, marker] of registry.markers.entries()) {
    if (!position.has(marker)) position.set(marker, index);
    put(folded, marker.toLowerCase(), marker);
    put(normal, normalForm(marker), marker);
  }
  const upstream = new Map(Object.entries(registry.aliases ?? {}).filter(([, marker]) => position.has(marker)));
  const upstreamFolded = new Map<string, string>();
  for (const [name, marker] of upstream) put(upstreamFolded, name.toLowerCase(), marker);
  const [alias, absent] = [new Map<string, string>(), new Map<string, string>()];
  for (const group of markerSynonyms) {
    const forms = group.map(normalForm);
    const held = forms.find((form) => normal.has(form));
    const marker = held === undefined ? undefined : normal.get(held);
    for (const form of forms) put(marker === undefined ? absent : alias, form, marker ?? group[0]);
  }
  const guess = new Map<string, string>();
  for (const [likely, ...names] of markerGuesses) {
    const marker = normal.get(normalForm(likely));
    const forms = names.map(normalForm).filter((form) => !normal.has(form) && !alias.has(form));
    if (marker !== undefined) for (const form of forms) put(guess, form, marker);
  }
  return { registry, position, folded, normal, upstream, upstreamFolded, alias, guess, absent };
}

const BUILT_IN: Readonly<Record<RegistryId, MarkerIndex>> = {
  2026: indexMarkers({ id: '2026', markers: markers2026, aliases: upstreamAliases2026 }),
  2025: indexMarkers({ id: '2025', markers: markers2025, aliases: upstreamAliases2025 }),
};

/** The index of a list of DeepCell Types, or of a list of one's own, such as that of a model. */
export function markerIndex(registry: RegistryId | MarkerRegistry = '2026'): MarkerIndex {
  return typeof registry === 'string' ? BUILT_IN[registry] : indexMarkers(registry);
}
