const GREEK: Readonly<Record<string, string>> = {
  ...{ α: 'a', β: 'b', γ: 'g', δ: 'd', ε: 'e', ζ: 'z', κ: 'k', λ: 'l', μ: 'm' },
  ...{ alpha: 'a', beta: 'b', gamma: 'g', delta: 'd', epsilon: 'e', zeta: 'z', kappa: 'k', lambda: 'l' },
};
const GREEK_LETTERS = new RegExp(Object.keys(GREEK).join('|'), 'g');

/**
 * A name without what people write one way or another: case, compatibility forms of Unicode, Greek letters as letters or words, blanks and
 * punctuation. Between digits a separator stays, as `_`: `CD3_2` is not CD32, and `CK 8/18` is not CK818.
 */
export function normalForm(name: string): string {
  const latin = name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(GREEK_LETTERS, (letter) => GREEK[letter] ?? letter);
  return latin.replaceAll(/(?<=\d)[^\p{L}\d]+(?=\d)/gu, '_').replaceAll(/[^\p{L}\d_]|^_+|_+$|(?<!\d)_|_(?!\d)/gu, '');
}
