import type { Digest } from '../../core/artifact.ts';
import type { Plan } from '../../core/plan.ts';
import { readRevision, type Revision } from '../engine/revisions.ts';
import type { SourceRow } from '../images/index.ts';
import { openJournal } from '../store/journal.ts';
import type { Store } from '../store/store.ts';
import { reportPlan } from './plan-report.ts';
import { readRuns, stateOf, type AskWorkflow, type KnownRun } from './runs.ts';
import { revisionFolders } from './verify.ts';

/** What is kept, and from where everything else that is needed is reached. */
export interface Roots {
  readonly artifacts: ReadonlySet<Digest>;
  readonly keys: ReadonlySet<Digest>;
  readonly values: ReadonlySet<Digest>;
  readonly runs: readonly KeptRun[];
  readonly dropped: readonly string[];
  readonly revisions: number;
}

export interface KeptRun {
  readonly run: string;
  readonly why: 'unfinished' | 'newest' | 'young' | 'published';
  /** Whether failed attempts' scratch folders stay as well: those of runs that may still be looked into. */
  readonly scratch: boolean;
}

export interface GcPolicy {
  /** Newest runs of each pipeline that are kept whatever their age. */
  readonly keepRuns: number;
  /** Runs younger than this are kept. */
  readonly olderThanMs: number;
  readonly ask: AskWorkflow;
  readonly now: number;
}

/** A run without a server that left no report is taken for unfinished this long after its last sign of life. */
const LOCAL_PATIENCE_MS = 24 * 3600 * 1000;

/** `unknown` counts as unfinished: a stopped server takes its workflows up again when it starts. */
async function unfinished(run: KnownRun, { ask, now }: GcPolicy): Promise<boolean> {
  if (run.report !== null) return false;
  if (run.header.workflow === null) return now - run.touchedAt < LOCAL_PATIENCE_MS;
  return (await stateOf(run, ask, now)) !== 'interrupted';
}

async function judge(
  known: readonly KnownRun[],
  revisions: readonly Revision[],
  policy: GcPolicy,
): Promise<Map<string, KeptRun>> {
  const kept = new Map<string, KeptRun>();
  const published = new Set(revisions.map(({ run }) => run));
  const seen = new Map<string, number>();
  for (const run of known) {
    const { run: id, pipeline, startedAt } = run.header;
    const rank = seen.get(pipeline) ?? 0;
    seen.set(pipeline, rank + 1);
    const young = policy.now - Date.parse(startedAt) < policy.olderThanMs;
    if (await unfinished(run, policy)) kept.set(id, { run: id, why: 'unfinished', scratch: true });
    else if (young) kept.set(id, { run: id, why: 'young', scratch: true });
    else if (rank < policy.keepRuns) kept.set(id, { run: id, why: 'newest', scratch: false });
    else if (published.has(id)) kept.set(id, { run: id, why: 'published', scratch: false });
  }
  return kept;
}

interface Found {
  readonly artifacts: Set<Digest>;
  readonly keys: Set<Digest>;
  readonly values: Set<Digest>;
}

/** What a run made or reused; for one that is not finished also what it will find when it comes to look. */
async function addRun(store: Store, { header, report }: KnownRun, { artifacts, keys }: Found): Promise<void> {
  for (const { key, outputs } of await openJournal(store.root, header.run).read()) {
    if (key !== null) keys.add(key);
    for (const { digest } of Object.values(outputs)) artifacts.add(digest);
  }
  if (report !== null) return;
  const plan = await store.getValue<Plan>(header.plan);
  const rows = await store.getValue<readonly SourceRow[]>(header.cohort);
  for (const { key, verdict } of (await reportPlan(store, plan, rows)).units) {
    if (key !== null && verdict === 'cached') keys.add(key);
  }
}

/**
 * What published revisions and kept runs name: unfinished runs, runs younger than the limit, the newest of each pipeline.
 * A published run that is kept for nothing else keeps its files and what it published, not all that it made.
 */
export async function findRoots(store: Store, results: string, policy: GcPolicy): Promise<Roots> {
  const found: Found = { artifacts: new Set(), keys: new Set(), values: new Set() };
  const revisions = await Promise.all((await revisionFolders(results)).map(readRevision));
  for (const { fovs, tables, cohort } of revisions) {
    found.values.add(cohort);
    for (const { refs } of Object.values(fovs))
      for (const { digest } of Object.values(refs)) found.artifacts.add(digest);
    for (const { digest } of Object.values(tables)) found.artifacts.add(digest);
  }
  const known = await readRuns(store);
  const kept = await judge(known, revisions, policy);
  for (const run of known) {
    const why = kept.get(run.header.run)?.why;
    if (why === undefined) continue;
    found.values.add(run.header.plan).add(run.header.cohort);
    if (why !== 'published') await addRun(store, run, found);
  }
  const dropped = known.map(({ header }) => header.run).filter((run) => !kept.has(run));
  return { ...found, runs: [...kept.values()], dropped, revisions: revisions.length };
}
