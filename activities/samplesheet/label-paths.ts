import { listed, remedy } from '../../core/suggest.ts';

/** Port → pattern of a path, in which {fov} and {column} stand for values of the row. */
export type LabelPatterns = Readonly<Record<string, string>>;

const PLACEHOLDER = /\{([^{}]+)\}/g;

/** What patterns name that no row has, a sentence each: `fov` and the free columns are there. */
export function patternProblems(patterns: LabelPatterns, columns: readonly string[]): string[] {
  const known = ['fov', ...columns];
  return Object.entries(patterns).flatMap(([port, pattern]) =>
    [...pattern.matchAll(PLACEHOLDER)].flatMap(([, name]) =>
      known.includes(name!)
        ? []
        : [`source.labels.${port} names {${name}}, which is no free column; ${remedy(name!, known, 'there are')}`],
    ),
  );
}

/**
 * The files of a row's label images, port → path as the pattern gives it. `problems` names columns that are empty in this row: such a field of view,
 * and no other, cannot be read.
 */
export function labelPaths(
  patterns: LabelPatterns,
  fov: string,
  values: Readonly<Record<string, string>>,
): { paths: Record<string, string>; problems: string[] } {
  const problems: string[] = [];
  const paths = Object.entries(patterns).map(([port, pattern]): [string, string] => {
    const empty = new Set<string>();
    const path = pattern.replace(PLACEHOLDER, (_, name: string) => {
      const value = name === 'fov' ? fov : (values[name] ?? '');
      if (value === '') empty.add(name);
      return value;
    });
    if (empty.size > 0) {
      problems.push(
        `labels "${port}": the column ${listed([...empty])} is empty here, and names the file; fill it in, or leave the field of view out`,
      );
    }
    return [port, path];
  });
  return { paths: Object.fromEntries(paths), problems };
}
