import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { FoveaError, invalidInput } from '../../core/errors.ts';

/** A regular file read by position. */
export interface ByteFile {
  readonly path: string;
  readonly size: number;
  /** Bytes `offset` to `offset + length`; throws INVALID_INPUT naming `what` when the file ends before. */
  read(offset: number, length: number, what: string): Promise<Buffer>;
  close(): Promise<void>;
}

/** What each file-system error means to the owner of the image, by errno code. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist; correct the image column of the samplesheet or put the file there',
  ENOTDIR: 'does not exist (a part of the path is a file); correct the image column of the samplesheet',
  EACCES: 'may not be read by this user; grant read permission',
  EPERM: 'may not be read by this user; grant read permission',
  ELOOP: 'is a symbolic link that leads back to itself; replace it by the file',
  ENAMETOOLONG: 'has a name too long for the file system; rename it',
  ENXIO: 'is a socket or pipe, not an image file; name a regular file',
};

/** An error met while opening or reading `path`, as INVALID_INPUT where the path is at fault, else STORE (retryable). */
export function imageFileError(error: unknown, path: string): unknown {
  if (error instanceof FoveaError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const reason = code === undefined ? undefined : REASONS[code];
  if (reason !== undefined) return invalidInput(`${path} ${reason}`, { path, cause: code });
  return new FoveaError('STORE', `could not read ${path}: ${code ?? message}; check the disk or network share`, {
    fields: { path, cause: code ?? message },
    cause: error,
  });
}

async function readFully(handle: FileHandle, bytes: Buffer, offset: number): Promise<number> {
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

/**
 * Opens a regular, non-empty file for reading by position. Opens without blocking, so a pipe cannot hang the reader.
 * Throws INVALID_INPUT (missing, unreadable, empty, not a regular file) or STORE (disk trouble, retryable).
 */
export async function openBytes(path: string): Promise<ByteFile> {
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw imageFileError(error, path);
  }
  const stats = await handle.stat();
  const problem = !stats.isFile()
    ? 'is not a regular file; name an image file or a folder of single-channel images'
    : stats.size === 0
      ? 'is empty (0 bytes); copy it again from the instrument'
      : null;
  if (problem !== null) {
    await handle.close();
    throw invalidInput(`${path} ${problem}`, { path });
  }
  const { size } = stats;
  const truncated = (what: string, end: number) =>
    invalidInput(`${path} is truncated: ${what} ends at byte ${end}, the file at ${size}; copy it again`, {
      path,
      size,
    });
  return {
    path,
    size,
    async read(offset, length, what) {
      if (offset < 0 || length < 0 || offset + length > size) throw truncated(what, offset + length);
      const bytes = Buffer.allocUnsafeSlow(length);
      const filled = await readFully(handle, bytes, offset).catch((error: unknown) => {
        throw imageFileError(error, path);
      });
      if (filled < length) throw truncated(what, offset + length);
      return bytes;
    },
    close: () => handle.close(),
  };
}
