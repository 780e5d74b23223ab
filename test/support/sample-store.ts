import { mkdir, readFile, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactRef, Kind, Kinds } from '../../core/artifact.ts';
import { compile } from '../../core/compile.ts';
import { canonical, sha256 } from '../../core/digest.ts';
import type { ErrorJson } from '../../core/errors.ts';
import { keyIngredients, stepKey, type Ingredients } from '../../core/key.ts';
import type { Plan, StepOutputs } from '../../core/plan.ts';
import { rememberDigests } from '../../activities/engine/file-digests.ts';
import { INGEST } from '../../core/pipeline.ts';
import { ingestIngredients } from '../../activities/engine/ingest.ts';
import { bind } from '../../activities/engine/lookup.ts';
import { writeRunHeader, writeRunReport } from '../../activities/engine/run-files.ts';
import { openJournal, type JournalEntry } from '../../activities/store/journal.ts';
import type { ResultRecord, SourceFacts } from '../../activities/store/records.ts';
import type { Store } from '../../activities/store/store.ts';
import { writeOmeTiff, type SourceRow } from '../../activities/images/index.ts';
import type { Image } from '../../kernels/image.ts';
import { fakeEnvironment } from './fake-environment.ts';

export const TISSUE = `fovea: 1
name: tissue
source: { samplesheet: samplesheet.csv }
steps:
  resample: { use: resample, in: { image: source.image }, with: { mpp: 0.5 } }
  normalize: { use: normalize, in: { image: resample.image } }
  segment: { use: segment-watershed, in: { image: normalize.image } }
  quantify: { use: quantify, in: { image: source.image, cells: segment.cells } }
  summary: { use: cohort-summary, in: { tables: quantify.table } }
publish: { cells: segment.cells, table: quantify.table, summary: summary.table }
`;

export const tissuePlan = (text = TISSUE): Plan => compile(text, 'tissue.yaml', fakeEnvironment());

/** Small values that differ with `seed`, as a step might have made them. */
function valueOf(kind: Kind, seed: string): Kinds[Kind] {
  const values = [...sha256(seed).slice(0, 16)].map((digit) => Number.parseInt(digit, 16));
  if (kind === 'Labels') return { height: 4, width: 4, mpp: 0.5, data: Int32Array.from(values) };
  if (kind === 'Image') {
    const channels = ['DNA', 'CD45', 'CD3'].map((name) => ({ name, role: null }));
    const planes = channels.map((_, channel) => Uint16Array.from(values, (value) => value + channel));
    return { height: 4, width: 4, mpp: 0.5, intensity: 'counts', channels, planes };
  }
  const ids = { name: 'cell_id', values: Int32Array.from([1, 2]), unit: null, measure: null };
  return {
    rows: 2,
    columns: [ids, { ...ids, name: 'area', values: Float64Array.from(values.slice(0, 2)), unit: 'px' }],
  };
}

/** A small OME-TIFF per field of view below `folder`, their digests known to the store as after an ingest. */
export async function sampleRows(store: Store, folder: string, fovs: readonly string[]): Promise<SourceRow[]> {
  await mkdir(folder, { recursive: true });
  const paths = fovs.map((fov) => join(folder, `${fov}.tif`));
  for (const [index, fov] of fovs.entries()) {
    const { channels, ...image } = valueOf('Image', fov) as Image;
    const planes = image.planes.map(() => new Uint16Array(64 * 64).fill(index + 1));
    await writeOmeTiff(paths[index]!, { ...image, channels, height: 64, width: 64, planes });
  }
  const now = Date.now;
  // Stamps of files written this moment are not trusted; these will not be written again.
  Date.now = () => now() + 10_000;
  const digests = await Promise.all(paths.map(fileDigest));
  await rememberDigests(store, digests).finally(() => (Date.now = now));
  const rest = { mpp: 0.5, forceMpp: false, panel: null, obs: {}, problem: null };
  return fovs.map((fov, index) => ({ fov, image: paths[index]!, ...rest }));
}

async function fileDigest(path: string): Promise<{ path: string; sha256: string; bytes: number }> {
  const bytes = await readFile(path);
  return { path, sha256: sha256(bytes), bytes: bytes.length };
}

export interface SampleRun {
  readonly run: string;
  readonly plan: Plan;
  readonly rows: readonly SourceRow[];
  /** `fov/step` → the error it ends in. */
  readonly failing?: Readonly<Record<string, ErrorJson>>;
  readonly startedAt?: string;
  readonly workflow?: string | null;
  /** No report: as if the run were still going on, or had been killed. */
  readonly unfinished?: boolean;
  readonly revision?: string;
}

/** Carries a plan out as the engine does, with made-up values: records, artifacts, journal, header and report. */
export async function sampleRun(store: Store, { run, plan, rows, ...options }: SampleRun): Promise<void> {
  const startedAt = options.startedAt ?? '2025-03-01T12:00:00.000Z';
  const journal = openJournal(store.root, run);
  const failures = new Set<string | null>();
  const produced = {
    fovea: '0.1.0',
    node: 'v20.20.0',
    platform: 'linux-x64',
    plugin: null,
    container: null,
    workflow: null,
  };
  const times = { startedAt, finishedAt: new Date(Date.parse(startedAt) + 1500).toISOString() };
  const cost = { wallMs: 1500, cpuMs: 1200, peakRssBytes: 300 * 2 ** 20, bytesRead: 10, bytesWritten: 20 };
  const place = { queue: 'cpu', host: 'pc1', pid: 4242 };

  async function unit(
    fov: string | null,
    step: string,
    ingredients: Ingredients,
    outputs: Readonly<Record<string, Kind>>,
    kept: boolean,
    source: SourceFacts | null,
  ): Promise<StepOutputs | null> {
    const key = stepKey(ingredients);
    const about = { at: times.finishedAt, fov, step, attempt: 1, key };
    const trace = { ...cost, ...place, ...times, name: ingredients.step, submittedAt: startedAt, scratch: null };
    const error = options.failing?.[`${fov}/${step}`];
    const append = (rest: Pick<JournalEntry, 'status' | 'outputs' | 'error' | 'trace'>): Promise<void> =>
      journal.append([{ ...about, ...rest }]);
    if (error !== undefined) {
      failures.add(fov);
      const scratch = join(store.root, 'scratch', run, fov ?? '_cohort', step, 'attempt-1');
      await mkdir(scratch, { recursive: true });
      await writeFile(join(scratch, 'error.txt'), error.message);
      await append({ status: 'failed', outputs: {}, error, trace: { ...trace, scratch } });
      return null;
    }
    const standing = await store.result(key);
    if (standing !== null) {
      await append({ status: 'cached', outputs: standing.outputs, error: null, trace: null });
      return standing.outputs;
    }
    const refs: Record<string, ArtifactRef> = {};
    for (const [port, kind] of Object.entries(outputs)) {
      refs[port] = (await store.writeArtifact(kind, valueOf(kind, `${key} ${port}`), kept)).ref;
    }
    const record: ResultRecord = {
      ...{ schema: 1, key, ingredients, outputs: refs, kept, source, warnings: [] },
      produced: { ...produced, ...times, ...cost, ...place, run, fov, stepId: step, attempt: 1 },
    };
    await store.record(record);
    await append({ status: 'computed', outputs: refs, error: null, trace });
    return refs;
  }

  const gathered: Record<string, { fov: string; digest: string }[]> = {};
  for (const row of rows) {
    const files = [await fileDigest(row.image)];
    const facts = { image: row.image, format: 'TIFF', acquired: ['DNA', 'CD45', 'CD3'], files };
    const known: Record<string, StepOutputs> = {};
    const source = await unit(row.fov, INGEST, ingestIngredients(row, files), { image: 'Image' }, false, facts);
    if (source !== null) known['source'] = source;
    for (const planned of plan.stages.filter(({ scope }) => scope === 'fov').flatMap(({ steps }) => steps)) {
      const { inputs } = bind(planned, known);
      if (inputs === null) continue;
      const outputs = await unit(
        row.fov,
        planned.id,
        keyIngredients(planned, inputs),
        planned.outputs,
        planned.keep,
        null,
      );
      if (outputs === null) continue;
      known[planned.id] = outputs;
      for (const [port, ref] of Object.entries(outputs)) {
        (gathered[`${planned.id}.${port}`] ??= []).push({ fov: row.fov, digest: ref.digest });
      }
    }
  }
  for (const planned of plan.stages.filter(({ scope }) => scope === 'cohort').flatMap(({ steps }) => steps)) {
    const inputs: Record<string, ArtifactRef> = {};
    for (const [port, reference] of Object.entries(planned.inputs)) {
      const items = (gathered[reference as string] ?? []).sort((a, b) => (a.fov < b.fov ? -1 : 1));
      inputs[port] = { kind: 'CellTable', digest: await store.putValue({ kind: 'CellTable', items }) };
    }
    await unit(null, planned.id, keyIngredients(planned, inputs), planned.outputs, planned.keep, null);
  }

  await writeRunHeader(store, {
    ...{ run, pipeline: plan.pipeline, plan: await store.putValue(plan), planDigest: plan.digest },
    ...{ cohort: await store.putValue(JSON.parse(canonical(rows))), fovs: rows.length, startedAt },
    ...{ workflow: options.workflow ?? null, user: 'ada', host: 'pc1', fovea: '0.1.0' },
    ...{ command: ['run', 'tissue.yaml'], file: '/data/tissue.yaml', text: TISSUE },
  });
  if (options.unfinished === true) return;
  const { revision } = options;
  const published = revision === undefined ? null : { revision, path: `/data/results/tissue/${revision}`, isNew: true };
  const counts = { fovs: rows.length, failures: [...failures].filter((fov) => fov !== null).length };
  await writeRunReport(store, { run, status: 'completed', ...counts, published, finishedAt: times.finishedAt });
}

/** The refs a run's journal has for a step of a field of view. */
export async function outputsOf(store: Store, run: string, fov: string | null, step: string): Promise<StepOutputs> {
  const entries = await openJournal(store.root, run).read();
  return entries.find((entry) => entry.fov === fov && entry.step === step)!.outputs;
}

/** Makes everything below a folder look as if it had been written `ms` ago. */
export async function makeOld(folder: string, ms: number): Promise<void> {
  const then = new Date(Date.now() - ms);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    await utimes(join(entry.parentPath, entry.name), then, then);
  }
}
