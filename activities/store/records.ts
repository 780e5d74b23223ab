import type { ArtifactRef, Digest } from '../../core/artifact.ts';
import type { Ingredients } from '../../core/key.ts';

/** What was done to make a result: the cache entry and the provenance record are one file. */
export interface ResultRecord {
  readonly schema: 1;
  readonly key: Digest;
  /** What the key is a digest of, in clear. */
  readonly ingredients: Ingredients;
  readonly outputs: Readonly<Record<string, ArtifactRef>>;
  /** False: the outputs' bytes are not stored but recomputed from this record on demand. */
  readonly kept: boolean;
  /** For ingested images: where the bytes were read. Not part of the key. */
  readonly source: SourceFacts | null;
  readonly warnings: readonly string[];
  readonly produced: Production;
}

export interface SourceFacts {
  readonly image: string;
  /** Port → label image read along with it; absent where there is none. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly format: string;
  /** Channel names as the file has them. */
  readonly acquired: readonly string[];
  readonly files: readonly { readonly path: string; readonly sha256: Digest; readonly bytes: number }[];
}

/** Who made it, where, when and at what cost. None of it is part of the key. */
export interface Production {
  readonly run: string;
  readonly fov: string | null;
  readonly stepId: string;
  readonly workflow: string | null;
  readonly attempt: number;
  readonly queue: string;
  readonly host: string;
  readonly pid: number;
  readonly fovea: string;
  readonly node: string;
  readonly platform: string;
  readonly plugin: string | null;
  readonly container: string | null;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakRssBytes: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
}
