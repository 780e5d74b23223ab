/** `fovea/worker`: what a team needs to mount Fovea on its own Temporal worker, or to run a plan without a server. */
export { createActivities } from './activities.ts';
export { bundlePath, workflowsPath } from './bundle.ts';
export { createEngine, newRunId } from './engine/engine.ts';
export { loadSteps, resolvePlugin } from './load-steps.ts';
export { runLocally } from './local.ts';
export { openStore } from './store/store.ts';
export { temporalActivities } from './temporal.ts';
export { createPools, queuePrefix, startWorker } from './worker.ts';

export type { Activities, Engine, EngineParts, Software } from './engine/engine.ts';
export type { LocalOptions } from './local.ts';
export type { Store } from './store/store.ts';
export type { FoveaWorker, Role, WorkerOptions } from './worker.ts';
