import type {
  CollectRequest,
  GatherRequest,
  Gathers,
  Known,
  LookupRequest,
  Page,
  PageRequest,
} from '../../core/protocol.ts';
import { FoveaError } from '../../core/errors.ts';
import type { ArtifactRef } from '../../core/artifact.ts';
import type { GatheredManifest } from '../compute/gathered.ts';
import { settle } from '../store/journal.ts';
import type { Attempt } from './attempt.ts';
import type { Engine } from './engine.ts';
import { INGEST } from '../../core/pipeline.ts';
import { cachedEntries, knownOutputs, lookUpFov } from './lookup.ts';

/** Which fields of view of a page have work left; those that have none are journalled here and never reach a workflow. */
export async function pageActivity(engine: Engine, request: PageRequest, attempt: Attempt): Promise<Page> {
  const { run, plan, cohort, offset, limit } = request;
  const rows = (await engine.rows(cohort)).slice(offset, offset + limit);
  const todo: { fov: string; fresh: boolean }[] = [];
  let complete = 0;
  for (const [index, row] of rows.entries()) {
    const states = await lookUpFov(engine.store, plan, row);
    const finished = states.filter((state) => state.outputs !== null).length;
    if (finished === states.length) {
      await engine.journal(run).append(cachedEntries(row.fov, states));
      complete += 1;
    } else {
      todo.push({ fov: row.fov, fresh: finished === 0 });
    }
    attempt.heartbeat({ done: index + 1, total: rows.length });
  }
  return { complete, todo };
}

/** All finished steps of one field of view, journalled for this run. */
export async function lookupActivity(engine: Engine, request: LookupRequest): Promise<Known> {
  const { run, plan, cohort, fov } = request;
  const row = (await engine.rows(cohort)).find((candidate) => candidate.fov === fov);
  if (row === undefined) throw new FoveaError('NOT_FOUND', `cohort ${cohort} has no field of view ${fov}`);
  const states = await lookUpFov(engine.store, plan, row);
  await engine.journal(run).append(cachedEntries(fov, states));
  return knownOutputs(states);
}

/** Journals failures that only the workflow saw, such as a worker's death in every attempt. */
export async function collectActivity(engine: Engine, { run, failures }: CollectRequest): Promise<void> {
  const journal = engine.journal(run);
  const settled = settle(await journal.read());
  const at = new Date().toISOString();
  await journal.append(
    failures.flatMap(({ fov, step, code, message }) => {
      if (settled.get(`${fov ?? ''}\0${step}`)?.status === 'failed') return [];
      const error = { code, message, retryable: false, fields: {} };
      return [{ at, fov, step, status: 'failed' as const, attempt: 0, key: null, outputs: {}, error, trace: null }];
    }),
  );
}

/** Manifests of what the run's fields of view produced at each reference, sorted by fov so that order never matters. */
export async function gatherActivity(engine: Engine, request: GatherRequest): Promise<Gathers> {
  const settled = settle(await engine.journal(request.run).read());
  const rows = await engine.rows(request.cohort);
  const gathers: Record<string, ArtifactRef> = {};
  for (const reference of request.references) {
    const dot = reference.indexOf('.');
    const [id, port] = [reference.slice(0, dot), reference.slice(dot + 1)];
    const step = id === 'source' ? INGEST : id;
    const refs = rows.flatMap(({ fov }) => {
      const ref = settled.get(`${fov}\0${step}`)?.outputs[port];
      return ref === undefined ? [] : [{ fov, ref }];
    });
    const [first] = refs;
    if (first === undefined) {
      throw new FoveaError(
        'INVALID_INPUT',
        `no field of view of this run has produced ${reference}, so there is nothing to gather; see the failures of the run`,
      );
    }
    const items = refs.map(({ fov, ref }) => ({ fov, digest: ref.digest })).sort((a, b) => (a.fov < b.fov ? -1 : 1));
    const manifest: GatheredManifest = { kind: first.ref.kind, items };
    gathers[reference] = { kind: first.ref.kind, digest: await engine.store.putValue(manifest) };
  }
  return gathers;
}
