import type { FinishRequest } from '../../core/protocol.ts';
import type { Engine } from './engine.ts';
import { writeRunReport } from './run-files.ts';

/** Writes down how a run ended. */
export async function finishActivity({ store }: Engine, request: FinishRequest): Promise<void> {
  await writeRunReport(store, { ...request, finishedAt: new Date().toISOString() });
}
