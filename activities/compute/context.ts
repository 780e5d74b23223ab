import { mkdirSync } from 'node:fs';
import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kind, Kinds } from '../../core/artifact.ts';
import { FoveaError } from '../../core/errors.ts';
import type { Log, Scratch, StepContext } from '../../core/step.ts';
import { execTool } from './exec-tool.ts';
import { readForeign, writeForeign } from './foreign-files.ts';

const refused = (what: string) => (): never => {
  throw new FoveaError('PLUGIN', `a step that is declared keep: false uses ${what}; declare it keep: true`);
};

/** What a recomputed step gets: no scratch, no programs. Steps that need those must keep their outputs. */
export function plainContext(fov: string | null, signal: AbortSignal, models: StepContext['models'] = {}): StepContext {
  const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined };
  return {
    fov,
    models,
    exec: refused('ctx.exec'),
    scratch: { dir: '', write: refused('ctx.scratch'), read: refused('ctx.scratch') },
    progress: () => undefined,
    signal,
    log: silent,
  };
}

export interface ScratchedContext {
  readonly ctx: StepContext;
  /** Ends the attempt: removes the folder, or keeps it with what is needed to run the step again by hand. */
  close(failure: { readonly message: string; readonly request: unknown } | null): Promise<void>;
}

/**
 * The context of a step's attempt. The scratch folder is made at its first use; a failed attempt keeps it with
 * `request.json` (step, parameters, input digests), `log.jsonl`, and for external programs `command.sh`.
 */
export function scratchedContext(
  folder: string,
  fov: string | null,
  signal: AbortSignal,
  progress: (done: number, total: number) => void,
): ScratchedContext {
  let made = false;
  const ensure = async (): Promise<void> => {
    if (!made) await mkdir(folder, { recursive: true });
    made = true;
  };
  const logLines: string[] = [];
  const say =
    (level: string) =>
    (fields: object, message: string): void => {
      logLines.push(`${JSON.stringify({ level, time: new Date().toISOString(), fov, message, ...fields })}\n`);
    };
  // Programs seldom write a pixel size; what they read is at the size of what was last written for them.
  let mpp: number | null = null;
  const scratch: Scratch = {
    get dir() {
      if (!made) mkdirSync(folder, { recursive: true });
      made = true;
      return folder;
    },
    async write<K extends Kind>(name: string, kind: K, value: Kinds[K]) {
      await ensure();
      if ('mpp' in value) mpp = value.mpp;
      return writeForeign(folder, name, kind, value);
    },
    read: (path, kind) => readForeign(folder, path, kind, mpp),
  };
  const ctx: StepContext = {
    fov,
    models: {},
    async exec(argv, options = {}) {
      await ensure();
      return execTool({ argv, options, folder, signal });
    },
    scratch,
    progress,
    signal,
    log: { debug: say('debug'), info: say('info'), warn: say('warn') },
  };
  return {
    ctx,
    async close(failure) {
      if (failure === null) {
        if (made) await rm(folder, { recursive: true, force: true });
        return;
      }
      await ensure();
      await writeFile(join(folder, 'request.json'), `${JSON.stringify(failure.request, null, 2)}\n`);
      await appendFile(join(folder, 'log.jsonl'), logLines.join(''));
      await writeFile(join(folder, 'error.txt'), `${failure.message}\n`);
    },
  };
}
