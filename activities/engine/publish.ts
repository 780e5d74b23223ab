import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isFoveaError } from '../../core/errors.ts';
import type { PublishFovsRequest, PublishPlan, PublishRequest, Published } from '../../core/protocol.ts';
import { writeFileList } from '../store/file-list.ts';
import { storeError } from '../store/file-errors.ts';
import type { Attempt } from './attempt.ts';
import { nameUnit } from './compute-once.ts';
import type { Engine } from './engine.ts';
import { linkTree } from './link-tree.ts';
import { publicationOf, type Publication } from './published.ts';
import { claimRevision, listRevisions, pointLatest, type Revision } from './revisions.ts';
import { writeCohortFiles } from './cohort-files.ts';

/** Fields of view per publishing activity. */
const PAGE = 8;
const TIMEOUT_MS = 3600 * 1000;

const pipelineFolder = ({ results, plan }: PublishRequest): string => join(results, plan.pipeline);
export const stagingFolder = (request: PublishRequest): string =>
  join(pipelineFolder(request), `.staging-${request.run}`);

async function publication(engine: Engine, { run, plan, cohort }: PublishRequest): Promise<Publication> {
  return publicationOf(plan, await engine.rows(cohort), await engine.journal(run).read());
}

/** Compares what there is to publish with the newest revision; nothing is written yet. */
export async function preparePublishActivity(engine: Engine, request: PublishRequest): Promise<PublishPlan> {
  const { content, fovs } = await publication(engine, request);
  const newest = (await listRevisions(pipelineFolder(request))).at(-1);
  return {
    unchanged: newest?.content === content ? newest.revision : null,
    pages: Math.ceil(Object.keys(fovs).length / PAGE),
  };
}

/** Writes one page of fields of view into the run's staging folder. What the newest revision holds already is linked. */
export async function publishFovsActivity(
  engine: Engine,
  request: PublishFovsRequest,
  attempt: Attempt,
): Promise<void> {
  const { fovs } = await publication(engine, request);
  const folder = pipelineFolder(request);
  const staging = join(stagingFolder(request), 'fovs');
  const newest = (await listRevisions(folder)).at(-1) ?? null;
  const rows = new Map((await engine.rows(request.cohort)).map((row) => [row.fov, row]));
  const pool = engine.poolFor(attempt.queue);
  const page = Object.entries(fovs).slice(request.page * PAGE, (request.page + 1) * PAGE);
  await mkdir(staging, { recursive: true }).catch(async (err: unknown) => {
    throw await storeError(err, 'make', staging);
  });
  let done = 0;
  await Promise.all(
    page.map(async ([fov, unit]) => {
      try {
        const before = newest?.fovs[fov];
        const linked =
          newest !== null && before?.content === unit.content
            ? await linkTree(
                join(folder, newest.revision, 'fovs'),
                staging,
                [`${fov}.zarr`, `${fov}.json`],
                [`${fov}.webp`],
              )
            : false;
        if (!linked) {
          const obs = rows.get(fov)?.obs ?? {};
          const software = `fovea ${engine.software.fovea}`;
          await pool.run(
            { kind: 'publish', fov, obs, refs: unit.refs, folder: staging, software },
            { signal: attempt.signal, timeoutMs: TIMEOUT_MS },
          );
        }
      } catch (err) {
        throw nameUnit(err, { fov, stepId: 'publish' });
      }
      attempt.heartbeat({ done: ++done, total: page.length });
    }),
  );
}

/** Turns the complete staging folder into the next revision: tables, page, description, then one rename. */
export async function sealActivity(engine: Engine, request: PublishRequest, attempt: Attempt): Promise<Published> {
  const folder = pipelineFolder(request);
  const revisions = await listRevisions(folder);
  const mine = revisions.find((revision) => revision.run === request.run);
  const what = await publication(engine, request);
  const newest = revisions.at(-1);
  const standing = mine ?? (newest?.content === what.content ? newest : undefined);
  if (standing !== undefined) {
    await pointLatest(folder, newest!.revision);
    await rm(stagingFolder(request), { recursive: true, force: true });
    return { revision: standing.revision, path: join(folder, standing.revision), isNew: standing === mine };
  }
  const staging = stagingFolder(request);
  try {
    await mkdir(join(staging, 'fovs'), { recursive: true });
    await sweepTorn(join(staging, 'fovs'));
    const page = await writeCohortFiles(engine, request, what, staging, attempt);
    const revision = await claimRevision(folder, staging, async (name, before) => {
      const description = describe(engine, request, what, name, before);
      await writeFile(join(staging, 'revision.json'), `${JSON.stringify(description, null, 2)}\n`);
      await page(description);
      await writeFileList(staging, before === null ? null : join(folder, before.revision));
    });
    await pointLatest(folder, revision);
    await sweepStaging(folder, engine);
    return { revision, path: join(folder, revision), isNew: true };
  } catch (err) {
    if (isFoveaError(err)) throw err;
    throw await storeError(err, 'publish to', staging);
  }
}

function describe(
  engine: Engine,
  { run, plan, cohort }: PublishRequest,
  { content, fovs, tables, failed }: Publication,
  revision: string,
  before: Revision | null,
): Revision {
  return {
    ...{ schema: 1, revision, pipeline: plan.pipeline, content, run, plan: plan.digest, cohort, fovs, tables },
    wasRevisionOf: before?.revision ?? null,
    createdAt: new Date().toISOString(),
    fovea: engine.software.fovea,
    failed: [...new Set(failed.map(({ fov }) => fov ?? 'cohort'))].sort(),
  };
}

/** What an attempt that died left half-written under a temporary name; its successor wrote the whole anew. */
async function sweepTorn(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith('.tmp-')) await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** Staging folders of runs that ended without publishing, a week after they were last written to. */
async function sweepStaging(folder: string, { store }: Engine): Promise<void> {
  const week = 7 * 24 * 3600 * 1000;
  for (const name of await readdir(folder)) {
    const run = name.startsWith('.staging-') ? name.slice('.staging-'.length) : null;
    if (run === null || !(await store.blobs.has(`runs/${run}/report.json`))) continue;
    const { mtimeMs } = await stat(join(folder, name));
    if (Date.now() - mtimeMs > week) await rm(join(folder, name), { recursive: true, force: true });
  }
}
