import type { ArtifactRef, Digest, Kind, Kinds } from '../../core/artifact.ts';
import { artifactDigest } from '../../core/content.ts';
import { FoveaError, isFoveaError } from '../../core/errors.ts';
import { portKind } from '../../core/step.ts';
import { readSource, type PanelEntry } from '../images/index.ts';
import { getJson } from '../store/blobs.ts';
import type { ResultRecord, SourceFacts } from '../store/records.ts';
import { resultPath, type Store } from '../store/store.ts';
import type { Models } from '../models/models.ts';
import type { ArtifactCache } from './artifact-cache.ts';
import { plainContext } from './context.ts';
import { gathered } from './gathered.ts';
import type { Materialiser } from './materialiser.ts';
import { knownStep, type Steps } from './known-step.ts';
import { runDeclared } from './run-declared.ts';

export interface MaterialiserParts {
  readonly store: Store;
  readonly cache: ArtifactCache;
  readonly steps: Steps;
  readonly models: Models;
  readonly signal: AbortSignal;
}

/** Reading of an ingested file as its record's params describe it. */
export interface IngestParams {
  readonly mpp: number | null;
  readonly forceMpp: boolean;
  readonly panel: readonly PanelEntry[] | null;
}

export function createMaterialiser({ store, cache, steps, models, signal }: MaterialiserParts): Materialiser {
  async function reread(record: ResultRecord, wanted: Digest): Promise<void> {
    const moved = await store.blobs.list(`locations/${record.key}`);
    const places = await Promise.all(moved.map((path) => getJson<SourceFacts>(store.blobs, path)));
    const [kind, port] = sourceOutput(record, wanted);
    const seen = new Set<string>();
    const failures: string[] = [];
    for (const { image, labels = {} } of [record.source, ...places].flatMap((facts) => facts ?? [])) {
      // Labels are read along with their image, whose size they must have; the image without them.
      const asked = kind === 'Image' ? {} : { [port]: labels[port] ?? '' };
      const place = asked[port] ?? image;
      if (seen.has(`${image}\0${place}`)) continue;
      seen.add(`${image}\0${place}`);
      try {
        const request = { image, labels: asked, ...(record.ingredients.params as IngestParams) };
        const read = await readSource(request, { signal });
        const value = kind === 'Image' ? read.image : read.labels[port]!;
        if (artifactDigest(kind, value) === wanted) {
          fresh.set(wanted, value);
          return cache.put(wanted, kind, value);
        }
        failures.push(`${place}: its content is no longer what was ingested`);
      } catch (err) {
        if (!isFoveaError(err)) throw err;
        failures.push(err.message);
      }
    }
    throw new FoveaError(
      'INVALID_INPUT',
      `the source of ${kind === 'Image' ? 'image' : `labels "${port}"`} ${wanted.slice(0, 12)} is needed again, but ${failures.join('; ')}. ` +
        'Put the original file back, or start a new run to ingest the present one',
    );
  }

  async function rerun(record: ResultRecord, wanted: Digest, within: readonly Digest[]): Promise<void> {
    const { step: name, version, inputs, params } = record.ingredients;
    const step = knownStep(steps, name, version);
    const refs = Object.fromEntries(
      Object.entries(inputs).map(([port, digests]) => {
        const kind = portKind(step.inputs[port]);
        const ref = (digest: Digest): ArtifactRef => ({ kind, digest });
        return [port, typeof digests === 'string' ? ref(digests) : digests.map(ref)];
      }),
    );
    const inner = materialiserWithin([...within, wanted]);
    const { fov } = record.produced;
    const handles = await models.handles(record.ingredients.models);
    const ctx = plainContext(fov, signal, handles);
    const outputs = await runDeclared({ step, params, refs, materialiser: inner, fov, signal, ctx });
    for (const [port, { kind, value }] of Object.entries(outputs)) {
      const digest = artifactDigest(kind, value);
      const recorded = record.outputs[port];
      if (recorded?.digest !== digest) {
        throw new FoveaError(
          'STORE',
          `${name}@${version} does not give the same ${port} twice: recorded ${recorded?.digest.slice(0, 12)}, ` +
            `now ${digest.slice(0, 12)}. Such a step must not be declared keep: false; raise its version`,
          { retryable: false },
        );
      }
      cache.put(digest, kind, value);
      if (digest === wanted) fresh.set(digest, value);
    }
  }

  /** Values just recomputed, so that one larger than the cache's budget still reaches its reader. */
  const fresh = new Map<Digest, Kinds[Kind]>();

  /**
   * Several records may tell how an artifact was made, and one of them may need the artifact itself: a step that returns
   * its input as it is has the same digest on both sides. `within` names what is being recomputed on the way here; a
   * record that leads back to it is passed over, as is one that fails while another can serve.
   */
  async function recompute<K extends Kind>(
    ref: { kind: K; digest: Digest },
    within: readonly Digest[],
  ): Promise<Kinds[K]> {
    let failure: FoveaError | null = null;
    for (const key of await store.producers(ref.digest)) {
      const record = await getJson<ResultRecord>(store.blobs, resultPath(key));
      if (record === null) continue;
      if (needs(record).some((digest) => digest === ref.digest || within.includes(digest))) continue;
      try {
        await (record.source === null ? rerun(record, ref.digest, within) : reread(record, ref.digest));
      } catch (err) {
        if (!isFoveaError(err) || signal.aborted) throw err;
        failure ??= err;
        continue;
      }
      const value = (fresh.get(ref.digest) as Kinds[K] | undefined) ?? cache.get<K>(ref.digest);
      fresh.delete(ref.digest);
      if (value !== undefined) return value;
    }
    if (failure !== null) throw failure;
    throw new FoveaError(
      'NOT_FOUND',
      `nothing in the store ${store.root} says how ${ref.kind} ${ref.digest} was made; was it cleaned by fovea gc?`,
    );
  }

  const materialiserWithin = (within: readonly Digest[]): Materialiser => {
    const materialiser: Materialiser = {
      async get(ref) {
        const held = cache.get<typeof ref.kind>(ref.digest);
        if (held !== undefined) return held;
        if (!(await store.hasArtifact(ref.digest))) return recompute(ref, within);
        const value = await store.readArtifact(ref);
        cache.put(ref.digest, ref.kind, value);
        return value;
      },
      gather: (ref) => gathered(store, materialiser, ref),
    };
    return materialiser;
  };
  return materialiserWithin([]);
}

/** Which port of an ingest an artifact came from. */
function sourceOutput({ outputs }: ResultRecord, digest: Digest): [Kind, string] {
  const [port, ref] = Object.entries(outputs).find(([, output]) => output.digest === digest) ?? ['image', null];
  return [ref?.kind ?? 'Image', port];
}

/** Digests of the artifacts a record's step was given; none for an ingest, which has files. */
function needs({ source, ingredients }: ResultRecord): Digest[] {
  return source === null ? Object.values(ingredients.inputs).flat() : [];
}
