import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { FoveaError } from '../../core/errors.ts';
import { howToGet, type CataloguedModel } from './catalogue.ts';

/** SHA-256 of a file, read in pieces. */
export async function sha256OfFile(path: string): Promise<string> {
  const sum = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), sum);
  return sum.digest('hex');
}

const mismatch = (model: CataloguedModel, message: string, found: unknown, wanted: unknown): FoveaError =>
  new FoveaError('MODEL_MISMATCH', `model ${model.name}: ${message}`, {
    fields: { model: model.name, path: model.path, found, wanted },
  });

/** Files that were found right, by path: their stamp then. A file is digested again when it changes. */
const known = new Map<string, string>();

/**
 * Makes sure that a model's file is there and is the one its record names. Throws NOT_FOUND with the way to get it, and
 * MODEL_MISMATCH for one that is cut short or has another digest.
 */
export async function checkModelFile(model: CataloguedModel): Promise<void> {
  const { path, record } = model;
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile()) {
    throw new FoveaError('NOT_FOUND', `model ${model.name} is not here (${path}): ${howToGet(model)}`, {
      fields: { model: model.name, path },
    });
  }
  const stamp = `${record.sha256} ${found.size} ${found.mtimeMs} ${found.ino}`;
  if (known.get(path) === stamp) return;
  if (found.size !== record.bytes) {
    const cut = found.size < record.bytes ? 'is cut short' : 'is another file';
    const message = `${path} has ${found.size} bytes, wanted ${record.bytes}: it ${cut}. Get it again: ${howToGet(model)}`;
    throw mismatch(model, message, found.size, record.bytes);
  }
  const digest = await sha256OfFile(path);
  if (digest !== record.sha256) {
    const message =
      `${path} has the SHA-256 ${digest}, wanted ${record.sha256}. A new file is a new model: ` +
      'name it in the models file with its own digest, or put the old one back';
    throw mismatch(model, message, digest, record.sha256);
  }
  known.set(path, stamp);
}
