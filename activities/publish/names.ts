import { invalidInput } from '../../core/errors.ts';

/**
 * What SpatialData allows in the names of elements and table columns: letters, digits, `_`, `-` and `.`; neither `.`,
 * `..`, `_index` nor a leading `__`; unique whatever their case (spatialdata 0.7, `_core/validation.py`).
 */
const ALLOWED = /^(?!\.{1,2}$)(?!__)(?!_index$)[\p{L}\p{N}_.-]+$/u;

/** Throws INVALID_INPUT, naming every offender, unless all names can be SpatialData elements side by side. */
export function checkElementNames(names: readonly string[], fov: string): void {
  const seen = new Set<string>();
  const bad: string[] = [];
  for (const name of names) {
    if (!ALLOWED.test(name)) bad.push(`"${name}" has characters other than letters, digits, "_", "-" and "."`);
    else if (seen.has(name.toLowerCase())) bad.push(`"${name}" differs from another only in case`);
    seen.add(name.toLowerCase());
  }
  if (bad.length > 0) {
    throw invalidInput(`cannot publish ${fov}: ${bad.join('; ')}. Rename these in the pipeline's publish list`, {
      fov,
    });
  }
}

/**
 * One allowed and unique column name per given name, in order: other characters become `_`, and a name already taken
 * (whatever its case) gets `_2`, `_3` … appended.
 */
export function columnNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let base = name.normalize('NFC').replace(/[^\p{L}\p{N}_.-]/gu, '_');
    if (!ALLOWED.test(base)) base = `x${base}`;
    let unique = base;
    for (let i = 2; taken.has(unique.toLowerCase()); i++) unique = `${base}_${i}`;
    taken.add(unique.toLowerCase());
    return unique;
  });
}
