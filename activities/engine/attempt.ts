/** One attempt of an activity, as Temporal or the local runner presents it. */
export interface Attempt {
  readonly number: number;
  /** Queue the attempt runs on, without the installation's prefix: `cpu`, `flow`. */
  readonly queue: string;
  /** Workflow and its run, `id/runId`; null without a server. */
  readonly workflow: string | null;
  readonly signal: AbortSignal;
  readonly submittedAt: string;
  /** Tells the server that the attempt lives, with its progress. */
  heartbeat(details: unknown): void;
}
