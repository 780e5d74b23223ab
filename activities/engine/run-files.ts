import type { Digest } from '../../core/artifact.ts';
import { FoveaError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';
import type { FinishRequest } from '../../core/protocol.ts';
import { getJson } from '../store/blobs.ts';
import { listRuns } from '../store/journal.ts';
import type { Store } from '../store/store.ts';

/** What a run was asked to do, written by the client before it starts. */
export interface RunHeader {
  readonly run: string;
  readonly pipeline: string;
  readonly plan: Digest;
  readonly planDigest: Digest;
  readonly cohort: Digest;
  readonly fovs: number;
  readonly workflow: string | null;
  readonly startedAt: string;
  readonly user: string;
  readonly host: string;
  readonly command: readonly string[];
  readonly fovea: string;
  /** The pipeline file's path and text as it was. */
  readonly file: string;
  readonly text: string;
}

/** How a run ended. */
export interface RunReport extends FinishRequest {
  readonly finishedAt: string;
}

const path = (run: string, file: string): string => `runs/${run}/${file}.json`;

export async function writeRunHeader(store: Store, header: RunHeader): Promise<void> {
  await store.blobs.put(path(header.run, 'run'), `${JSON.stringify(header, null, 2)}\n`);
}

export async function writeRunReport(store: Store, report: RunReport): Promise<void> {
  await store.blobs.put(path(report.run, 'report'), `${JSON.stringify(report, null, 2)}\n`);
}

/** Throws NOT_FOUND with the runs there are. */
export async function readRunHeader(store: Store, run: string): Promise<RunHeader> {
  const header = await getJson<RunHeader>(store.blobs, path(run, 'run'));
  if (header !== null) return header;
  const known = await listRuns(store.root);
  const newest = known.slice(-3).reverse().join(', ');
  throw new FoveaError(
    'NOT_FOUND',
    `no run ${run} in ${store.root}; ${known.length === 0 ? 'there are no runs yet' : `the newest are ${newest}`}`,
  );
}

export const readRunReport = (store: Store, run: string): Promise<RunReport | null> =>
  getJson<RunReport>(store.blobs, path(run, 'report'));

export async function readRunPlan(store: Store, run: string): Promise<Plan> {
  return store.getValue<Plan>((await readRunHeader(store, run)).plan);
}

/** The newest run of a pipeline that left a journal, or null. */
export async function newestRun(store: Store, pipeline: string): Promise<RunHeader | null> {
  for (const run of (await listRuns(store.root)).reverse()) {
    const header = await getJson<RunHeader>(store.blobs, path(run, 'run'));
    if (header?.pipeline === pipeline) return header;
  }
  return null;
}
