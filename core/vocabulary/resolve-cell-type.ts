import { distance } from 'fastest-levenshtein';
import { invalidInput } from '../errors.ts';
import { listed } from '../suggest.ts';
import { cellTypeGuesses, cellTypeKinds, cellTypeSynonyms, NO_TYPE } from './cell-type-aliases.ts';
import { cellTypeOf, cellTypes, lineages } from './cell-types.ts';
import type { WordGroup } from './word-list.ts';

/**
 * How a decision came about. `user`: the map says so. `exact`, `normalised`, `alias`: the same cells. `broader`: the type says less than the name.
 * `guess`: likely, to be confirmed. Without a type: `unlabelled` (the name says that there is none), `absent` (a type the vocabulary lacks), `unknown`.
 */
export type CellTypeHow =
  'user' | 'exact' | 'normalised' | 'alias' | 'broader' | 'guess' | 'unlabelled' | 'absent' | 'unknown';

export interface CellTypeDecision {
  readonly name: string;
  readonly type: string | null;
  readonly how: CellTypeHow;
  /** Why, in a few words; empty for exact names. */
  readonly detail: string;
}

export interface ResolveCellTypeOptions {
  /** Name → canonical type, or null for cells without a type. */
  readonly map?: Readonly<Record<string, string | null>>;
  /** The types there are; all of 2025 and 2026 when left out. */
  readonly vocabulary?: readonly string[];
}

const GREEK: Readonly<Record<string, string>> = { α: 'alpha', β: 'beta', γ: 'gamma', δ: 'delta', φ: 'phi' };

/** A marker that cells lack, `CD4-` or `CD4neg`, but not the hyphen of `CD4-T`. */
const LACKING = /\b(cd\d+[a-z]?)\s*(?:[-−–]|neg(?:ative)?)(?=\s|$|[+,/]|cd)/g;

/** Lower case, singular, without blanks, punctuation, `positive` and `cell`; Greek letters as words: a beta cell is no B cell. */
function typeForm(name: string): string {
  const text = name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[αβγδφ]/g, (letter) => GREEK[letter] ?? letter);
  const parts = text.replaceAll(LACKING, '$1lacking ').split(/[^\p{L}\d]+/u);
  return parts
    .map((part) => part.replace(/^(?:positive|pos)$/, '').replace(/(?<=.[^s])s$/, ''))
    .join('')
    .replaceAll('cell', '');
}

const forms = (all: readonly WordGroup[]): ReadonlyMap<string, string> =>
  new Map(all.flatMap(([type, ...names]) => names.map((name): [string, string] => [typeForm(name), type])));

const CANONICAL: ReadonlyMap<string, string> = new Map(cellTypes.map(({ name }) => [typeForm(name), name]));
const SYNONYMS = forms(cellTypeSynonyms);
const KINDS = forms(cellTypeKinds);
const GUESSES = forms(cellTypeGuesses);
const NONE: ReadonlySet<string> = new Set(NO_TYPE.map(typeForm));
const LINEAGES: ReadonlySet<string> = new Set(lineages.map(typeForm));

type Found = Omit<CellTypeDecision, 'name'>;
const found = (how: CellTypeHow, type: string | null, detail: string): Found => ({ how, type, detail });

function lookUp(name: string): Found {
  if (cellTypeOf(name) !== null) return found('exact', name, '');
  const form = typeForm(name);
  const tables = [
    ...([
      [CANONICAL, 'normalised', 'differs in spelling'] as const,
      [SYNONYMS, 'alias', 'another name'] as const,
    ] as const),
    ...([
      [KINDS, 'broader', 'a kind of it'] as const,
      [GUESSES, 'guess', 'likely; confirm it in map'] as const,
    ] as const),
  ];
  for (const [table, how, detail] of tables) {
    const type = table.get(form);
    if (type !== undefined) return found(how, type, detail);
  }
  if (form === '' || NONE.has(form)) return found('unlabelled', null, 'says that there is no type');
  if (LINEAGES.has(form)) return found('unknown', null, 'a lineage, no type');
  const near = nearType(form);
  return found('unknown', null, near === null ? 'no type of that name' : `no type of that name; did you mean ${near}?`);
}

/** The type whose name, or other name, is a slip away: an edit in four letters. */
function nearType(form: string): string | null {
  let least = Math.floor(Math.min(form.length, 60) / 4) + 1;
  let near: string | null = null;
  if (form.length > 60) return near;
  for (const [other, type] of [...CANONICAL, ...SYNONYMS]) {
    const edits = distance(form, other);
    if (other.length >= 4 && edits < least) [near, least] = [type, edits];
  }
  return near;
}

/** A type that the vocabulary lacks is told by the nearest type above it. */
function within(decision: Found, vocabulary: readonly string[]): Found {
  const { type } = decision;
  if (type === null || vocabulary.includes(type)) return decision;
  let above = cellTypeOf(type)?.parent ?? null;
  while (above !== null && !vocabulary.includes(above)) above = cellTypeOf(above)?.parent ?? null;
  if (above === null) return found('absent', null, `${type} is not among the types, nor is anything above it`);
  return found(
    decision.how === 'guess' ? 'guess' : 'broader',
    above,
    `${type} is not among the types; it is a kind of ${above}`,
  );
}

/**
 * The canonical type that a name of cells means, and why: the map, the name, its spelling, other names, the type it is a kind of, guesses. With a
 * vocabulary, a type that it lacks is told by the nearest one above in the tree. A vocabulary's own names, such as those of another model, are exact.
 *
 * @throws INVALID_INPUT for a map that names a type which the vocabulary lacks.
 */
export function resolveCellType(name: string, options: ResolveCellTypeOptions = {}): CellTypeDecision {
  const { map = {}, vocabulary = cellTypes.map((type) => type.name) } = options;
  if (Object.hasOwn(map, name)) {
    const type = map[name] ?? null;
    if (type === null) return { name, ...found('user', null, 'left out by map') };
    if (vocabulary.includes(type)) return { name, ...found('user', type, 'named by map') };
    throw invalidInput(`map says that "${name}" is "${type}", which is no type; ${mapRemedy(type, vocabulary)}`, {
      name,
      type,
    });
  }
  if (vocabulary.includes(name)) return { name, ...found('exact', name, '') };
  return { name, ...within(lookUp(name), vocabulary) };
}

function mapRemedy(type: string, vocabulary: readonly string[]): string {
  const meant = within(lookUp(type), vocabulary).type;
  return meant === null ? `the types: ${listed(vocabulary)}` : `did you mean "${meant}"?`;
}
