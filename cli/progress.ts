import { SingleBar } from 'cli-progress';
import type { RunCounts } from '../core/protocol.ts';

export interface Progress {
  update(counts: RunCounts): void;
  done(): void;
}

/** A bar on a terminal; without one, a plain line whenever the numbers have moved by a tenth or ten seconds have passed. */
export function createProgress(total: number, quiet: boolean, stream: NodeJS.WriteStream = process.stderr): Progress {
  if (quiet) return { update: () => undefined, done: () => undefined };
  if (stream.isTTY) {
    const bar = new SingleBar({
      stream,
      format: '{bar} {value}/{total} fields of view, {failed} failed, {duration_formatted}',
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: 30,
      hideCursor: true,
      clearOnComplete: false,
      etaBuffer: 1,
    });
    bar.start(total, 0, { failed: 0 });
    return {
      update: ({ done, failed }) => bar.update(done, { failed }),
      done: () => bar.stop(),
    };
  }
  let said = -1;
  let saidAt = 0;
  return {
    update({ done, failed, fovs }) {
      const tenth = Math.max(1, Math.floor(fovs / 10));
      const due = done - said >= tenth || (done !== said && (done === fovs || Date.now() - saidAt > 10_000));
      if (!due) return;
      [said, saidAt] = [done, Date.now()];
      stream.write(`${done}/${fovs} fields of view, ${failed} failed\n`);
    },
    done: () => undefined,
  };
}
