import type { ArtifactRef, Digest, Kind } from './artifact.ts';
import type { Scope } from './step.ts';

/** The compiled pipeline: plain JSON, complete, hashed. It is the workflow's argument, so it must stay small. */
export interface Plan {
  readonly schema: 1;
  readonly pipeline: string;
  /** Digest of everything below but the pipeline's name. */
  readonly digest: Digest;
  readonly source: SourcePlan;
  readonly stages: readonly Stage[];
  /** Published name → `stepId.port` or `source.port`. */
  readonly publish: Readonly<Record<string, PublishedPort>>;
  readonly onFailure: 'skip' | 'fail';
}

export interface SourcePlan {
  /** Version of the readers; part of every ingest key. */
  readonly version: number;
  readonly ports: Readonly<Record<string, Kind>>;
  /** Files by glob, or the samplesheet; relative paths are relative to the pipeline file. */
  readonly samplesheet: string | null;
  readonly glob: string | null;
  readonly mpp: number | null;
  readonly panel: string | null;
  /** Port → pattern of its label files, relative as the images are; absent where none are read. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface PublishedPort {
  readonly from: string;
  readonly kind: Kind;
  readonly scope: Scope;
}

/** A maximal run of steps of one scope. Stages run one after another; the steps of a stage as soon as inputs exist. */
export interface Stage {
  readonly scope: Scope;
  readonly steps: readonly PlannedStep[];
}

export interface PlannedStep {
  /** The author's name for it, unique in the pipeline. */
  readonly id: string;
  readonly step: string;
  readonly version: number;
  readonly params: unknown;
  /** Port → one reference (`stepId.port`) or, for `many` ports, a list of them. Unwired optional ports are absent. */
  readonly inputs: Readonly<Record<string, string | readonly string[]>>;
  readonly outputs: Readonly<Record<string, Kind>>;
  /** Slot → digest of the model: its file and what its step reads of the record. */
  readonly models: Readonly<Record<string, Digest>>;
  /** Extra key ingredients the step declares for these params. */
  readonly identity: Readonly<Record<string, unknown>>;
  /** Inference runtime and version, or `js`; part of the key. */
  readonly runtime: string;
  /** Queues that suffice, smallest first: the next one is tried after an out-of-memory kill. */
  readonly queues: readonly string[];
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly keep: boolean;
  readonly timeoutMs: number;
  /** Attempts in all, the first included. */
  readonly attempts: number;
}

/** Port → the artifact wired to it; a list for `many`; a manifest digest for a gathered port of a cohort step. */
export type BoundInputs = Readonly<Record<string, ArtifactRef | readonly ArtifactRef[]>>;

/** What a finished step yields: one ref per output port. */
export type StepOutputs = Readonly<Record<string, ArtifactRef>>;
