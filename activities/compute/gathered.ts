import type { Digest, Kind, Kinds } from '../../core/artifact.ts';
import type { Gathered } from '../../core/step.ts';
import type { Store } from '../store/store.ts';
import type { Materialiser } from './materialiser.ts';

/** A gathered port's manifest: one artifact of each field of view, sorted by fov (code units). */
export interface GatheredManifest {
  readonly kind: Kind;
  readonly items: readonly { readonly fov: string; readonly digest: Digest }[];
}

/** Streams the artifacts a manifest names, one at a time. The ref's digest is the manifest's. */
export async function gathered<K extends Kind>(
  store: Store,
  materialiser: Materialiser,
  ref: { readonly kind: K; readonly digest: Digest },
): Promise<Gathered<Kinds[K]>> {
  const { items } = await store.getValue<GatheredManifest>(ref.digest);
  return {
    size: items.length,
    async *[Symbol.asyncIterator]() {
      for (const { fov, digest } of items) yield { fov, value: await materialiser.get({ kind: ref.kind, digest }) };
    },
  };
}
