/** What workflows and activities say to each other: names, digests and counts, never bytes. Types only. */
import type { ArtifactRef, Digest } from './artifact.ts';
import type { ErrorCode } from './errors.ts';
import type { BoundInputs, Plan, PlannedStep, StepOutputs } from './plan.ts';

/** A run of a plan over a cohort. */
export interface RunRequest {
  /** Names the run's journal and report; made by the client. */
  readonly run: string;
  readonly plan: Plan;
  /** Manifest of the cohort's rows, a value in the store. */
  readonly cohort: Digest;
  readonly fovs: number;
  /** Fields of view per page: one look-up and one continue-as-new decision each. */
  readonly pageSize: number;
  /** Fields of view in flight at once. */
  readonly window: number;
  /** Prefix of the task queues: `<prefix>/flow`, `<prefix>/cpu` … */
  readonly queues: string;
  /** Folder for published revisions, or null to publish nothing. */
  readonly results: string | null;
  /** Events after which the run continues in a new history; 3000 when absent. */
  readonly historyEvents?: number;
}

export interface StepRequest {
  readonly run: string;
  readonly fov: string | null;
  readonly planned: PlannedStep;
  readonly inputs: BoundInputs;
}

export interface IngestRequest {
  readonly run: string;
  readonly fov: string;
  readonly cohort: Digest;
}

export interface PageRequest {
  readonly run: string;
  readonly plan: Plan;
  readonly cohort: Digest;
  readonly stage: number;
  readonly offset: number;
  readonly limit: number;
}

/** The page's fields of view that have work left. `fresh`: nothing of it is known, so no look-up is worth its while. */
export interface Page {
  readonly complete: number;
  readonly todo: readonly { readonly fov: string; readonly fresh: boolean }[];
}

export interface LookupRequest {
  readonly run: string;
  readonly plan: Plan;
  readonly cohort: Digest;
  readonly fov: string;
  readonly stage: number;
}

/** Outputs of finished steps by step id; `source` holds the ingested ports. */
export type Known = Readonly<Record<string, StepOutputs>>;

export interface Failure {
  readonly fov: string | null;
  readonly step: string;
  readonly code: ErrorCode;
  readonly message: string;
}

export interface FovRequest {
  readonly run: string;
  readonly fov: string;
  readonly plan: Plan;
  readonly cohort: Digest;
  readonly stage: number;
  readonly fresh: boolean;
  readonly queues: string;
}

/** A finished field of view: null, or why it failed. Its outputs are in the run's journal. */
export type FovResult = Failure | null;

export interface CollectRequest {
  readonly run: string;
  readonly failures: readonly Failure[];
}

export interface GatherRequest {
  readonly run: string;
  readonly cohort: Digest;
  /** References as in the plan: `stepId.port`. */
  readonly references: readonly string[];
}

/** One manifest per reference, as the ref a cohort step's port is bound to. */
export type Gathers = Readonly<Record<string, ArtifactRef>>;

export interface PublishRequest {
  readonly run: string;
  readonly plan: Plan;
  readonly cohort: Digest;
  readonly results: string;
}

export interface PublishPlan {
  /** The newest revision when it holds exactly this already. */
  readonly unchanged: string | null;
  readonly pages: number;
}

export interface PublishFovsRequest extends PublishRequest {
  readonly page: number;
}

export interface Published {
  readonly revision: string;
  readonly path: string;
  readonly isNew: boolean;
}

export interface FinishRequest {
  readonly run: string;
  readonly status: 'completed' | 'failed' | 'cancelled';
  readonly fovs: number;
  readonly failures: number;
  readonly published: Published | null;
}

export interface RunCounts {
  readonly fovs: number;
  readonly done: number;
  readonly failed: number;
}

export interface RunResult extends RunCounts {
  readonly published: Published | null;
}

/** Every activity a workflow may call, apart from the steps, which are activities under their own names. */
export interface FlowActivities {
  'fovea.page'(request: PageRequest): Promise<Page>;
  'fovea.lookup'(request: LookupRequest): Promise<Known>;
  'fovea.collect'(request: CollectRequest): Promise<void>;
  'fovea.gather'(request: GatherRequest): Promise<Gathers>;
  'fovea.prepare-publish'(request: PublishRequest): Promise<PublishPlan>;
  'fovea.finish'(request: FinishRequest): Promise<void>;
}

export interface ComputeActivities {
  'fovea.ingest'(request: IngestRequest): Promise<StepOutputs>;
  'fovea.publish-fovs'(request: PublishFovsRequest): Promise<void>;
  'fovea.seal'(request: PublishRequest): Promise<Published>;
}
