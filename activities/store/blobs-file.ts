import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, readdir, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { Blobs } from './blobs.ts';
import { storeError } from './file-errors.ts';

const absent = (err: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes((err as NodeJS.ErrnoException).code ?? '');

/**
 * A folder as Blobs: a put writes a temporary file beside the target, then renames (or links, for `ifAbsent`). An empty
 * blob needs no temporary file: it is whole as soon as it is there.
 */
export function fileBlobs(root: string): Blobs {
  /** Makes a file that is not there yet, and its folder if need be. */
  const create = (path: string): Promise<FileHandle> =>
    open(path, 'wx').catch(async (err: unknown) => {
      if (!absent(err)) throw err;
      await mkdir(dirname(path), { recursive: true });
      return open(path, 'wx');
    });

  async function writeTemporary(folder: string, bytes: Uint8Array | string): Promise<string> {
    const temporary = join(folder, `.tmp-${process.pid}-${randomBytes(6).toString('hex')}`);
    const file = await create(temporary);
    try {
      await file.writeFile(bytes);
    } catch (err) {
      await file.close();
      await unlink(temporary).catch(() => undefined);
      throw err;
    }
    await file.close();
    return temporary;
  }

  return {
    async get(path) {
      try {
        return await readFile(join(root, path));
      } catch (err) {
        if (absent(err)) return null;
        throw await storeError(err, 'read', join(root, path));
      }
    },

    async put(path, bytes, { ifAbsent = false } = {}) {
      const target = join(root, path);
      try {
        if (ifAbsent && bytes.length === 0) {
          await (await create(target)).close();
          return true;
        }
        const temporary = await writeTemporary(dirname(target), bytes);
        if (!ifAbsent) {
          await rename(temporary, target);
          return true;
        }
        try {
          await link(temporary, target);
          return true;
        } finally {
          await unlink(temporary);
        }
      } catch (err) {
        if (ifAbsent && (err as NodeJS.ErrnoException).code === 'EEXIST') return false;
        throw await storeError(err, 'write', target);
      }
    },

    async has(path) {
      return stat(join(root, path)).then(
        () => true,
        (err: unknown) => {
          if (absent(err)) return false;
          throw err;
        },
      );
    },

    async list(prefix) {
      const entries = await readdir(join(root, prefix), { recursive: true, withFileTypes: true }).catch(
        (err: unknown) => {
          if (absent(err)) return [];
          throw err;
        },
      );
      const from = join(root, prefix).length + 1;
      return entries
        .filter((entry) => entry.isFile() && !entry.name.startsWith('.tmp-'))
        .map((entry) => `${prefix}/${join(entry.parentPath, entry.name).slice(from).split(sep).join('/')}`)
        .sort();
    },
  };
}
