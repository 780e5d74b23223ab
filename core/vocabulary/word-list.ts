/** The words of a text, separated by blanks and line breaks. */
export function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** Lines `key<sign>a, b, c` as key and values, in the order of the lines; values may hold blanks. Blank lines are passed over. */
export function keyedLines(text: string, sign: string, comma: string): readonly (readonly [string, readonly string[]])[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line): readonly [string, readonly string[]] => {
    const at = line.indexOf(sign);
    const values = line.slice(at + sign.length).split(comma);
    return [line.slice(0, at).trim(), values.map((value) => value.trim()).filter((value) => value !== '')];
  });
}
