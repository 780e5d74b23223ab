import { join } from 'node:path';
import { readRuns, stateOf } from '../../activities/inspect/runs.ts';
import { openStore, type Store } from '../../activities/store/store.ts';
import { workflowAsker } from '../../cli/ask-workflow.ts';
import { cancelCommand } from '../../cli/cancel.ts';
import { connectTo, type Connected } from '../../cli/connect.ts';
import { projectOf } from '../../cli/project.ts';
import { runCommand } from '../support/run-command.ts';
import { sampleRun, tissuePlan } from '../support/sample-store.ts';
import { describeWithServer, startTestServer, temporaryHome } from '../support/server.ts';

const [LOCAL, DURABLE, DONE] = ['20250301-120000-aaaa', '20250302-120000-bbbb', '20250303-120000-cccc'];
const plan = tissuePlan();

async function sampleRuns(store: Store): Promise<void> {
  await sampleRun(store, { run: LOCAL, plan, rows: [], unfinished: true });
  await sampleRun(store, { run: DURABLE, plan, rows: [], workflow: 'fovea/durable', unfinished: true });
  await sampleRun(store, { run: DONE, plan, rows: [] });
}

describe('without a server', () => {
  let home: string;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ home, remove } = await temporaryHome());
    await sampleRuns(await openStore(join(home, 'store')));
  });
  afterAll(() => remove());
  const cancel = (...args: string[]) => runCommand(cancelCommand(), ...args, '--home', home);

  test('a run that has ended is left as it is', async () => {
    expect(await cancel(DONE)).toMatchObject({ exitCode: 0, stdout: `run ${DONE} has ended already (completed)\n` });
  });

  test('a run in process is stopped where it was started', async () => {
    const { exitCode, error } = await cancel(LOCAL);
    expect(exitCode).toBe(2);
    expect(error!.message).toBe(
      `run ${LOCAL} is carried out without a server; stop it with Ctrl-C where it was started`,
    );
  });

  test('no server is started for it, and nobody is asked', async () => {
    const { exitCode, error } = await cancel(DURABLE);
    expect(exitCode).toBe(5);
    expect(error!.message).toContain('fovea server start');
    const asker = workflowAsker(projectOf({ home }));
    expect(await asker.ask('fovea/durable')).toBeNull();
    await asker.close();
  });
});

await describeWithServer('with a server', () => {
  let server: Awaited<ReturnType<typeof startTestServer>>;
  let connected: Connected;
  let store: Store;
  beforeAll(async () => {
    server = await startTestServer();
    connected = await connectTo(server);
    store = await openStore(join(server.home, 'store'));
    await sampleRuns(store);
  });
  afterAll(async () => {
    await connected.close();
    await server.stop();
  });
  const cancel = (...args: string[]) => runCommand(cancelCommand(), ...args, '--home', server.home);

  test('asks the workflow to stop, and waits for its end if not told otherwise', async () => {
    const unknown = await cancel(DURABLE);
    expect(unknown.exitCode).toBe(2);
    expect(unknown.error!.message).toContain(`the server knows no workflow fovea/durable of run ${DURABLE}`);

    // No worker polls this queue: the request is recorded, and the workflow stays open until it is terminated.
    const handle = await connected.client.workflow.start('pipeline', {
      taskQueue: 'nobody',
      workflowId: 'fovea/durable',
    });
    const { ask, close } = workflowAsker(projectOf({ home: server.home }));
    const [known] = (await readRuns(store)).filter(({ header }) => header.run === DURABLE);
    expect(await stateOf(known!, ask)).toBe('running');
    expect(await ask('fovea/other')).toBe(false);

    expect((await cancel(DURABLE, '--no-wait')).stdout).toBe(`run ${DURABLE} was asked to stop\n`);
    const { events } = await handle.fetchHistory();
    expect(events!.some((event) => event.workflowExecutionCancelRequestedEventAttributes)).toBe(true);

    const waiting = cancel(DURABLE);
    setTimeout(() => void handle.terminate('end of the test'), 600);
    const { stdout, stderr } = await waiting;
    expect(stderr).toContain(`waiting until run ${DURABLE} has ended`);
    expect(stdout).toBe(`run ${DURABLE} has ended (terminated); finished steps are kept\n`);
    expect((await cancel(DURABLE)).stdout).toBe(`run ${DURABLE} has ended already (terminated)\n`);
    expect(await stateOf(known!, ask)).toBe('interrupted');
    await close();
  });
});
