// Child processes that run the step, alone or at once.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const CHILD = path.join(import.meta.dirname, 'child.mjs');

/** A process that is ready to run, once. */
async function start(options) {
  const child = fork(CHILD, [JSON.stringify(options)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`bench: the process that runs the step ended with ${code}`);
  });
  ended.catch(() => undefined);
  await Promise.race([once(child, 'message'), ended]);
  return {
    async run() {
      child.send('go');
      const [result] = await Promise.race([once(child, 'message'), ended]);
      if (result.error !== undefined) throw new Error(`bench: ${result.error}`);
      return result;
    },
  };
}

/** Runs the step in as many processes as there are options, all from the same moment on. */
export async function runTogether(all) {
  const children = await Promise.all(all.map(start));
  const started = performance.now();
  const results = await Promise.all(children.map((child) => child.run()));
  return { seconds: (performance.now() - started) / 1000, results };
}

/** Runs the step in one process. */
export const runOnce = async (options) => (await runTogether([options])).results[0];
