import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { ArtifactRef, Kind, Kinds } from '../../core/artifact.ts';
import { artifactDigest } from '../../core/content.ts';
import { invalidInput } from '../../core/errors.ts';
import { readSource } from '../images/index.ts';
import type { Models } from '../models/models.ts';
import type { Store } from '../store/store.ts';
import type { ArtifactCache } from './artifact-cache.ts';
import { scratchedContext } from './context.ts';
import { knownStep, type Steps } from './known-step.ts';
import { createMaterialiser } from './materialise.ts';
import { runDeclared } from './run-declared.ts';
import { publishTask } from './publish-task.ts';
import { tablesTask } from './tables-task.ts';
import type { Task, TaskKind, TaskResults } from './tasks.ts';

export interface Runner {
  run(task: Task, signal: AbortSignal, progress: (done: number, total: number) => void): Promise<TaskResults[TaskKind]>;
}

export interface RunnerParts {
  readonly store: Store;
  readonly cache: ArtifactCache;
  readonly steps: Steps;
  readonly models: Models;
}

type Progress = (done: number, total: number) => void;
type StepTask = Extract<Task, { kind: 'step' }>;
type IngestTask = Extract<Task, { kind: 'ingest' }>;

async function runStep(
  parts: RunnerParts,
  task: StepTask,
  signal: AbortSignal,
  progress: Progress,
): Promise<TaskResults['step']> {
  const { store, cache, steps, models } = parts;
  const { planned, inputs, fov } = task;
  const step = knownStep(steps, planned.step, planned.version);
  const materialiser = createMaterialiser({ ...parts, signal });
  const { ctx: plain, close } = scratchedContext(task.scratch.folder, fov, signal, progress);
  try {
    const ctx = { ...plain, models: await models.handles(planned.models) };
    const values = await runDeclared({ step, params: planned.params, refs: inputs, materialiser, fov, signal, ctx });
    const outputs: Record<string, ArtifactRef> = {};
    let bytesWritten = 0;
    for (const [port, { kind, value }] of Object.entries(values)) {
      const { ref, bytes } = await store.writeArtifact(kind, value, planned.keep);
      cache.put(ref.digest, kind, value);
      outputs[port] = ref;
      bytesWritten += bytes;
    }
    await close(null);
    return { outputs, bytesWritten };
  } catch (err) {
    await close({ message: (err as Error).message, request: { fov, planned, inputs } }).catch(() => undefined);
    throw err;
  }
}

async function ingest(
  { cache }: RunnerParts,
  { row }: IngestTask,
  signal: AbortSignal,
  progress: Progress,
): Promise<TaskResults['ingest']> {
  const { image, labels, format, acquired, warnings } = await readSource(row, { signal, onPlane: progress });
  const remember = <K extends Kind>(kind: K, value: Kinds[K]): ArtifactRef => {
    const digest = artifactDigest(kind, value);
    cache.put(digest, kind, value);
    return { kind, digest };
  };
  const outputs: Record<string, ArtifactRef> = { image: remember('Image', image) };
  for (const [port, value] of Object.entries(labels)) outputs[port] = remember('Labels', value);
  const source = { image: row.image, ...(row.labels && { labels: row.labels }), format, acquired };
  return { outputs, source, warnings };
}

async function hash(paths: readonly string[], progress: Progress): Promise<TaskResults['hash']> {
  const digests: TaskResults['hash']['digests'][number][] = [];
  for (const [index, path] of paths.entries()) {
    const sum = createHash('sha256');
    try {
      const { size } = await stat(path);
      await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), sum);
      digests.push({ path, sha256: sum.digest('hex'), bytes: size });
    } catch (err) {
      throw invalidInput(
        `${path} cannot be read: ${(err as Error).message}. Check that the file is there and readable`,
        {
          path,
        },
      );
    }
    progress(index + 1, paths.length);
  }
  return { digests };
}

/** What a compute process can do. Each task's result is plain JSON; bytes stay in the store and in this process. */
export function createRunner(parts: RunnerParts): Runner {
  return {
    run(task, signal, progress) {
      switch (task.kind) {
        case 'step':
          return runStep(parts, task, signal, progress);
        case 'ingest':
          return ingest(parts, task, signal, progress);
        case 'hash':
          return hash(task.paths, progress);
        case 'publish':
          return publishTask(createMaterialiser({ ...parts, signal }), task);
        case 'tables':
          return tablesTask(parts.store, createMaterialiser({ ...parts, signal }), task);
      }
    },
  };
}
