import { availableParallelism } from 'node:os';
import { FoveaError } from '../../core/errors.ts';
import { createSlot, type Slot, type SlotOptions } from './slot.ts';
import type { Finished, RunOptions, Task } from './tasks.ts';

export interface PoolOptions extends Omit<SlotOptions, 'name'> {
  /** Child processes, one task each at a time. */
  readonly size?: number;
}

/**
 * Child processes that do the work a worker's event loop must not do. A field of view stays on the child that last
 * touched it, where its decoded artifacts are still in memory; a busy child is not waited for.
 */
export interface Pool {
  run<T extends Task>(task: T, options: RunOptions): Promise<Finished<T['kind']>>;
  /** Process ids of the living children. */
  pids(): number[];
  close(): Promise<void>;
}

export function createPool({ size = availableParallelism(), ...options }: PoolOptions): Pool {
  const slots = Array.from({ length: size }, (_, index) => createSlot({ ...options, name: `compute-${index}` }));
  const free = new Set<Slot>(slots);
  const waiting: ((slot: Slot) => void)[] = [];
  let closed = false;

  const take = (fov: string | null): Promise<Slot> => {
    const chosen =
      [...free].find((slot) => fov !== null && slot.lastFov === fov) ??
      [...free].sort((a, b) => a.usedAt - b.usedAt)[0];
    if (chosen === undefined) return new Promise((granted) => waiting.push(granted));
    free.delete(chosen);
    return Promise.resolve(chosen);
  };

  const giveBack = (slot: Slot): void => {
    const next = waiting.shift();
    if (next === undefined) free.add(slot);
    else next(slot);
  };

  return {
    async run<T extends Task>(task: T, runOptions: RunOptions) {
      if (closed) throw new FoveaError('CANCELLED', 'the worker is shutting down', { retryable: true });
      const slot = await take(task.fov);
      try {
        if (runOptions.signal.aborted) throw new FoveaError('CANCELLED', 'cancelled before it started');
        return (await slot.run(task, runOptions)) as Finished<T['kind']>;
      } finally {
        giveBack(slot);
      }
    },
    pids: () => slots.flatMap((slot) => slot.pid ?? []),
    async close() {
      closed = true;
      await Promise.all(slots.map((slot) => slot.close()));
    },
  };
}
