import { statfs } from 'node:fs/promises';
import { FoveaError, isFoveaError } from '../../core/errors.ts';

/**
 * Turns a file-system error into DISK_FULL (with the bytes still free) or STORE (with the path and the cause).
 * A FoveaError passes unchanged.
 */
export async function storeError(err: unknown, action: string, path: string): Promise<FoveaError> {
  if (isFoveaError(err)) return err;
  const { code, message } = err as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const free = await statfs(path.slice(0, path.lastIndexOf('/')) || '/').then(
      (stats) => stats.bavail * stats.bsize,
      () => null,
    );
    return new FoveaError(
      'DISK_FULL',
      `the disk is full: could not ${action} ${path}${free === null ? '' : ` (${free} bytes free)`}. ` +
        'Nothing already computed is lost; free some space (`fovea du`, `fovea gc`) and run the same command again',
      { fields: { path, free }, cause: err },
    );
  }
  return new FoveaError('STORE', `could not ${action} ${path}: ${code ?? message}. Check that the folder is writable`, {
    fields: { path, cause: code ?? message },
    cause: err,
  });
}
