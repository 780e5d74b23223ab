import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileList } from '../../activities/store/file-list.ts';
import { publicationOf } from '../../activities/engine/published.ts';
import type { Revision } from '../../activities/engine/revisions.ts';
import { readRunHeader, readRunPlan } from '../../activities/engine/run-files.ts';
import type { SourceRow } from '../../activities/images/index.ts';
import { openJournal } from '../../activities/store/journal.ts';
import type { Store } from '../../activities/store/store.ts';

/** A published revision of a run, its files small stand-ins: `<results>/<pipeline>/<revision>`. Returns the folder. */
export async function sampleRevision(store: Store, results: string, run: string, revision: string): Promise<string> {
  const header = await readRunHeader(store, run);
  const plan = await readRunPlan(store, run);
  const rows = await store.getValue<SourceRow[]>(header.cohort);
  const { content, fovs, tables, failed } = publicationOf(plan, rows, await openJournal(store.root, run).read());
  const folder = join(results, plan.pipeline, revision);
  for (const fov of Object.keys(fovs)) {
    await mkdir(join(folder, 'fovs', `${fov}.zarr`, 'labels', 'cells'), { recursive: true });
    await writeFile(join(folder, 'fovs', `${fov}.zarr`, 'labels', 'cells', '0'), `chunk of ${fov}`);
    await writeFile(join(folder, 'fovs', `${fov}.webp`), `picture of ${fov}`);
  }
  await writeFile(join(folder, 'cells.parquet'), 'PAR1');
  await writeFile(join(folder, 'summary.csv'), 'fov,cells\n');
  await writeFileList(folder);
  const description: Revision = {
    ...{
      schema: 1,
      revision,
      pipeline: plan.pipeline,
      content,
      run,
      plan: plan.digest,
      cohort: header.cohort,
      fovs,
      tables,
    },
    ...{ wasRevisionOf: null, createdAt: header.startedAt, fovea: header.fovea },
    failed: [...new Set(failed.map(({ fov }) => fov ?? 'cohort'))],
  };
  await writeFile(join(folder, 'revision.json'), JSON.stringify(description));
  return folder;
}
