// Downloads the official Temporal CLI release, and runs none whose digest is not the one written down here.
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** The release these digests belong to; the recipe of tools/temporal-server builds the same version. */
export const RELEASE = '1.8.2';

/** SHA-256 of `temporal_cli_<version>_<platform>.tar.gz` as published in the release's checksums.txt. */
const DIGESTS = {
  'linux-x64': ['linux_amd64', 'd8421bda989e6514b4bdb4d63a9012a8a05a806892e881a5aad8510496349a94'],
  'linux-arm64': ['linux_arm64', '83600a8fac6e3da54093e5da6918d399f501532b9f1172235603f9606f4ac6e4'],
  'darwin-x64': ['darwin_amd64', '489d7f5420cae02b559774ac23df035141954c33a51dba96f5759a0ddccdf1b6'],
  'darwin-arm64': ['darwin_arm64', 'dacdc3587682c04cf27e67c8878ca2d755230b6ad63c0c6ebddd7348ae90ed94'],
};
const PLATFORM = `${process.platform}-${process.arch}`;
const SOURCE = `https://github.com/temporalio/cli/releases/download/v${RELEASE}`;
const CONNECT_MS = 3_000;
const HEADERS_MS = 15_000;
const STALL_MS = 30_000;
const MAX_ARCHIVE_BYTES = 256 * 2 ** 20;
const MAX_BINARY_BYTES = 1024 * 2 ** 20;

/**
 * Fetches, verifies and unpacks the release for this platform into the file `path`, which appears whole or not at all.
 * `FOVEA_TEMPORAL_URL` names another folder that holds the same archives (a site's mirror); the digests stay.
 *
 * @param {string} path
 * @param {{ env: NodeJS.ProcessEnv, log: (line: string) => void, platform?: string,
 *   digests?: Record<string, [string, string]> }} options
 * @throws Error saying which of the stages failed
 */
export async function downloadRelease(path, { env, log, platform = PLATFORM, digests = DIGESTS }) {
  const known = digests[platform];
  if (known === undefined) throw new Error(`no verified release is known for ${platform}`);
  const [name, wanted] = known;
  const url = new URL(
    `${(env.FOVEA_TEMPORAL_URL ?? SOURCE).replace(/\/+$/, '')}/temporal_cli_${RELEASE}_${name}.tar.gz`,
  );
  await reach(url);
  const archive = await fetchBounded(url, log);
  const found = createHash('sha256').update(archive).digest('hex');
  if (found !== wanted) throw new Error(`${url.href} has sha256 ${found}, ${wanted} was expected; it was not run`);
  const binary = untar(gunzipSync(archive, { maxOutputLength: MAX_BINARY_BYTES }), 'temporal');
  mkdirSync(dirname(path), { recursive: true });
  const aside = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(aside, binary);
    chmodSync(aside, 0o755);
    renameSync(aside, path);
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Opens and closes a connection, so that a machine without a way out learns it in seconds and not in minutes. */
function reach(url) {
  const port = Number(url.port || (url.protocol === 'http:' ? 80 : 443));
  return new Promise((resolve, reject) => {
    const socket = connect({ host: url.hostname, port });
    const fail = (why) => {
      socket.destroy();
      reject(new Error(`${url.hostname}:${port} cannot be reached: ${why}`));
    };
    socket.setTimeout(CONNECT_MS, () => fail(`no answer within ${CONNECT_MS / 1000} s`));
    socket.once('error', (err) => fail(err.code ?? err.message));
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}

async function fetchBounded(url, log) {
  const abort = new AbortController();
  let reason = `no answer within ${HEADERS_MS / 1000} s`;
  let timer = setTimeout(() => abort.abort(), HEADERS_MS);
  try {
    const response = await fetch(url, { signal: abort.signal, redirect: 'follow' });
    if (!response.ok || response.body === null)
      throw new Error(`HTTP ${response.status} ${response.statusText}`.trim());
    reason = `nothing came for ${STALL_MS / 1000} s`;
    const chunks = [];
    let bytes = 0;
    let reported = Date.now();
    for await (const chunk of response.body) {
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(), STALL_MS);
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MAX_ARCHIVE_BYTES) throw new Error(`the archive is larger than ${MAX_ARCHIVE_BYTES} bytes`);
      if (Date.now() - reported > 5_000) {
        reported = Date.now();
        log(`downloading the Temporal CLI: ${Math.round(bytes / 2 ** 20)} MiB`);
      }
    }
    return Buffer.concat(chunks);
  } catch (err) {
    const why = abort.signal.aborted ? reason : (err.cause?.code ?? err.cause?.message ?? err.message);
    throw new Error(`${url.href}: ${why}`, { cause: err });
  } finally {
    clearTimeout(timer);
  }
}

/** The bytes of the one regular file called `name` in a ustar archive. */
export function untar(tar, name) {
  for (let at = 0; at + 512 <= tar.length;) {
    const text = (from, to) => tar.toString('latin1', at + from, at + to).split('\0', 1)[0];
    const entry = text(0, 100);
    if (entry === '') break;
    const size = Number.parseInt(text(124, 136).trim(), 8);
    if (!Number.isSafeInteger(size) || size < 0 || at + 512 + size > tar.length)
      throw new Error('the archive is damaged');
    const type = text(156, 157);
    if ((type === '0' || type === '') && entry.replace(/^\.\//, '') === name)
      return tar.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error(`the archive holds no file called ${name}`);
}
