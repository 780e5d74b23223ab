import { distance } from 'fastest-levenshtein';
import { invalidInput } from '../errors.ts';
import { remedy } from '../suggest.ts';
import { bracketed, roleOf, UNUSED, withoutTags } from './channel-tags.ts';
import { markerIndex, type MarkerIndex, type MarkerRegistry, type RegistryId } from './marker-registry.ts';
import { normalForm } from './normal-form.ts';

/** Names of channels → the marker they show, or null for a channel that is to be left out. */
export type MarkerMap = Readonly<Record<string, string | null>>;

/**
 * How a decision came about. `user`: the map says so. `exact`, `alias`, `normalised` (another spelling), `stripped` (without isotope,
 * fluorophore, clone or bracket): sure. `guess`: likely, to be confirmed. Without a marker: `nuclear` stain, `control` (no antigen), `absent` (a known
 * antigen the registry lacks), `duplicate` (another channel has the marker), `unknown`.
 */
export const HOW = [
  ...(['user', 'exact', 'alias', 'normalised', 'stripped', 'guess'] as const),
  ...(['nuclear', 'control', 'absent', 'duplicate', 'unknown'] as const),
] as const;
export type How = (typeof HOW)[number];

export interface MarkerDecision {
  readonly channel: string;
  readonly marker: string | null;
  readonly how: How;
  /** Why, in a few words; empty for exact names. */
  readonly detail: string;
}

export interface ResolveOptions {
  readonly map?: MarkerMap;
  /** `2026` when left out. */
  readonly registry?: RegistryId | MarkerRegistry;
}

/** What a name alone says, without a map. */
type Found = Omit<MarkerDecision, 'channel'>;

const MAX_NAME = 200;

const found = (how: How, marker: string | null, detail: string): Found => ({ marker, how, detail });

function lookUpSure(name: string, index: MarkerIndex): Found | null {
  if (index.position.has(name)) return found('exact', name, '');
  const upstream = index.upstream.get(name);
  if (upstream !== undefined) return found('alias', upstream, 'alias of DeepCell Types');
  const folded = index.folded.get(name.toLowerCase());
  if (folded !== undefined) return found('normalised', folded, 'differs in case');
  const upstreamFolded = index.upstreamFolded.get(name.toLowerCase());
  if (upstreamFolded !== undefined) return found('alias', upstreamFolded, 'alias of DeepCell Types but for case');
  const normal = normalForm(name);
  const spelt = index.normal.get(normal);
  if (spelt !== undefined) return found('normalised', spelt, 'differs in spelling');
  const alias = index.alias.get(normal);
  return alias === undefined ? null : found('alias', alias, 'another name of the antigen');
}

function lookUp(name: string, index: MarkerIndex): Found | null {
  const sure = UNUSED.test(name) ? null : lookUpSure(name, index);
  if (sure !== null) return sure;
  const role = roleOf(name);
  if (role !== null) return found(role, null, role === 'nuclear' ? 'nuclear stain, no marker' : 'shows no antigen');
  const normal = normalForm(name);
  const guess = index.guess.get(normal);
  if (guess !== undefined) return found('guess', guess, 'likely, but another specificity; confirm it in map');
  const absent = index.absent.get(normal);
  if (absent === undefined) return null;
  const named = normalForm(absent) === normal ? 'known antigen' : `known antigen (${absent})`;
  return found('absent', null, `${named}, not among the markers of ${index.registry.id}`);
}

/** Parts of a name that are markers by themselves, distinct. */
function markersWithin(name: string, index: MarkerIndex): readonly string[] {
  const parts = name.split(/[\s_/+,;&()[\]-]+/).flatMap((part) => lookUpSure(part, index)?.marker ?? []);
  return [...new Set(parts)];
}

const digitsOf = (text: string): string => text.replaceAll(/\D+/g, ' ').trim();

/** The marker whose name, or other name, is a slip away: an edit in four letters. Another number is another antigen, never a slip. */
function nearMarker(name: string, index: MarkerIndex): string | null {
  const normal = normalForm(name);
  let least = Math.max(1, Math.floor(normal.length / 4)) + 1;
  let near: string | null = null;
  for (const [other, marker] of [...index.normal, ...index.alias]) {
    if (digitsOf(other) !== digitsOf(normal) || other.length < 3) continue;
    const edits = distance(normal, other);
    if (edits < least) [near, least] = [marker, edits];
  }
  return near;
}

/** Why nothing was found: what the name lacks, or which marker may be meant. */
function unknown(name: string, bare: string, index: MarkerIndex): Found {
  if (bare === '') return found('unknown', null, 'only a label, no marker; name the marker in map');
  const within = markersWithin(bare, index);
  if (within.length > 1) return found('unknown', null, `names ${within.slice(0, 3).join(' and ')}; settle it in map`);
  const near = within[0] ?? nearMarker(bare, index);
  const advice = near === null ? '' : `; did you mean ${near}?`;
  return found('unknown', null, `no marker of that name${advice}`);
}

function resolveName(name: string, index: MarkerIndex): Found {
  if (name.length > MAX_NAME) return found('unknown', null, `longer than ${MAX_NAME} characters`);
  const whole = lookUp(name, index);
  if (whole !== null) return whole;
  const bare = withoutTags(name);
  const stripped = bare === '' || bare === name ? null : lookUp(bare, index);
  if (stripped !== null) return asStripped(stripped, bare);
  const parts = bracketed(bare);
  if (parts === null) return unknown(name, bare, index);
  const [outer, inner] = [lookUp(parts.outer, index), lookUpSure(parts.inner, index)];
  if (outer === null || inner === null || outer.marker === inner.marker) {
    if (outer !== null) return asStripped(outer, parts.outer);
    if (inner !== null) return found('guess', inner.marker, `from the bracket "${parts.inner}"; confirm it in map`);
  }
  return unknown(name, bare, index);
}

const SURE: readonly How[] = ['exact', 'alias', 'normalised'];

function asStripped({ marker, how, detail }: Found, read: string): Found {
  const said = detail === '' ? `read as ${read}` : `read as ${read}: ${detail}`;
  return found(SURE.includes(how) ? 'stripped' : how, marker, said);
}

/** Throws INVALID_INPUT for a map that names markers which the registry lacks, all of them at once. */
export function checkMap(map: MarkerMap, index: MarkerIndex): void {
  const problems = Object.entries(map).flatMap(([channel, marker]) => {
    if (marker === null || index.position.has(marker)) return [];
    const meant = resolveName(marker, index).marker;
    const advice = meant === null ? remedy(marker, index.registry.markers, 'the markers') : `did you mean "${meant}"?`;
    return [`"${channel}" → "${marker}": ${advice}`];
  });
  if (problems.length === 0) return;
  const count = problems.length === 1 ? 'a marker' : `${problems.length} markers`;
  throw invalidInput(
    `map names ${count} that the registry ${index.registry.id} does not hold; write canonical names (fovea panel markers lists them): ` +
      problems.join('; '),
    { problems, registry: index.registry.id },
  );
}

/** As `resolveMarker`, with a map that has been checked and an index that is at hand. */
export function resolveWith(channel: string, map: MarkerMap, index: MarkerIndex): MarkerDecision {
  if (!Object.hasOwn(map, channel)) return { channel, ...resolveName(channel, index) };
  const marker = map[channel] ?? null;
  return { channel, marker, how: 'user', detail: marker === null ? 'left out by map' : 'named by map' };
}

/**
 * The canonical marker a channel's name means, and why. Looked up in turn: the map; the registry; its own aliases; both without regard to case;
 * spelling (blanks, punctuation, Greek letters); Fovea's synonyms; nuclear stains and controls; guesses; known antigens without a marker; then all of that
 * without isotope, fluorophore, cycle and clone, and without a bracket at the end. A near name is suggested in `detail` and never taken.
 *
 * @throws INVALID_INPUT for a map that names a marker which the registry lacks.
 */
export function resolveMarker(channel: string, { map = {}, registry }: ResolveOptions = {}): MarkerDecision {
  const index = markerIndex(registry);
  checkMap(map, index);
  return resolveWith(channel, map, index);
}
