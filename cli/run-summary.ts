import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CohortSummary } from '../activities/engine/cohort-files.ts';
import { openJournal, settle, type JournalEntry } from '../activities/store/journal.ts';
import type { Store } from '../activities/store/store.ts';
import type { Executed } from './execute.ts';
import type { Loaded } from './load-pipeline.ts';
import { formatMs, textTable, type Output } from './output.ts';

/** What a finished run prints. */
export interface RunSummary {
  readonly run: string;
  readonly pipeline: string;
  readonly seconds: number;
  readonly fovs: number;
  readonly failed: number;
  readonly steps: { readonly computed: number; readonly cached: number; readonly failed: number };
  readonly revision: string | null;
  readonly isNew: boolean;
  readonly path: string | null;
  readonly ui: string | null;
  readonly failures: readonly {
    readonly fov: string | null;
    readonly step: string;
    readonly code: string;
    readonly message: string;
  }[];
  readonly cells: CohortSummary['fovs'];
}

const failureOf = ({ fov, step, error }: JournalEntry): RunSummary['failures'][number] => ({
  ...{ fov, step },
  code: error?.code ?? 'CRASHED',
  message: error?.message ?? 'no message',
});

/** Gathers what the run's journal and revision say. */
export async function summarise(store: Store, executed: Executed, { plan }: Loaded): Promise<RunSummary> {
  const { run, result, seconds, ui } = executed;
  const settled = [...settle(await openJournal(store.root, run).read()).values()];
  const count = (status: JournalEntry['status']): number => settled.filter((entry) => entry.status === status).length;
  const { published } = result;
  const summary =
    published === null
      ? null
      : (JSON.parse(await readFile(join(published.path, 'summary.json'), 'utf8')) as CohortSummary);
  return {
    ...{ run, seconds, ui, pipeline: plan.pipeline, fovs: result.fovs, failed: result.failed },
    steps: { computed: count('computed'), cached: count('cached'), failed: count('failed') },
    revision: published?.revision ?? null,
    isNew: published?.isNew ?? false,
    path: published?.path ?? null,
    failures: settled.filter((entry) => entry.status === 'failed').map(failureOf),
    cells: summary?.fovs ?? [],
  };
}

const SHOWN = 20;

/** The summary as people read it. */
export function printRun(output: Output, summary: RunSummary): void {
  const { cells, failures, steps } = summary;
  output.line();
  if (cells.length > 0) {
    const rows = cells
      .slice(0, SHOWN)
      .map((fov) => [
        fov.fov,
        fov.cells ?? '–',
        fov.areaMm2 === null || fov.cells === null ? '–' : Math.round(fov.cells / fov.areaMm2),
        fov.medianAreaUm2 === null ? '–' : fov.medianAreaUm2.toFixed(1),
        fov.warnings.length === 0 ? '' : fov.warnings.join('; ').slice(0, 60),
      ]);
    for (const line of textTable(['field of view', 'cells', 'cells/mm²', 'median µm²', 'remarks'], rows))
      output.line(line);
    if (cells.length > SHOWN) output.line(`… and ${cells.length - SHOWN} more`);
    output.line();
  }
  for (const { message, code } of failures.slice(0, SHOWN)) output.line(`failed: ${message} (${code})`);
  if (failures.length > SHOWN)
    output.line(`… and ${failures.length - SHOWN} more failures: fovea status ${summary.run}`);
  const done = `${summary.fovs - summary.failed} of ${summary.fovs} fields of view`;
  output.line(
    `${done} in ${formatMs(summary.seconds * 1000)}: ${steps.computed} steps computed, ${steps.cached} found in the store`,
  );
  output.line(`run       ${summary.run}`);
  if (summary.path === null) return;
  output.line(`results   ${summary.path}${summary.isNew ? '' : ' (nothing changed: no new revision)'}`);
  output.line(`page      ${join(summary.path, 'index.html')}`);
}
