import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { openStore, type Store } from '../activities/store/store.ts';
import { FoveaError } from '../core/errors.ts';

/** Where things lie: `home` holds the store, the embedded server's state and logs; `results` the published revisions. */
export interface ProjectOptions {
  readonly home: string;
  readonly store?: string;
  readonly results?: string;
  readonly json?: boolean;
}

export interface Project {
  readonly home: string;
  readonly storeRoot: string;
  readonly results: string;
}

/** Adds the options every command about a project takes. */
export function withProjectOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--home <folder>', 'state of this project: store, server, logs').env('FOVEA_HOME').default('.fovea'),
    )
    .addOption(new Option('--store <folder>', 'the store (default: <home>/store)').env('FOVEA_STORE'))
    .addOption(new Option('--results <folder>', 'published revisions (default: results beside <home>)'))
    .option('--json', 'print one JSON value for machines instead of text');
}

export function projectOf({ home, store, results }: ProjectOptions): Project {
  const absolute = resolve(home);
  return {
    home: absolute,
    storeRoot: resolve(store ?? join(absolute, 'store')),
    results: resolve(results ?? join(absolute, '..', 'results')),
  };
}

/** The project's store, made when it is not there yet. */
export const openProjectStore = (options: ProjectOptions): Promise<Store> => openStore(projectOf(options).storeRoot);

/** The project's store for commands that only look: they make none in a folder where nothing has run. Throws NOT_FOUND. */
export async function openExistingStore(options: ProjectOptions): Promise<Store> {
  const { storeRoot } = projectOf(options);
  if (existsSync(join(storeRoot, 'store.json'))) return openStore(storeRoot);
  throw new FoveaError(
    'NOT_FOUND',
    `there is no store at ${storeRoot}: nothing has run here yet. Go to the folder of the run, or name it with --home or --store`,
  );
}
