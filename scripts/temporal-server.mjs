// Where a Temporal server binary comes from: named, on PATH, cached, downloaded, or built. One implementation, used by
// the set-up (before anything is installed or compiled) and by activities/server.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './file-lock.mjs';
import { buildTemporal } from './temporal-build.mjs';
import { downloadRelease, RELEASE } from './temporal-release.mjs';

const RECIPE = join(dirname(dirname(fileURLToPath(import.meta.url))), 'tools', 'temporal-server');
const PLATFORM = `${process.platform}-${process.arch}`;
const EXE = process.platform === 'win32' ? '.exe' : '';
/** Older servers lack the activity commands that Fovea's operators rely on. */
export const OLDEST_SERVER = '1.29';

/** Thrown when no way leads to a server; `tried` has one line per way. */
export class NoTemporalError extends Error {
  constructor(tried) {
    super(
      `no Temporal server could be had. Tried:\n${tried.map((line) => `  - ${line}`).join('\n')}\n` +
        `Install the Temporal CLI (brew install temporal, or https://docs.temporal.io/cli), or Go 1.21 or newer; ` +
        `or set TEMPORAL_ADDRESS to a running server or FOVEA_TEMPORAL_BIN to a temporal program.`,
    );
    this.name = 'NoTemporalError';
    this.tried = tried;
  }
}

/**
 * Fovea's cache folder: FOVEA_CACHE, else `fovea` under XDG_CACHE_HOME, else ~/.cache/fovea.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export function cacheFolder(env) {
  if (env.FOVEA_CACHE) return resolve(env.FOVEA_CACHE);
  const { XDG_CACHE_HOME: xdg } = env;
  // The XDG specification has relative paths ignored.
  return join(xdg?.startsWith('/') ? xdg : join(homedir(), '.cache'), 'fovea');
}

/**
 * Where the build of the committed recipe lies, or will lie: named by the recipe's content and the platform. Null in an
 * installation without the recipe.
 */
export function builtBinary(env) {
  if (!existsSync(join(RECIPE, 'go.sum'))) return null;
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum']) hash.update(readFileSync(join(RECIPE, file))).update('\0');
  const key = hash.update(PLATFORM).digest('hex').slice(0, 16);
  return join(cacheFolder(env), 'temporal', key, `temporal${EXE}`);
}

function releasedBinary(env) {
  return join(cacheFolder(env), 'temporal', `release-${RELEASE}-${PLATFORM}`, `temporal${EXE}`);
}

/**
 * Asks a binary for its version.
 *
 * @param {string} path
 * @returns {{ cli: string, server: string, ui: string | null, text: string }}
 * @throws Error when it does not run or does not answer like a Temporal CLI that carries a server
 */
export function temporalVersion(path) {
  const asked = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 20_000 });
  if (asked.error) throw new Error(`${path} cannot be run: ${asked.error.message}`);
  const text = `${asked.stdout}`.trim();
  const found = /temporal version v?(\S+) \(Server v?(\d+\.\d+\.\d+[^,)\s]*)(?:, UI v?([^)\s]+))?/.exec(text);
  if (found === null) {
    throw new Error(
      `${path} --version says ${JSON.stringify(text.slice(0, 200))}, which is no Temporal CLI with a server`,
    );
  }
  return { cli: found[1], server: found[2], ui: found[3] ?? null, text };
}

/** Whether server version `found` ("1.31.2") is at least `wanted` ("1.29"). */
export function atLeast(found, wanted) {
  const [a, b] = [found, wanted].map((text) => text.split('.').map((part) => Number.parseInt(part, 10) || 0));
  return a[0] !== b[0] ? a[0] > b[0] : a[1] >= b[1];
}

/** The file `name` on PATH that may be executed, or null. */
export function onPath(name, env) {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    if (folder === '') continue;
    const path = join(folder, name + EXE);
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch {
      // Not here; the next folder may have it.
    }
  }
  return null;
}

/**
 * Finds a Temporal server binary, in this order: FOVEA_TEMPORAL_BIN (binding: if it is no good, nothing else is tried),
 * `temporal` on PATH, the cache, the official release, a build with Go. Downloads and builds happen under a lock and
 * are kept in the cache.
 *
 * @param {{ env?: NodeJS.ProcessEnv, log?: (line: string) => void }} [options]
 * @returns {Promise<{ path: string, version: string, cli: string, how: string, tried: string[] }>} `version` is the
 *   server's; `tried` says why the ways before it did not serve
 * @throws NoTemporalError
 */
export async function findTemporal({ env = process.env, log = () => {} } = {}) {
  const tried = [];
  const usable = (how, path) => {
    try {
      const { cli, server } = temporalVersion(path);
      if (atLeast(server, OLDEST_SERVER)) return { path, version: server, cli, how, tried };
      const old = `${how}: ${path} has server ${server}; ${OLDEST_SERVER} or newer is wanted (Temporal CLI 1.5 or newer)`;
      tried.push(old);
      log(old);
    } catch (err) {
      tried.push(`${how}: ${err.message}`);
    }
    return null;
  };

  if (env.FOVEA_TEMPORAL_BIN) {
    const named = usable('FOVEA_TEMPORAL_BIN', resolve(env.FOVEA_TEMPORAL_BIN));
    if (named !== null) return named;
    throw new NoTemporalError(tried);
  }
  tried.push('FOVEA_TEMPORAL_BIN: not set');

  const installed = onPath('temporal', env);
  if (installed === null) tried.push('PATH: no temporal program on it');
  const found = installed === null ? null : usable('PATH', installed);
  if (found !== null) return found;

  const cached = () => {
    for (const path of [builtBinary(env), releasedBinary(env)]) {
      const kept = path !== null && existsSync(path) ? usable('cache', path) : null;
      if (kept !== null) return kept;
    }
    return null;
  };
  const kept = cached();
  if (kept !== null) return kept;
  tried.push(`cache: nothing usable under ${join(cacheFolder(env), 'temporal')}`);

  return withLock(
    join(cacheFolder(env), 'temporal', 'supply.lock'),
    async () => cached() ?? supply(env, log, tried, usable),
    {
      onWait: (owner) => log(`waiting for process ${owner.pid ?? '?'}, which is getting the Temporal server`),
    },
  );
}

async function supply(env, log, tried, usable) {
  const ways = [
    ['download', releasedBinary(env), (path) => downloadRelease(path, { env, log })],
    ['build', builtBinary(env), async (path) => build(path, env, log)],
  ];
  for (const [how, path, get] of ways) {
    try {
      await get(path);
      const got = usable(how, path);
      if (got !== null) return got;
    } catch (err) {
      tried.push(`${how}: ${err.message}`);
      log(`${how}: ${err.message}`);
    }
  }
  throw new NoTemporalError(tried);
}

function build(path, env, log) {
  if (path === null) throw new Error(`${RECIPE} is not part of this installation`);
  const go = onPath('go', env);
  if (go === null) throw new Error('no go program on PATH');
  return buildTemporal(path, { recipe: RECIPE, go, env, log });
}
