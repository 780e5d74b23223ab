import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { FoveaError } from '../../core/errors.ts';

/** A process as lock files and records name it: number, start (a pid is used again, a start is not) and machine. */
export interface Owner {
  readonly pid: number;
  readonly started: string;
  readonly host: string;
}

/** scripts/file-lock.mjs */
interface FileLock {
  processStart(pid: number): string | null;
  thisProcess(): Owner;
  isRunning(owner: Partial<Owner>): boolean;
  withLock<T>(
    path: string,
    work: () => T | Promise<T>,
    options?: { waitMs?: number; onWait?: (owner: Partial<Owner>) => void },
  ): Promise<T>;
}

/** scripts/temporal-server.mjs */
interface TemporalSupply {
  findTemporal(options: FindTemporalOptions): Promise<FoundTemporal>;
  readonly OLDEST_SERVER: string;
}

export interface FindTemporalOptions {
  /** Where FOVEA_TEMPORAL_BIN, PATH, FOVEA_CACHE and the like are looked up; the process's environment by default. */
  readonly env?: NodeJS.ProcessEnv;
  readonly log?: (line: string) => void;
}

export interface FoundTemporal {
  readonly path: string;
  /** The server's version, `1.31.2`. */
  readonly version: string;
  /** The command line tool's own version, `1.8.2`. */
  readonly cli: string;
  readonly how: 'FOVEA_TEMPORAL_BIN' | 'PATH' | 'cache' | 'download' | 'build';
  /** Why each earlier way did not serve. */
  readonly tried: readonly string[];
}

/**
 * The set-up runs before anything is compiled, so what it shares with the activities lies in plain modules under
 * scripts/. They are found by walking up, since this file runs from the sources and from dist/.
 */
async function script(name: string): Promise<unknown> {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'scripts', name))) {
    const up = dirname(folder);
    if (up === folder) {
      const message = `scripts/${name} is missing from this installation of Fovea; install the package again`;
      throw new FoveaError('NO_SERVER', message);
    }
    folder = up;
  }
  return import(pathToFileURL(join(folder, 'scripts', name)).href);
}

export async function fileLock(): Promise<FileLock> {
  return (await script('file-lock.mjs')) as FileLock;
}

/**
 * Finds a Temporal server binary: FOVEA_TEMPORAL_BIN (binding), `temporal` on PATH, Fovea's cache folder, the official
 * release (digest checked), a build with Go. The last two can take minutes and are kept in the cache.
 *
 * @throws FoveaError NO_SERVER with one line per way tried, also in `fields.tried`
 */
export async function findTemporal(options: FindTemporalOptions = {}): Promise<FoundTemporal> {
  const supply = (await script('temporal-server.mjs')) as TemporalSupply;
  try {
    return await supply.findTemporal(options);
  } catch (err) {
    if (!(err instanceof Error) || err.name !== 'NoTemporalError') throw err;
    const { tried } = err as Error & { tried: readonly string[] };
    throw new FoveaError('NO_SERVER', err.message, { fields: { tried }, cause: err });
  }
}
