import { stat } from 'node:fs/promises';
import { FoveaError, invalidInput, isFoveaError } from '../../core/errors.ts';
import type { Labels } from '../../kernels/image.ts';
import { readImage, sourceFiles } from './read-image.ts';
import type { ImageRequest, ReadOptions, ReadResult } from './read-image.ts';
import { readLabelsOf } from './read-labels.ts';

/** An image with the label images that belong to it, by port. */
export interface SourceRequest extends ImageRequest {
  readonly labels?: Readonly<Record<string, string>>;
}

export interface SourceResult extends ReadResult {
  readonly labels: Readonly<Record<string, Labels>>;
}

/** An error about a label image, with the port it was to be read for. */
function ofPort(port: string, err: unknown): unknown {
  if (!isFoveaError(err)) return err;
  const { code, fields, retryable } = err;
  return new FoveaError(code, `labels "${port}": ${err.message}`, {
    fields: { ...fields, port },
    retryable,
    cause: err,
  });
}

/** Every file whose bytes decide what a label image is. Throws INVALID_INPUT naming the port, the path, and what to do. */
export async function labelFiles(
  port: string,
  path: string,
  list: (path: string) => Promise<readonly string[]> = sourceFiles,
): Promise<readonly string[]> {
  try {
    const there = await stat(path).catch((err: NodeJS.ErrnoException) => err.code);
    if (there === 'ENOENT' || there === 'ENOTDIR') {
      throw invalidInput(`${path} does not exist; put the label image there, or correct source.labels.${port}`, {
        path,
      });
    }
    return await list(path);
  } catch (err) {
    throw ofPort(port, err);
  }
}

/** Reads an image as {@link readImage} does, and its label images as {@link readLabelsOf} does. Throws as those do. */
export async function readSource(request: SourceRequest, options: ReadOptions = {}): Promise<SourceResult> {
  const { labels: paths = {}, ...image } = request;
  const read = await readImage(image, options);
  const labels: Record<string, Labels> = {};
  for (const [port, path] of Object.entries(paths)) {
    options.signal?.throwIfAborted();
    try {
      labels[port] = await readLabelsOf(path, read.image);
    } catch (err) {
      throw ofPort(port, err);
    }
  }
  return { ...read, labels };
}
