import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { ArtifactRef } from '../../core/artifact.ts';
import { FoveaError } from '../../core/errors.ts';
import { readRevision, type Revision } from '../engine/revisions.ts';

/** A published file or folder as what it was made from. */
export interface PublishedThing {
  readonly revision: Revision;
  /** The revision's folder, links resolved. */
  readonly folder: string;
  readonly refs: readonly { readonly fov: string | null; readonly name: string; readonly ref: ArtifactRef }[];
}

/** The nearest folder at or above `path` that is a revision, or null. */
async function revisionFolder(path: string): Promise<string | null> {
  for (let folder = path; ; folder = dirname(folder)) {
    if (await stat(join(folder, 'revision.json')).catch(() => null)) return folder;
    if (dirname(folder) === folder) return null;
  }
}

const UNIT_FILE = /^(.+)\.(zarr|webp|json)$/;

function refsAt({ fovs, tables }: Revision, segments: readonly string[]): PublishedThing['refs'] {
  const ofFov = (fov: string, only: string | null): PublishedThing['refs'] =>
    Object.entries(fovs[fov]?.refs ?? {})
      .filter(([name]) => only === null || name === only)
      .map(([name, ref]) => ({ fov, name, ref }));
  const [first, unit, ...inside] = segments;
  const cohort = Object.entries(tables).map(([name, ref]) => ({ fov: null, name, ref }));
  if (first === 'fovs' && unit !== undefined) {
    const fov = UNIT_FILE.exec(unit)?.[1] ?? unit;
    const names = Object.keys(fovs[fov]?.refs ?? {});
    return ofFov(fov, inside.find((segment) => names.includes(segment)) ?? null);
  }
  const all = Object.keys(fovs).flatMap((fov) => ofFov(fov, null));
  if (first === undefined) return [...all, ...cohort];
  const table = cohort.filter(({ name }) => first === `${name}.csv` || first === `${name}.parquet`);
  if (table.length > 0) return table;
  return first === 'cells.parquet' ? all.filter(({ ref }) => ref.kind === 'CellTable') : all;
}

/**
 * Resolves a path at or below a revision's folder (`latest` included) to the artifacts it was made from; null when nothing
 * lies there. Throws NOT_FOUND for a path that exists but belongs to no revision, or to nothing its revision.json lists.
 */
export async function findPublished(path: string): Promise<PublishedThing | null> {
  const real = await realpath(resolve(path)).catch(() => null);
  if (real === null) return null;
  const folder = await revisionFolder(real);
  if (folder === null) {
    throw new FoveaError(
      'NOT_FOUND',
      `${path} lies in no published revision; name something below results/<pipeline>/<revision>`,
    );
  }
  const revision = await readRevision(folder);
  const segments = relative(folder, real)
    .split(sep)
    .filter((segment) => segment !== '');
  const refs = refsAt(revision, segments);
  if (refs.length === 0) {
    const known = Object.keys(revision.fovs).slice(0, 5).join(', ');
    throw new FoveaError(
      'NOT_FOUND',
      `${basename(folder)}/revision.json lists nothing for ${segments.join('/')}; it has ${known || 'no field of view'}`,
    );
  }
  return { revision, folder, refs };
}
