/** A name and others that go with it. */
export type WordGroup = readonly [first: string, ...others: readonly string[]];

/** The words of a text, separated by blanks and line breaks. */
export function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** Lines `first = other, another`, in their order; names may hold blanks, and commas that no blank follows. */
export function groups(text: string): readonly WordGroup[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line): WordGroup => {
    const [first = '', others = ''] = line.split(' = ');
    return [first.trim(), ...others.split(', ').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]))];
  });
}
