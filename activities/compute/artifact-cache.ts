import type { Digest, Kind, Kinds } from '../../core/artifact.ts';
import { toArrays } from '../../core/content.ts';

/** Decoded artifacts by digest, the least recently used dropped first once the byte budget is passed. */
export interface ArtifactCache {
  get<K extends Kind>(digest: Digest): Kinds[K] | undefined;
  put<K extends Kind>(digest: Digest, kind: K, value: Kinds[K]): void;
  readonly bytes: number;
}

export function createArtifactCache(budgetBytes: number): ArtifactCache {
  const entries = new Map<Digest, { value: Kinds[Kind]; bytes: number }>();
  let held = 0;

  const drop = (digest: Digest): void => {
    held -= entries.get(digest)?.bytes ?? 0;
    entries.delete(digest);
  };

  return {
    get bytes() {
      return held;
    },
    get<K extends Kind>(digest: Digest) {
      const entry = entries.get(digest);
      if (entry === undefined) return undefined;
      entries.delete(digest);
      entries.set(digest, entry);
      return entry.value as Kinds[K];
    },
    put(digest, kind, value) {
      drop(digest);
      const arrays = Object.values(toArrays(kind, value).arrays);
      const bytes = arrays.flatMap((array) => array.planes).reduce((sum, plane) => sum + plane.byteLength, 0);
      if (bytes > budgetBytes) return;
      entries.set(digest, { value, bytes });
      held += bytes;
      for (const oldest of entries.keys()) {
        if (held <= budgetBytes) break;
        drop(oldest);
      }
    },
  };
}
