import type { PanelEntry } from './apply-panel.ts';

/** One field of view to ingest. Plain JSON. */
export interface SourceRow {
  readonly fov: string;
  /** Absolute real path of a file or folder; as written where `problem` says it could not be resolved. */
  readonly image: string;
  /** µm per pixel; null to take the file's. */
  readonly mpp: number | null;
  /** `mpp` stands even where the file contradicts it (written `0.5!`). */
  readonly forceMpp: boolean;
  readonly panel: readonly PanelEntry[] | null;
  /** Port → label image that exists already, its path as `image`; absent where the pipeline reads none. */
  readonly labels?: Readonly<Record<string, string>>;
  /** The sheet's free columns. */
  readonly obs: Readonly<Record<string, string>>;
  /** Why this field of view, and no other, must fail at ingest (INVALID_INPUT); null when nothing is known against it. */
  readonly problem: string | null;
}
