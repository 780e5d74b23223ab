import { realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import { canonical, sha256 } from '../../core/digest.ts';
import { FoveaError, invalidInput } from '../../core/errors.ts';
import { stepKey, type Ingredients } from '../../core/key.ts';
import { INGEST } from '../../core/pipeline.ts';
import type { StepOutputs } from '../../core/plan.ts';
import type { IngestRequest } from '../../core/protocol.ts';
import { READERS_VERSION, type SourceRow } from '../images/index.ts';
import type { SourceFacts } from '../store/records.ts';
import type { Attempt } from './attempt.ts';
import { computeOnce, nameUnit } from './compute-once.ts';
import type { Engine } from './engine.ts';
import { arrangeDigests, filesOf, listRow } from './source-list.ts';
import { knownDigests, rememberDigests, statOf, type FileDigest } from './file-digests.ts';

const TIMEOUT_MS = 6 * 3600 * 1000;

/**
 * What an ingested image depends on: the readers' version, the files' bytes, and how the sheet says to read them.
 * A file's name counts only where it carries meaning: in a folder it names the channel, and the files of a set name each
 * other. Label images that belong to it are inputs of their own.
 */
export function ingestIngredients(
  row: SourceRow,
  files: readonly FileDigest[],
  labels: Readonly<Record<string, readonly FileDigest[]>> = {},
): Ingredients {
  const { mpp, forceMpp, panel } = row;
  const namesMatter = files.some((file) => file.path !== row.image);
  return {
    step: INGEST,
    version: READERS_VERSION,
    params: { mpp, forceMpp, panel },
    inputs: {
      files: files.map((file) => file.sha256),
      ...Object.fromEntries(
        Object.entries(labels).map(([port, of]) => [`labels.${port}`, of.map((file) => file.sha256)] as const),
      ),
    },
    models: {},
    runtime: 'js',
    identity: namesMatter ? { names: files.map((file) => basename(file.path)) } : {},
  };
}

/** Reads a field of view's source into an Image, and its Labels if any, digested and recorded; the bytes stay in their files. */
export async function ingestActivity(engine: Engine, request: IngestRequest, attempt: Attempt): Promise<StepOutputs> {
  const { run, fov, cohort } = request;
  const unit = { fov, stepId: INGEST };
  const row = (await engine.rows(cohort)).find((candidate) => candidate.fov === fov);
  if (row === undefined) throw new FoveaError('NOT_FOUND', `cohort ${cohort} has no field of view ${fov}`);
  const pool = engine.poolFor(attempt.queue);
  const options = {
    signal: attempt.signal,
    timeoutMs: TIMEOUT_MS,
    onProgress: (done: number, total: number): void => attempt.heartbeat({ done, total }),
  };

  let files: readonly FileDigest[];
  let ingredients: Ingredients;
  let before = '';
  try {
    if (row.problem !== null) throw invalidInput(row.problem, { fov, path: row.image });
    for (const path of [row.image, ...Object.values(row.labels ?? {})]) await checkInPlace(path);
    const listed = await listRow(engine.store, row);
    const paths = filesOf(listed);
    before = await stats(paths);
    files = (await knownDigests(engine.store, paths)) ?? (await hashFiles(paths));
    const { image, labels } = arrangeDigests(listed, files);
    ingredients = ingestIngredients(row, image, labels);
  } catch (err) {
    const error = nameUnit(err, unit);
    const at = new Date().toISOString();
    await engine.journal(run).append([
      {
        at,
        ...unit,
        step: INGEST,
        status: 'failed',
        attempt: attempt.number,
        key: null,
        outputs: {},
        error: error.toJSON(),
        trace: null,
      },
    ]);
    throw error;
  }

  async function hashFiles(paths: readonly string[]): Promise<readonly FileDigest[]> {
    const { result } = await pool.run({ kind: 'hash', fov, paths }, options);
    await rememberDigests(engine.store, result.digests);
    return result.digests;
  }

  const key = stepKey(ingredients);
  const outputs = await computeOnce(
    engine,
    {
      ...{ run, fov, stepId: INGEST, key, ingredients, keep: false, container: null, scratch: null },
      async compute() {
        const { result, cost, pid } = await pool.run({ kind: 'ingest', fov, row }, options);
        if ((await stats(files.map((file) => file.path))) !== before) {
          throw invalidInput(
            `${row.image} or what belongs to it changed while it was read; run again when the acquisition has finished`,
            {
              path: row.image,
            },
          );
        }
        const bytesRead = files.reduce((sum, file) => sum + file.bytes, 0);
        const source: SourceFacts = { ...result.source, files };
        return { ...result, source, cost, pid, bytesRead, bytesWritten: 0 };
      },
    },
    attempt,
  );
  await rememberLocation(engine, key, row, files);
  return outputs;
}

/** The path was real and below the dataset root when the sheet was read; a link put in its place since could lead out. */
async function checkInPlace(image: string): Promise<void> {
  const now = await realpath(image).catch(() => image);
  if (now === image) return;
  throw invalidInput(
    `${image} has become a link (to ${now}) since the samplesheet was read; put the file itself there, or start a new run`,
    { path: image },
  );
}

const stats = async (paths: readonly string[]): Promise<string> => canonical(await Promise.all(paths.map(statOf)));

/** The same bytes may lie in another place today than when they were first ingested. */
async function rememberLocation(
  engine: Engine,
  key: string,
  row: SourceRow,
  files: readonly FileDigest[],
): Promise<void> {
  const { image, labels } = row;
  const facts: SourceFacts = { image, ...(labels && { labels }), format: '', acquired: [], files };
  const place = labels === undefined ? image : canonical([image, labels]);
  await engine.store.blobs.put(`locations/${key}/${sha256(place).slice(0, 16)}.json`, canonical(facts), {
    ifAbsent: true,
  });
}
