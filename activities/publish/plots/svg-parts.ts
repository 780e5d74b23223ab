import { html } from '../html.ts';
import type { Html } from '../html.ts';

/** Width of a plot that is not wider by its content, px: that of the page's column. */
export const WIDTH = 1120;

/** Mean width of a character at the plots' 12 px, a little on the safe side. */
const CHARACTER = 6.8;

export const widthOf = (text: string): number => Math.ceil([...text].length * CHARACTER);

/** `text`, or its beginning and an ellipsis where it has more than `most` characters. */
export function shorten(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}

const INTEGERS = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const THREE_DIGITS = new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 3 });

/** Counts whole, other numbers with three digits that count. */
export const tell = (value: number): string => (Number.isInteger(value) ? INTEGERS : THREE_DIGITS).format(value);

/** `12.3 %`; small shares are not told as none. */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) return '< 0.1 %';
  return `${(100 * share).toFixed(1)} %`;
}

/** A whole number in at most four characters: 950, 12k, 3M. */
export function briefly(value: number): string {
  if (value < 10_000) return String(value);
  return value < 999_500 ? `${Math.round(value / 1000)}k` : `${Math.round(value / 1e6)}M`;
}

/** For rows without a colour of their own: twelve hues that neighbours tell apart, then again lighter. */
const PALETTE = (
  '#4269d0 #efb118 #e4572e #3ca951 #8f63b8 #17a2a8 #c4498f #8a6a3b #7fb800 #5b7c99 #f28cb1 #2f5d50 ' +
  '#8aa4e8 #f6d27a #f0a08a #8fd19c #c2a6dc #84d3d6 #e29ac4 #c4ab84 #bfe07a #a5b8c9 #f9c9da #86a89e'
).split(' ');

/** The colour of row `index`: its own if the table has one, grey for Unknown, else from the palette. */
export function colourOf(row: string, index: number, colours: Readonly<Record<string, string>>): string {
  const own = Object.hasOwn(colours, row) ? colours[row] : undefined;
  if (own !== undefined && /^#[0-9a-f]{6}$/.test(own)) return own;
  return row === 'Unknown' ? '#c8c8c8' : PALETTE[index % PALETTE.length]!;
}

/** Height that slanted labels of these texts need above a grid, and how far the last one reaches to the right of it. */
export function slantedSize(labels: readonly string[]): { readonly height: number; readonly overhang: number } {
  const longest = Math.max(0, ...labels.map(widthOf));
  return { height: Math.ceil(longest * 0.72) + 16, overhang: Math.ceil(longest * 0.72) + 8 };
}

/** Column labels above a grid, slanted by 45 degrees; whole texts as tooltips. */
export function slantedLabels(labels: readonly string[], most: number, left: number, step: number, y: number): Html {
  return html`${labels.map((label, i) => {
    const x = left + (i + 0.5) * step + 3;
    return html`<text transform="${`translate(${x.toFixed(1)} ${y}) rotate(-45)`}"
      >${shorten(label, most)}<title>${label}</title></text
    >`;
  })}`;
}
