import { readdir, readFile, rename, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactRef, Digest } from '../../core/artifact.ts';
import { FoveaError } from '../../core/errors.ts';

/** A published revision's own description, `revision.json`. */
export interface Revision {
  readonly schema: 1;
  readonly revision: string;
  readonly pipeline: string;
  /** Digest of what is published: refs, sample columns, and which fields of view failed. Not of dates or runs. */
  readonly content: Digest;
  readonly run: string;
  readonly plan: Digest;
  readonly cohort: Digest;
  readonly wasRevisionOf: string | null;
  readonly createdAt: string;
  readonly fovea: string;
  readonly fovs: Readonly<Record<string, PublishedUnit>>;
  readonly tables: Readonly<Record<string, ArtifactRef>>;
  readonly failed: readonly string[];
}

export interface PublishedUnit {
  /** Digest of the refs and sample columns of this field of view. */
  readonly content: Digest;
  readonly refs: Readonly<Record<string, ArtifactRef>>;
}

export const REVISION_NAME = /^r([0-9]{4,})$/;

/** Revisions of one pipeline's results folder, oldest first. Unreadable ones are an error, never skipped. */
export async function listRevisions(folder: string): Promise<Revision[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  const numbered = names.filter((name) => REVISION_NAME.test(name)).sort((a, b) => numberOf(a) - numberOf(b));
  return Promise.all(numbered.map((name) => readRevision(join(folder, name))));
}

export async function readRevision(folder: string): Promise<Revision> {
  try {
    return JSON.parse(await readFile(join(folder, 'revision.json'), 'utf8')) as Revision;
  } catch (err) {
    throw new FoveaError('STORE_CORRUPT', `${folder}/revision.json cannot be read: ${(err as Error).message}`, {
      cause: err,
    });
  }
}

const numberOf = (name: string): number => Number(REVISION_NAME.exec(name)?.[1] ?? 0);

/** Gives a finished staging folder the next free number. An existing revision is never replaced. */
export async function claimRevision(
  folder: string,
  staging: string,
  describe: (revision: string, before: Revision | null) => Promise<void>,
): Promise<string> {
  for (;;) {
    const newest = (await listRevisions(folder)).at(-1) ?? null;
    const name = `r${String(numberOf(newest?.revision ?? 'r0000') + 1).padStart(4, '0')}`;
    await describe(name, newest);
    try {
      await rename(staging, join(folder, name));
      return name;
    } catch (err) {
      const { code } = err as NodeJS.ErrnoException;
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw err;
    }
  }
}

/** Moves the `latest` pointer by one atomic rename. */
export async function pointLatest(folder: string, revision: string): Promise<void> {
  const temporary = join(folder, `.latest-${process.pid}`);
  await unlink(temporary).catch(() => undefined);
  await symlink(revision, temporary);
  await rename(temporary, join(folder, 'latest'));
}
