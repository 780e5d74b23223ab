import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { findRun } from '../activities/inspect/runs.ts';
import { holdServer } from '../activities/server/index.ts';
import { readRunReport } from '../activities/engine/run-files.ts';
import { FoveaError } from '../core/errors.ts';
import { connectFor } from './connect.ts';
import { createOutput, examples } from './output.ts';
import { openExistingStore, projectOf, withProjectOptions, type ProjectOptions } from './project.ts';

interface CancelOptions extends ProjectOptions {
  readonly wait: boolean;
}

const ASK_MS = 250;

export function cancelCommand(): Command {
  const command = new Command('cancel')
    .description('stop a run; what it has finished stays in the store')
    .argument('<run>', 'a run, the beginning of its id, or "latest"')
    .option('--no-wait', 'do not wait until it has ended')
    .addHelpText(
      'after',
      examples(
        ['fovea cancel latest', 'stop the newest run and wait for its end'],
        ['fovea cancel 20260301-14 --no-wait', 'only ask it to stop'],
      ),
    );
  return withProjectOptions(command).action(async (text: string, options: CancelOptions) => {
    const out = createOutput(options.json === true);
    const store = await openExistingStore(options);
    const { run, workflow } = await findRun(store, text);
    const report = await readRunReport(store, run);
    if (report !== null) {
      out.line(`run ${run} has ended already (${report.status})`);
      return out.result({ run, status: report.status, cancelled: false });
    }
    if (workflow === null) {
      throw new FoveaError(
        'USAGE',
        `run ${run} is carried out without a server; stop it with Ctrl-C where it was started`,
      );
    }
    // Held, so that the run's own command does not take its server away before this one has seen the end.
    const project = projectOf(options);
    const release = await holdServer(project.home);
    const { client, close } = await connectFor(project).catch(async (err: unknown) => {
      await release();
      throw err;
    });
    try {
      const handle = client.workflow.getHandle(workflow);
      const statusOf = async (): Promise<string> => (await handle.describe()).status.name.toLowerCase();
      let status = await statusOf();
      if (status === 'running') {
        await handle.cancel();
        if (options.wait) {
          out.note(`waiting until run ${run} has ended; Ctrl-C stops the waiting, not the cancelling`);
          while ((status = await statusOf()) === 'running') await sleep(ASK_MS);
        }
        out.line(
          status === 'running'
            ? `run ${run} was asked to stop`
            : `run ${run} has ended (${status}); finished steps are kept`,
        );
        return out.result({ run, status, cancelled: true });
      }
      out.line(`run ${run} has ended already (${status})`);
      return out.result({ run, status, cancelled: false });
    } catch (err) {
      if ((err as { name?: unknown }).name !== 'WorkflowNotFoundError') throw err;
      throw new FoveaError(
        'NOT_FOUND',
        `the server knows no workflow ${workflow} of run ${run}; it was started on another server, or is long gone`,
      );
    } finally {
      await close();
      await release();
    }
  });
}
