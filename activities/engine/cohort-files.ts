import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PublishRequest } from '../../core/protocol.ts';
import type { FovFacts, TablesInput } from '../compute/tasks.ts';
import { mainTableName } from '../publish/main-table.ts';
import type { Plot } from '../publish/plots/plot-data.ts';
import { writeSummaryPage } from '../publish/summary-page.ts';
import type { SummaryFov, SummaryInput } from '../publish/summary-input.ts';
import { getJson } from '../store/blobs.ts';
import type { ResultRecord } from '../store/records.ts';
import { resultPath } from '../store/store.ts';
import { settle } from '../store/journal.ts';
import type { Attempt } from './attempt.ts';
import type { Engine } from './engine.ts';
import { INGEST } from '../../core/pipeline.ts';
import type { Publication } from './published.ts';
import type { Revision } from './revisions.ts';

const TIMEOUT_MS = 6 * 3600 * 1000;

/** What `summary.json` says, for programs. */
export interface CohortSummary {
  readonly revision: string;
  readonly run: string;
  readonly fovs: readonly (FovFacts & { readonly warnings: readonly string[] })[];
  readonly failures: SummaryInput['failures'];
}

/**
 * Writes the cohort's tables into a staging folder. Returns the writer of the page and of `summary.json`, which need the
 * revision's name and are written when that is known.
 */
export async function writeCohortFiles(
  engine: Engine,
  request: PublishRequest,
  what: Publication,
  folder: string,
  attempt: Attempt,
): Promise<(revision: Revision) => Promise<void>> {
  const { plan } = request;
  const rows = await engine.rows(request.cohort);
  const published = rows.filter(({ fov }) => fov in what.fovs);
  const tableName = mainTableName(
    Object.fromEntries(Object.entries(plan.publish).filter(([, port]) => port.scope === 'fov')),
  );
  const cells =
    tableName === null ? [] : published.map(({ fov, obs }) => ({ fov, obs, ref: what.fovs[fov]!.refs[tableName]! }));
  const input: TablesInput = { cells, tables: what.tables };
  const { result } = await engine
    .poolFor(attempt.queue)
    .run(
      { kind: 'tables', fov: null, input: await engine.store.putValue(input), folder },
      { signal: attempt.signal, timeoutMs: TIMEOUT_MS },
    );

  // A value of the store has its keys sorted; the page has the order of the pipeline file.
  const places = new Map(Object.keys(plan.publish).map((name, place) => [name, place]));
  const warnings = await ingestWarnings(engine, request.run);
  const facts = new Map<string, FovFacts>();
  for (const { fov } of published) {
    facts.set(fov, JSON.parse(await readFile(join(folder, 'fovs', `${fov}.json`), 'utf8')) as FovFacts);
  }
  const failures = what.failed.map(({ fov, step, error }) => ({
    ...{ fov: fov ?? 'cohort', step },
    code: error?.code ?? 'CRASHED',
    message: error?.message ?? '',
  }));

  return async (revision) => {
    const summary: CohortSummary = {
      ...{ revision: revision.revision, run: revision.run, failures },
      fovs: published.map(({ fov }) => ({ ...facts.get(fov)!, warnings: warnings.get(fov) ?? [] })),
    };
    await writeFile(join(folder, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
    const lines = rows.map(async ({ fov, obs }): Promise<SummaryFov> => {
      const known = facts.get(fov);
      return {
        ...{ fov, obs, status: known === undefined ? 'failed' : 'ok', warnings: warnings.get(fov) ?? [] },
        ...{
          cells: known?.cells ?? null,
          areaMm2: known?.areaMm2 ?? null,
          medianAreaUm2: known?.medianAreaUm2 ?? null,
          types: known?.types ?? null,
        },
        href: known === undefined ? null : `fovs/${fov}.zarr`,
        thumbnail: known === undefined ? null : await readFile(join(folder, 'fovs', `${fov}.webp`)).catch(() => null),
      };
    });
    await writeSummaryPage(join(folder, 'index.html'), {
      ...{
        pipeline: plan.pipeline,
        revision: revision.revision,
        run: revision.run,
        createdAt: revision.createdAt,
        failures,
      },
      plots: (await engine.store.getValue<Plot[]>(result.plots)).sort(
        (a, b) => places.get(a.name)! - places.get(b.name)!,
      ),
      software: { fovea: engine.software.fovea, node: process.version },
      fovs: await Promise.all(lines),
      steps: plan.stages.flatMap((stage) =>
        stage.steps.map(({ id, step, version, params }) => ({ id, step, version, params })),
      ),
      outputs: [
        ...(cells.length === 0
          ? []
          : [{ label: 'cells.parquet', href: 'cells.parquet', note: 'every cell of the cohort: pandas.read_parquet' }]),
        ...Object.keys(what.tables).map((name) => ({ label: `${name}.csv`, href: `${name}.csv` })),
        { label: 'fovs/', href: 'fovs/', note: 'a zarr for each field of view: spatialdata.read_zarr' },
        { label: 'revision.json', href: 'revision.json', note: 'what this revision holds, by digest' },
      ],
    });
  };
}

/** What the readers remarked about each field of view's file. */
async function ingestWarnings({ store, journal }: Engine, run: string): Promise<Map<string, readonly string[]>> {
  const warnings = new Map<string, readonly string[]>();
  for (const { fov, step, key } of settle(await journal(run).read()).values()) {
    if (fov === null || step !== INGEST || key === null) continue;
    const record = await getJson<ResultRecord>(store.blobs, resultPath(key));
    if (record !== null) warnings.set(fov, record.warnings);
  }
  return warnings;
}
