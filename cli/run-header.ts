import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import type { RunHeader } from '../activities/engine/run-files.ts';
import { FOVEA_VERSION } from '../activities/package-root.ts';
import type { Store } from '../activities/store/store.ts';
import type { RunRequest } from '../core/protocol.ts';
import type { Loaded } from './load-pipeline.ts';
import type { Project } from './project.ts';

export interface ExecuteOptions {
  readonly local: boolean;
  readonly slots: number | null;
  readonly window: number | null;
  readonly queuesFile: string | null;
  readonly publish: boolean;
  readonly keepServer: boolean;
  readonly quiet: boolean;
  readonly note: (text: string) => void;
}

const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
};

/** What a run leaves about itself before it starts. */
export async function headerOf(
  store: Store,
  request: RunRequest,
  loaded: Loaded,
  workflow: string | null,
): Promise<RunHeader> {
  const { run, plan, cohort, fovs } = request;
  return {
    ...{ run, cohort, fovs, workflow, pipeline: plan.pipeline, planDigest: plan.digest },
    plan: await store.putValue(plan),
    startedAt: new Date().toISOString(),
    user: userName(),
    host: hostname(),
    command: process.argv.slice(2),
    fovea: FOVEA_VERSION,
    file: loaded.file,
    text: loaded.text,
  };
}

/** Where the worker of a run logs. */
export const workerLog = (project: Project): string => join(project.home, 'logs', 'worker.log');
