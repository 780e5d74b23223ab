import { readdirSync, readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { bundlePath } from '../../activities/bundle.ts';

const FOLDER = 'test/histories';
const files = readdirSync(FOLDER).sort();
/** A history and the id of its workflow, which the ids of its children are made of. */
function recorded(file: string): [history: unknown, workflowId: string] {
  const history = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as {
    events: { workflowExecutionStartedEventAttributes: { workflowId: string } }[];
  };
  return [history, history.events[0]!.workflowExecutionStartedEventAttributes.workflowId];
}

beforeAll(() => {
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => undefined),
    telemetryOptions: { logging: { filter: 'OFF', forward: {} } },
  });
});

describe('recorded histories', () => {
  test('cover the shapes a run can take', () => {
    expect(files).toEqual(
      ['cancelled', 'continued-first', 'continued-last', 'failed-fov', 'out-of-memory', 'small']
        .flatMap((name) => (name.startsWith('continued') ? [name] : [name, `${name}-fov`]))
        .map((name) => `${name}.json`)
        .sort(),
    );
    const text = (file: string): string => readFileSync(join(FOLDER, file), 'utf8');
    expect(text('continued-first.json')).toContain('EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW');
    expect(text('cancelled.json')).toContain('EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED');
    expect(text('out-of-memory-fov.json')).toMatch(/"name": "fovea-[0-9a-f]+\/cpu-large"/);
    expect(text('failed-fov-fov.json')).toContain('EVENT_TYPE_ACTIVITY_TASK_FAILED');
  });

  test.each(files)('%s replays on the workflows as they are', async (file) => {
    await Worker.runReplayHistory({ workflowBundle: { codePath: bundlePath } }, ...recorded(file));
  });

  test.each(files)('%s is small and tells nothing of the machine it was recorded on', (file) => {
    expect(statSync(join(FOLDER, file)).size).toBeLessThan(300 * 1024);
    const payloads: string[] = [];
    JSON.parse(readFileSync(join(FOLDER, file), 'utf8'), (key, value: unknown) => {
      if (key === 'data' && typeof value === 'string') payloads.push(Buffer.from(value, 'base64').toString('utf8'));
      if (key === 'identity') expect(value).toBe('fovea');
      return value;
    });
    const text = [readFileSync(join(FOLDER, file), 'utf8'), ...payloads].join('\n');
    for (const word of [hostname(), process.cwd(), '/home/', '/root/']) {
      if (word.length > 3) expect(text).not.toContain(word);
    }
  });
});

test('a change of what a workflow does in which order is found out', async () => {
  const before = readFileSync(bundlePath, 'utf8');
  const code = before.replace(/flow\['fovea\.page'\]\(/, "flow['fovea.gather'](");
  expect(code).not.toBe(before);
  await expect(Worker.runReplayHistory({ workflowBundle: { code } }, ...recorded('small.json'))).rejects.toMatchObject({
    name: 'DeterminismViolationError',
  });
});
