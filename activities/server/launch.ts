import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { SEARCH_ATTRIBUTES } from './prepare.ts';
import type { Ports } from './ports.ts';
import type { ServerFiles } from './record.ts';

const DATABASE = /^temporal-\d+\.\d+\.db$/;
const MAX_LOG_BYTES = 16 * 2 ** 20;
const SHOWN_LOG_LINES = 12;

/**
 * Settings without which the development server serves a data tool badly. Each queue of the one shard is read 20 times
 * a second by default, which makes every step of a quiet workflow wait 45 ms; eager execution hands a workflow's first
 * activity to the worker that asked for it; the version check would call home.
 */
const DYNAMIC_CONFIG = [
  'history.transferProcessorMaxPollRPS=5000',
  'history.timerProcessorMaxPollRPS=5000',
  'history.visibilityProcessorMaxPollRPS=5000',
  'system.enableActivityEagerExecution=true',
  'frontend.enableServerVersionCheck=false',
];

/** With SQLite's own defaults (rollback journal, synchronous FULL) the server does a third of the steps per second. */
const PRAGMAS = ['journal_mode=WAL', 'synchronous=NORMAL'];

/**
 * The database file of a server version, `temporal-1.31.db` for 1.31.2: Temporal never migrates a development database,
 * so each minor version has its own.
 */
export function databaseName(version: string): string {
  return `temporal-${version.split('.').slice(0, 2).join('.')}.db`;
}

/** Databases of other server versions in the folder; their open runs are known only to those. */
export function otherDatabases(folder: string, db: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => DATABASE.test(name) && name !== db);
}

/**
 * The arguments of `temporal` for an embedded server. The database is named relative to the working folder: the server
 * makes a URI of it and would cut a path at `?` or `#`.
 */
export function serverArguments(ports: Ports, db: string): string[] {
  const each = (flag: string, values: readonly string[]): string[] => values.flatMap((value) => [flag, value]);
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--ui-ip', '127.0.0.1'],
    ...['--port', String(ports.port), '--ui-port', String(ports.uiPort), '--namespace', 'default'],
    ...['--db-filename', db, ...each('--sqlite-pragma', PRAGMAS)],
    ...each('--dynamic-config-value', DYNAMIC_CONFIG),
    ...each(
      '--search-attribute',
      SEARCH_ATTRIBUTES.map((name) => `${name}=Keyword`),
    ),
    ...['--log-level', 'warn', '--ui-disable-news-fetch'],
  ];
}

/** A server process just started: its number, and what is known once it ends. */
export interface Launched {
  readonly pid: number;
  /** Where its output begins in the log file, in bytes. */
  readonly logStart: number;
  /** Why it ended, or null while it runs. */
  ended(): string | null;
}

/**
 * Starts the server detached from this process and its terminal, its output appended to the log file.
 *
 * @throws Error when the program cannot be started
 */
export async function launch(binary: string, ports: Ports, db: string, files: ServerFiles): Promise<Launched> {
  mkdirSync(files.folder, { recursive: true });
  if (existsSync(files.log) && statSync(files.log).size > MAX_LOG_BYTES) renameSync(files.log, `${files.log}.1`);
  const log = openSync(files.log, 'a');
  const logStart = fstatSync(log).size;
  try {
    const child = spawn(binary, serverArguments(ports, db), {
      cwd: files.folder,
      detached: true,
      stdio: ['ignore', log, log],
      env: withoutTemporalSettings(process.env),
    });
    let ended: string | null = null;
    child.once('exit', (code, signal) => {
      ended = signal ?? `exit ${code}`;
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    return { pid: child.pid as number, logStart, ended: () => ended };
  } finally {
    closeSync(log);
  }
}

/** TEMPORAL_* settings are meant for clients; the server's command line reads some of them too. */
function withoutTemporalSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}

/** The last lines of the server's log from byte `start` on, for error messages. */
export function logTail(files: ServerFiles, start: number): string {
  if (!existsSync(files.log)) return '';
  const lines = readFileSync(files.log).subarray(start).toString('utf8').trimEnd().split('\n');
  return lines.slice(-SHOWN_LOG_LINES).join('\n');
}

/**
 * A running server of this folder that the record does not know (somebody removed the file): two servers on one SQLite
 * file would ruin it. Looked for where the system shows other processes' arguments and folders as files (Linux).
 */
export function strayServer(files: ServerFiles): { pid: number; ports: Ports; db: string } | null {
  if (process.platform !== 'linux') return null;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const args = readFileSync(join('/proc', entry, 'cmdline'), 'utf8').split('\0');
      const after = (flag: string): string => args[args.indexOf(flag) + 1] ?? '';
      const db = after('--db-filename');
      if (!args.includes('start-dev') || !DATABASE.test(db)) continue;
      const [here, there] = [files.folder, join('/proc', entry, 'cwd')].map((path) => statSync(path));
      if (here?.ino !== there?.ino || here?.dev !== there?.dev) continue;
      return { pid: Number(entry), ports: { port: Number(after('--port')), uiPort: Number(after('--ui-port')) }, db };
    } catch {
      // Ended meanwhile, or another user's process.
    }
  }
  return null;
}
