/** A Temporal server that answers. */
export interface ServerHandle {
  /** `host:port` of the gRPC frontend. */
  readonly address: string;
  readonly namespace: string;
  /** Temporal's own web page; null when it is not known (a cluster). */
  readonly ui: string | null;
  readonly kind: 'external' | 'embedded';
  /** The embedded server's process. */
  readonly pid: number | null;
  /** Whether this very call started it. */
  readonly startedHere: boolean;
  /** `1.31.2`; null when the server does not tell. */
  readonly version: string | null;
}
