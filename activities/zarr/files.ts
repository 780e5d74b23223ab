import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FoveaError } from '../../core/errors.ts';
import { storeError } from '../store/file-errors.ts';

/** Files up to this size are written at once: handing so little to another thread costs several times the writing. */
const SMALL = 1 << 16;

const absent = (err: unknown): boolean => (err as NodeJS.ErrnoException).code === 'ENOENT';

function writeSmall(path: string, bytes: Uint8Array | string): void {
  try {
    writeFileSync(path, bytes);
  } catch (err) {
    if (!absent(err)) throw err;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
}

/** Writes a file, making its folder. Throws DISK_FULL when the disk or a quota is full, STORE for any other failure. */
export async function writeBytes(path: string, bytes: Uint8Array | string): Promise<void> {
  try {
    if (bytes.length <= SMALL) return writeSmall(path, bytes);
    await writeFile(path, bytes).catch(async (err: unknown) => {
      if (!absent(err)) throw err;
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes);
    });
  } catch (err) {
    throw await storeError(err, 'write', path);
  }
}

/** Writes a value as JSON. Throws TypeError on NaN and infinities, which JSON.stringify would turn into null. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  const text = JSON.stringify(
    value,
    (key, member: unknown) => {
      if (typeof member === 'number' && !Number.isFinite(member)) {
        throw new TypeError(`${path}: JSON cannot hold ${member} (at ${JSON.stringify(key)}); store it as text`);
      }
      return member;
    },
    2,
  );
  await writeBytes(path, `${text}\n`);
}

/** A file's bytes; null when there is no such file. Throws STORE for any other failure. */
export async function readBytes(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch (err) {
    const code = (err as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new FoveaError('STORE', `cannot read ${path} (${code}); check the file and its permissions`, {
      fields: { path },
      cause: err,
    });
  }
}

/** A file's JSON; null when there is no such file. Throws STORE_CORRUPT when it does not parse. */
export async function readJson(path: string): Promise<unknown> {
  const bytes = await readBytes(path);
  if (bytes === null) return null;
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (err) {
    throw corrupt(path, 'is not JSON', err);
  }
}

/** The error for a stored file whose content cannot be right. `what` is a predicate: `is not JSON`. */
export function corrupt(path: string, what: string, cause?: unknown): FoveaError {
  return new FoveaError(
    'STORE_CORRUPT',
    `${path} ${what}; the file was damaged after it was written: delete its result and run again`,
    {
      fields: { path },
      cause,
    },
  );
}
