import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { lstat, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { Digest } from '../../core/artifact.ts';
import { digestOf, sha256 } from '../../core/digest.ts';
import { storeError } from './file-errors.ts';
import { mapBounded } from '../map-bounded.ts';

/** Name of a folder's own list of files and their digests. */
export const FILE_LIST = 'files.json';

/** Written when a revision is numbered, which may be after its files were listed. */
const LATE = 'revision.json';

const HASHERS = 4;
const hex = z.string().regex(/^[0-9a-f]{64}$/);
const fileListSchema = z.strictObject({
  schema: z.literal(1),
  /** Digest of `files`, so that damage to the list is not taken for damage to the files. */
  digest: hex,
  files: z.record(z.string(), z.strictObject({ sha256: hex, bytes: z.int().min(0) })),
});

/** Path relative to the folder, with `/` → digest and size of the file's bytes. */
export type ListedFiles = z.output<typeof fileListSchema>['files'];

export interface FileDamage {
  /** Relative to the folder. */
  readonly path: string;
  readonly what: 'changed' | 'missing' | 'extra' | 'unreadable';
  readonly detail: string;
}

export interface FileCheck {
  /** False when the folder has no list, so that nothing could be compared. */
  readonly listed: boolean;
  readonly files: number;
  readonly bytes: number;
  readonly damage: readonly FileDamage[];
}

interface Present {
  readonly path: string;
  readonly inode: number;
  readonly bytes: number;
}

async function filesBelow(folder: string): Promise<Present[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => path !== FILE_LIST)
    .sort();
  return mapBounded(paths, HASHERS, async (path) => {
    const { ino, size } = await lstat(join(folder, path));
    return { path, inode: ino, bytes: size };
  });
}

/** Files up to these sizes are read at once, and in one go: a thread's turn, and a stream, cost more than the reading. */
const TINY = 1 << 16;
const SMALL = 4 << 20;

/** SHA-256 of a file's bytes; large files are streamed. */
async function sha256OfFile(path: string, bytes: number): Promise<Digest> {
  if (bytes <= TINY) return sha256(readFileSync(path));
  if (bytes <= SMALL) return sha256(await readFile(path));
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

async function readFileList(folder: string): Promise<ListedFiles | null | 'damaged'> {
  const text = await readFile(join(folder, FILE_LIST), 'utf8').catch((err: NodeJS.ErrnoException) => {
    if (err.code === 'ENOENT') return null;
    throw err;
  });
  if (text === null) return null;
  try {
    const { digest, files } = fileListSchema.parse(JSON.parse(text));
    return digest === digestOf('fovea.files', files) ? files : 'damaged';
  } catch {
    return 'damaged';
  }
}

/**
 * Writes `files.json`: SHA-256 and size of every file below `folder` but the list itself, sorted by path. Call it last,
 * when every other file is in place. Files that are hard links to those of `previous` (a folder with a list of its own)
 * are not hashed again. Returns the bytes of the listed files together. Throws STORE or DISK_FULL.
 */
export async function writeFileList(folder: string, previous: string | null = null): Promise<number> {
  try {
    const found = previous === null ? null : await readFileList(previous);
    const before: ListedFiles = found === null || found === 'damaged' ? {} : found;
    const digests = await mapBounded(await filesBelow(folder), HASHERS, async ({ path, inode, bytes }) => {
      const known = Object.hasOwn(before, path) ? before[path] : undefined;
      const linked =
        known !== undefined &&
        (await lstat(join(previous!, path)).then(
          (was) => was.ino === inode && was.size === known.bytes,
          () => false,
        ));
      return [path, { sha256: linked ? known.sha256 : await sha256OfFile(join(folder, path), bytes), bytes }] as const;
    });
    const files: ListedFiles = Object.fromEntries(digests);
    const list = { schema: 1, digest: digestOf('fovea.files', files), files };
    await writeFile(join(folder, FILE_LIST), `${JSON.stringify(list, null, 1)}\n`);
    return Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0);
  } catch (err) {
    throw await storeError(err, 'list the files of', folder);
  }
}

/** Hashes every file below `folder` and compares with its `files.json`: changed, missing, extra and unreadable files. */
export async function checkFileList(folder: string): Promise<FileCheck> {
  const listed = await readFileList(folder);
  const found = await filesBelow(folder);
  const bytes = found.reduce((sum, file) => sum + file.bytes, 0);
  if (listed === null) return { listed: false, files: found.length, bytes, damage: [] };
  if (listed === 'damaged') {
    const detail = 'the list of files is damaged itself, so the files could not be compared with it';
    return { listed: true, files: found.length, bytes, damage: [{ path: FILE_LIST, what: 'changed', detail }] };
  }
  const present = new Map(found.map((file) => [file.path, file]));
  const checked = await mapBounded(
    Object.entries(listed),
    HASHERS,
    async ([path, wanted]): Promise<FileDamage | null> => {
      const file = present.get(path);
      if (file === undefined) return { path, what: 'missing', detail: `${wanted.bytes} bytes are gone` };
      if (file.bytes !== wanted.bytes) {
        return { path, what: 'changed', detail: `${file.bytes} bytes where ${wanted.bytes} were written` };
      }
      try {
        const digest = await sha256OfFile(join(folder, path), file.bytes);
        if (digest === wanted.sha256) return null;
        const detail = `sha256 ${digest.slice(0, 12)} where ${wanted.sha256.slice(0, 12)} was written`;
        return { path, what: 'changed', detail };
      } catch (err) {
        return { path, what: 'unreadable', detail: (err as NodeJS.ErrnoException).code ?? (err as Error).message };
      }
    },
  );
  const extra = [...present.values()]
    .filter(({ path }) => !Object.hasOwn(listed, path) && path !== LATE)
    .map(({ path, bytes }): FileDamage => ({
      path,
      what: 'extra',
      detail: `${bytes} bytes that were not written by Fovea`,
    }));
  const damage = [...checked.flatMap((found) => found ?? []), ...extra];
  return { listed: true, files: Object.keys(listed).length, bytes, damage };
}
