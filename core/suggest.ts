import { distance } from 'fastest-levenshtein';

/** The candidate closest to `word`, if close enough to be a slip: at most two edits in five letters, two at least. */
export function closest(word: string, candidates: readonly string[]): string | null {
  if (word.length > 100) return null;
  const limit = Math.max(2, Math.ceil(word.length * 0.4));
  let best: string | null = null;
  let least = limit + 1;
  for (const candidate of candidates) {
    // A change of case alone is the likeliest slip of all.
    const edits = candidate.toLowerCase() === word.toLowerCase() ? 0 : distance(word, candidate);
    // A candidate shorter than the edits would be suggested for any short word.
    if (edits < least && edits < candidate.length) [best, least] = [candidate, edits];
  }
  return best;
}

/** Names in quotes for a message, the first twelve of them: `"a", "b" and 3 more`, or `none`. */
export function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const shown = names.slice(0, 12).map((name) => JSON.stringify(name));
  return names.length > 12 ? `${shown.join(', ')} and ${names.length - 12} more` : shown.join(', ');
}

/** The remedy for an unknown word: `did you mean "x"?`, else the choices there are. */
export function remedy(word: string, candidates: readonly string[], noun: string): string {
  const guess = closest(word, candidates);
  return guess === null ? `${noun}: ${listed(candidates)}` : `did you mean "${guess}"?`;
}
