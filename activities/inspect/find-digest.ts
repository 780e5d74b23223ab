import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../../core/artifact.ts';
import { FoveaError } from '../../core/errors.ts';
import type { Store } from '../store/store.ts';

/** What a digest names: an artifact (stored or known by the records that made it), or the key of a result. */
export interface Named {
  readonly kind: 'artifact' | 'result';
  readonly digest: Digest;
}

const MIN_DIGITS = 6;
const PREFIX = /^[0-9a-f]{6,64}$/;
const FULL = /^[0-9a-f]{64}/;

async function digestsIn(root: string, folder: string, prefix: string): Promise<Digest[]> {
  const names = await readdir(join(root, folder, prefix.slice(0, 2))).catch(() => [] as string[]);
  return names.flatMap((name) => (name.startsWith(prefix) ? (FULL.exec(name)?.[0] ?? []) : []));
}

/**
 * Everything a store knows whose digest begins with `prefix` (6 to 64 hexadecimal digits). Throws USAGE for text that is
 * no such prefix.
 */
export async function digestsFrom(store: Store, prefix: string): Promise<Named[]> {
  const wanted = prefix.toLowerCase();
  if (!PREFIX.test(wanted)) {
    throw new FoveaError(
      'USAGE',
      `"${prefix}" is neither a published file nor a digest: write ${MIN_DIGITS} or more of the digits 0–9 and a–f`,
    );
  }
  const [stored, made, results] = await Promise.all(
    ['artifacts', 'producers', 'results'].map((folder) => digestsIn(store.root, folder, wanted)),
  );
  const artifacts = [...new Set([...stored!, ...made!])].sort();
  return [
    ...artifacts.map((digest) => ({ kind: 'artifact' as const, digest })),
    ...[...new Set(results)].sort().map((digest) => ({ kind: 'result' as const, digest })),
  ];
}

/** The one thing a prefix names. Throws NOT_FOUND for none, USAGE listing the candidates for several. */
export async function findDigest(store: Store, prefix: string): Promise<Named> {
  const found = await digestsFrom(store, prefix);
  const [only] = found;
  if (only === undefined) {
    throw new FoveaError(
      'NOT_FOUND',
      `the store ${store.root} has no artifact and no result ${prefix}; fovea status <run> and revision.json name some`,
    );
  }
  if (found.length > 1) {
    const shown = found.slice(0, 10).map(({ kind, digest }) => `\n  ${digest}  ${kind}`);
    const more = found.length > shown.length ? `\n  … and ${found.length - shown.length} more` : '';
    throw new FoveaError(
      'USAGE',
      `${prefix} is the beginning of ${found.length} digests; write more of it:${shown.join('')}${more}`,
      {
        fields: { candidates: found },
      },
    );
  }
  return only;
}
