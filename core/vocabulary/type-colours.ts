import { cellTypeColours } from './cell-types.ts';

/** For names that the vocabulary of cell types does not hold: twenty hues that stay apart. */
const PALETTE = [
  ...['#1f77b4', '#ff7f0e', '#2ca02c', '#d62728', '#9467bd', '#8c564b', '#e377c2', '#bcbd22', '#17becf', '#393b79'],
  ...['#637939', '#8c6d31', '#843c39', '#7b4173', '#6baed6', '#fd8d3c', '#74c476', '#9e9ac8', '#e7969c', '#cedb9c'],
];

/** A colour for each type, `#rrggbb`: the vocabulary's, else one by the name alone, so that fields of view agree. */
export function coloursOfTypes(types: readonly string[]): Readonly<Record<string, string>> {
  const colourOf = (type: string): string => cellTypeColours[type] ?? PALETTE[hash(type) % PALETTE.length]!;
  return Object.fromEntries([...new Set(types)].sort().map((type) => [type, colourOf(type)]));
}

/** FNV-1a over UTF-16 units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value;
}
