import type { z } from 'zod';
import type { Kind, Kinds } from './artifact.ts';
import type { ModelSpec } from './models.ts';

/** What a port carries: one artifact, a list of them, or one that may be left unwired. */
export type PortSpec = Kind | { readonly many: Kind } | { readonly optional: Kind };
export type Ports = Readonly<Record<string, PortSpec>>;

/** One port of a cohort step: every field of view's artifact, streamed, sorted by fov. */
export interface Gathered<T> {
  readonly size: number;
  [Symbol.asyncIterator](): AsyncIterator<{ readonly fov: string; readonly value: T }>;
}

type FovInput<S extends PortSpec> = S extends Kind
  ? Kinds[S]
  : S extends { many: infer K extends Kind }
    ? readonly Kinds[K][]
    : S extends { optional: infer K extends Kind }
      ? Kinds[K] | undefined
      : never;

type CohortInput<S extends PortSpec> = S extends Kind
  ? Gathered<Kinds[S]>
  : S extends { many: infer K extends Kind }
    ? readonly Gathered<Kinds[K]>[]
    : S extends { optional: infer K extends Kind }
      ? Gathered<Kinds[K]> | undefined
      : never;

export type Scope = 'fov' | 'cohort';

export type Inputs<P extends Ports, S extends Scope> = {
  readonly [K in keyof P]: S extends 'cohort' ? CohortInput<P[K]> : FovInput<P[K]>;
};

export type Outputs<P extends Ports> = {
  readonly [K in keyof P as P[K] extends { optional: Kind } ? never : K]: P[K] extends Kind ? Kinds[P[K]] : never;
} & {
  readonly [K in keyof P as P[K] extends { optional: Kind } ? K : never]?:
    (P[K] extends { optional: infer O extends Kind } ? Kinds[O] : never) | undefined;
};

export interface ExecOptions {
  /** Working folder; the step's scratch folder by default. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that a retry cannot cure. */
  readonly finalExitCodes?: readonly number[];
  /** Run inside this container image, named by digest. */
  readonly container?: string;
  /** Time after which the program and all that it has started are ended: TIMEOUT, with its last words. No limit when absent. */
  readonly timeoutMs?: number;
}

export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** A model's input or output: row-major values of the given lengths. */
export type Tensor =
  | { readonly dtype: 'float32'; readonly dims: readonly number[]; readonly data: Float32Array }
  | { readonly dtype: 'uint8' | 'bool'; readonly dims: readonly number[]; readonly data: Uint8Array }
  | { readonly dtype: 'int32'; readonly dims: readonly number[]; readonly data: Int32Array }
  | { readonly dtype: 'int64'; readonly dims: readonly number[]; readonly data: BigInt64Array };

export interface ModelHandle {
  /** The model's name in the models file. */
  readonly name: string;
  readonly spec: ModelSpec;
  /**
   * Runs the model. Feeds are checked against the record and never changed; outputs come by the names of the record and
   * hold no NaN. Throws INVALID_INPUT for feeds that do not fit, MODEL_MISMATCH where the file is not what its record
   * says, and MODEL_FAILED (retryable) where the runtime fails or yields NaN.
   */
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
}

/** Files of a step's artifacts, for steps that wrap external programs. */
export interface Scratch {
  /** An empty folder of this attempt; kept when the step fails, removed when it succeeds. */
  readonly dir: string;
  /** Writes a value as a file a foreign program can read (Image, Labels: OME-TIFF; tables: CSV). Returns its path. */
  write<K extends Kind>(name: string, kind: K, value: Kinds[K]): Promise<string>;
  /**
   * Reads a file back as a value of `kind`. Where an image or labels file states no pixel size, it has that of the last
   * image or labels written.
   */
  read<K extends Kind>(path: string, kind: K): Promise<Kinds[K]>;
}

/** Everything a step may touch of the world. Seven members; an eighth needs an ADR. */
export interface StepContext {
  /** The field of view's id, or null in a cohort step. For messages only: it is not part of the cache key. */
  readonly fov: string | null;
  readonly models: Readonly<Record<string, ModelHandle>>;
  exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  readonly scratch: Scratch;
  progress(done: number, total: number): void;
  readonly signal: AbortSignal;
  readonly log: Log;
}

export interface Resources {
  readonly cpus: number;
  /** For example `4 GiB`, `512 MiB`. */
  readonly memory: string;
}

/** A step's declaration. See docs/add-a-step.md. */
export interface Step<
  P extends z.ZodType = z.ZodType,
  I extends Ports = Ports,
  O extends Ports = Ports,
  S extends Scope = Scope,
> {
  /** `verb` or `verb-method`; third parties `scope/verb-method`. */
  readonly name: string;
  /** Raised when the same inputs would give other bytes, and only then. */
  readonly version: number;
  readonly summary: string;
  readonly scope: S;
  readonly params: P;
  readonly inputs: I;
  readonly outputs: O;
  /** Slot → the model it uses where the pipeline names none; null where the pipeline must name one. */
  readonly models?: Readonly<Record<string, string | null>>;
  readonly resources?: Resources;
  /** `false`: outputs are digested and recorded, but recomputed rather than stored. */
  readonly keep?: boolean;
  /** Extra ingredients of the cache key, such as a container digest. */
  identity?(params: z.output<P>): Readonly<Record<string, unknown>>;
  run(inputs: Inputs<I, S>, params: z.output<P>, ctx: StepContext): Outputs<O> | Promise<Outputs<O>>;
}

/** Any step, as the registry and the engine see it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyStep = Step<any, any, any, any>;

/** Ties `run` to the declared ports and params at compile time; returns the declaration unchanged. */
export function defineStep<P extends z.ZodType, const I extends Ports, const O extends Ports, S extends Scope>(
  step: Step<P, I, O, S>,
): Step<P, I, O, S> {
  return step;
}

export function portKind(spec: PortSpec): Kind {
  if (typeof spec === 'string') return spec;
  return 'many' in spec ? spec.many : spec.optional;
}
