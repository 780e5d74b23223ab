import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FoveaError } from '../../core/errors.ts';

export interface Download {
  readonly url: string;
  readonly to: string;
  /** The file's digest; what comes with another one is thrown away. */
  readonly digest: { readonly kind: 'sha256' | 'md5'; readonly hex: string };
  /** Bytes it has, where that is known. */
  readonly bytes?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly progress?: (done: number, total: number | null) => void;
}

/** Larger than any model; a server that sends on and on is not believed. */
const MOST_BYTES = 40 * 2 ** 30;

const failed = (url: string, why: string, retryable = true): FoveaError =>
  new FoveaError('TOOL_FAILED', `${hostOf(url)} ${why}`, { retryable, fields: { host: hostOf(url) } });

/** The host alone: addresses may carry a signature that lets anybody download. */
const hostOf = (url: string): string => new URL(url).host;

async function digestOfFile(path: string, kind: string): Promise<string> {
  const sum = createHash(kind);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) sum.update(chunk as Buffer);
  return sum.digest('hex');
}

async function ask(download: Download, from: number): Promise<Response> {
  const { url, headers = {}, signal } = download;
  try {
    return await fetch(url, {
      headers: { ...headers, ...(from > 0 ? { range: `bytes=${from}-` } : {}) },
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (err) {
    const cause = (err as { cause?: { code?: string; message?: string } }).cause;
    throw failed(
      url,
      `cannot be reached (${cause?.code ?? cause?.message ?? (err as Error).message}); check the network`,
    );
  }
}

/**
 * Downloads a file, going on where an earlier call stopped. It appears at `to` whole and with the right digest, or not at
 * all. Throws TOOL_FAILED for what the server or the network does, MODEL_MISMATCH for a file with another digest.
 */
export async function downloadFile(download: Download): Promise<void> {
  const { url, to, digest, bytes, progress } = download;
  const partial = `${to}.partial`;
  await mkdir(dirname(to), { recursive: true });
  const had = await stat(partial).then(
    ({ size }) => size,
    () => 0,
  );
  let response = await ask(download, had);
  let from = had;
  if (response.status === 416 || (had > 0 && response.status === 200)) {
    // The server cannot go on from there, or the partial file is whole already: from the start.
    if (response.status === 416) response = await ask(download, 0);
    from = 0;
  }
  if (!response.ok || response.body === null) {
    throw failed(
      url,
      `answered ${response.status} ${response.statusText}; check the address and your rights`,
      response.status >= 500,
    );
  }
  const length = Number(response.headers.get('content-length'));
  const total = length > 0 ? from + length : (bytes ?? null);
  const limit = bytes ?? MOST_BYTES;
  const file = await open(partial, from > 0 ? 'r+' : 'w');
  try {
    let at = from;
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      if (at + chunk.length > limit)
        throw failed(url, `sends more than the ${limit} bytes expected; nothing was kept`, false);
      await file.write(chunk, 0, chunk.length, at);
      at += chunk.length;
      progress?.(at, total);
    }
  } catch (err) {
    if (err instanceof FoveaError) throw err;
    throw failed(url, `broke off (${(err as Error).message}); the same command again goes on from there`);
  } finally {
    await file.close();
  }
  const found = await digestOfFile(partial, digest.kind);
  if (found !== digest.hex) {
    await rm(partial, { force: true });
    throw new FoveaError(
      'MODEL_MISMATCH',
      `the file from ${hostOf(url)} has the ${digest.kind} ${found}, wanted ${digest.hex}; it was thrown away. Either the ` +
        'publisher changed the file, or something changed it on the way',
      { fields: { found, wanted: digest.hex } },
    );
  }
  await rename(partial, to);
}
