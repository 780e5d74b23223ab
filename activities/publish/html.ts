/** A piece of markup that is safe to put into a page: everything foreign in it has been escaped. */
export interface Html {
  readonly markup: string;
}

type Part = string | number | null | Html | readonly Html[];

/** Markup from a template literal. Interpolated text is escaped, markup made by `html` is not, null is nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { markup: strings.reduce((page, text, i) => page + render(parts[i - 1] ?? null) + text) };
}

/** Text that is markup already and written in this repository, such as a style sheet. Never for foreign text. */
export function trusted(markup: string): Html {
  return { markup };
}

/** A link to a file near the page: every path segment is encoded, so that no scheme or query can come of a name. */
export function relativeHref(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function render(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escape(part);
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
