/** The Temporal server that runs use: a cluster by address, or one that Fovea runs itself. */
export { connectionOptions } from './external.ts';
export { ensureServer, serverStatus, stopServer } from './server.ts';
export { findTemporal } from './supply.ts';
export { holdServer } from './users.ts';
export { NAMESPACE, RETENTION_DAYS, SEARCH_ATTRIBUTES } from './prepare.ts';
export type { EnsureServerOptions, ServerStatus, StopResult } from './server.ts';
export type { FindTemporalOptions, FoundTemporal } from './supply.ts';
export type { ReleaseServer } from './users.ts';
export type { ServerConnection } from './external.ts';
export type { ServerHandle } from './handle.ts';
