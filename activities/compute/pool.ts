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
 * touched it, where its decoded artifacts are still in memory. A busy child is not waited for while another is free; when
 * one becomes free, tasks of its own fields of view go first, so that what was begun is finished where it lies.
 */
export interface Pool {
  run<T extends Task>(task: T, options: RunOptions): Promise<Finished<T['kind']>>;
  /** Process ids of the living children. */
  pids(): number[];
  close(): Promise<void>;
}

/** Fields of view whose child is remembered: more than are in flight on one machine. */
const HOMES_KEPT = 1000;

export function createPool({ size = availableParallelism(), ...options }: PoolOptions): Pool {
  const slots = Array.from({ length: size }, (_, index) => createSlot({ ...options, name: `compute-${index}` }));
  const free = new Set<Slot>(slots);
  const waiting: { readonly fov: string | null; readonly granted: (slot: Slot) => void }[] = [];
  const homes = new Map<string, Slot>();
  let closed = false;

  const take = (fov: string | null): Promise<Slot> => {
    const home = fov === null ? undefined : homes.get(fov);
    const chosen = home !== undefined && free.has(home) ? home : [...free].sort((a, b) => a.usedAt - b.usedAt)[0];
    if (chosen === undefined) return new Promise((granted) => waiting.push({ fov, granted }));
    free.delete(chosen);
    return Promise.resolve(chosen);
  };

  const settle = (fov: string, slot: Slot): void => {
    homes.delete(fov);
    homes.set(fov, slot);
    if (homes.size > HOMES_KEPT) homes.delete(homes.keys().next().value as string);
  };

  const giveBack = (slot: Slot): void => {
    const own = waiting.findIndex(({ fov }) => fov !== null && homes.get(fov) === slot);
    const [next] = waiting.splice(Math.max(own, 0), 1);
    if (next === undefined) free.add(slot);
    else next.granted(slot);
  };

  return {
    async run<T extends Task>(task: T, runOptions: RunOptions) {
      if (closed) throw new FoveaError('CANCELLED', 'the worker is shutting down', { retryable: true });
      const slot = await take(task.fov);
      if (task.fov !== null) settle(task.fov, slot);
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
