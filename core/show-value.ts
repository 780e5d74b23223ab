/** A JSON value as people read it in a sentence: strings bare, long values cut, absent ones as `unset`. */
export function show(value: unknown): string {
  if (value === undefined) return 'unset';
  const text = typeof value === 'string' && value !== '' ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
