import type { ArtifactRef, Digest } from '../../core/artifact.ts';
import type { ErrorJson } from '../../core/errors.ts';
import type { BoundInputs, PlannedStep, StepOutputs } from '../../core/plan.ts';
import type { SourceRow } from '../images/index.ts';
import type { SourceFacts } from '../store/records.ts';

/** Where one attempt's scratch folder goes; made only when the step asks for it or fails. */
export interface ScratchPlace {
  readonly folder: string;
}

/** Work for a child process. Only names and parameters cross the border; bytes go through the store. */
export type Task =
  | {
      readonly kind: 'step';
      readonly fov: string | null;
      readonly planned: PlannedStep;
      readonly inputs: BoundInputs;
      readonly scratch: ScratchPlace;
    }
  | { readonly kind: 'ingest'; readonly fov: string; readonly row: SourceRow }
  | { readonly kind: 'hash'; readonly fov: string; readonly paths: readonly string[] }
  | {
      readonly kind: 'publish';
      readonly fov: string;
      readonly obs: Readonly<Record<string, string>>;
      readonly refs: Readonly<Record<string, ArtifactRef>>;
      /** Folder that receives `<fov>.zarr`, `<fov>.json` and `<fov>.webp`. */
      readonly folder: string;
      readonly software: string;
    }
  | {
      readonly kind: 'tables';
      readonly fov: null;
      /** A `TablesInput` in the store. */
      readonly input: Digest;
      readonly folder: string;
    };

/** What the cohort's files are written from. */
export interface TablesInput {
  readonly cells: readonly {
    readonly fov: string;
    readonly obs: Readonly<Record<string, string>>;
    readonly ref: ArtifactRef;
  }[];
  readonly tables: Readonly<Record<string, ArtifactRef>>;
}

/** What is said of one field of view beside its zarr, in `<fov>.json`. Null where nothing of that kind is published. */
export interface FovFacts {
  readonly fov: string;
  readonly cells: number | null;
  readonly medianAreaUm2: number | null;
  /** Distinct cell types but `Unknown`; null without a column `cell_type`. */
  readonly types: number | null;
  readonly areaMm2: number | null;
  readonly height: number | null;
  readonly width: number | null;
  readonly mpp: number | null;
  readonly channels: readonly string[];
}

export interface TaskResults {
  step: { outputs: StepOutputs; bytesWritten: number };
  ingest: { outputs: StepOutputs; source: Omit<SourceFacts, 'files'>; warnings: readonly string[] };
  hash: { digests: readonly { path: string; sha256: Digest; bytes: number }[] };
  publish: FovFacts;
  /** `plots` is a list of `Plot` in the store. */
  tables: { rows: number; plots: Digest };
}

export type TaskKind = Task['kind'];

/** What a task cost, measured in the child. */
export interface TaskCost {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakRssBytes: number;
}

/** How a compute process runs models. */
export interface Inference {
  /** Models files, the later laid over the earlier. */
  readonly modelFiles: readonly string[];
  /** Of the process's queue. */
  readonly runtime: string;
  readonly threads: number;
  /** What sessions may take together. */
  readonly memoryBytes: number;
}

/** Parent → child. */
export type ToChild =
  | {
      readonly type: 'start';
      readonly storeRoot: string;
      readonly stepModules: readonly string[];
      readonly cacheBytes: number;
      readonly inference: Inference;
    }
  | { readonly type: 'run'; readonly id: number; readonly task: Task }
  | { readonly type: 'cancel'; readonly id: number };

/** Child → parent. */
export type FromChild =
  | { readonly type: 'ready' }
  | { readonly type: 'broken'; readonly error: ErrorJson }
  | { readonly type: 'progress'; readonly id: number; readonly done: number; readonly total: number }
  | { readonly type: 'done'; readonly id: number; readonly result: TaskResults[TaskKind]; readonly cost: TaskCost }
  | { readonly type: 'failed'; readonly id: number; readonly error: ErrorJson; readonly cost: TaskCost };

export interface RunOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface Finished<K extends TaskKind> {
  readonly result: TaskResults[K];
  readonly cost: TaskCost;
  readonly pid: number;
}
