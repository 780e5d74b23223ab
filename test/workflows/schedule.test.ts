import type { ArtifactRef } from '../../core/artifact.ts';
import type { PlannedStep, Stage, StepOutputs } from '../../core/plan.ts';
import { knownFrom, outsideReferences, runStage, type Call } from '../../workflows/schedule.ts';

const step = (id: string, inputs: PlannedStep['inputs']): PlannedStep => ({
  ...{ id, step: id, version: 1, params: {}, inputs, outputs: { out: 'Table' }, models: {}, identity: {} },
  ...{ runtime: 'js', queues: ['cpu'], cpus: 1, memoryBytes: 1, keep: true, timeoutMs: 1, attempts: 1 },
});
const stage = (...steps: PlannedStep[]): Stage => ({ scope: 'fov', steps });
const ref = (digest: string): ArtifactRef => ({ kind: 'Table', digest });
const source = { source: { image: ref('image') } };

/** A call that ends when told to, and remembers in which order steps started. */
function controlled(): { call: Call; started: string[]; end(id: string, err?: Error): Promise<void> } {
  const started: string[] = [];
  const open = new Map<string, { resolve(outputs: StepOutputs): void; reject(err: Error): void }>();
  return {
    started,
    call: ({ id }) => {
      started.push(id);
      return new Promise((resolve, reject) => open.set(id, { resolve, reject }));
    },
    async end(id, err) {
      if (err === undefined) open.get(id)!.resolve({ out: ref(`of ${id}`) });
      else open.get(id)!.reject(err);
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    },
  };
}
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

describe('runStage', () => {
  test('starts a step when its inputs exist, and independent ones at once', async () => {
    const { call, started, end } = controlled();
    const done = runStage(
      stage(
        step('left', { i: 'source.image' }),
        step('right', { i: 'source.image' }),
        step('join', { a: 'left.out', b: 'right.out' }),
      ),
      source,
      call,
    );
    await turns();
    expect(started).toEqual(['left', 'right']);
    await end('right');
    expect(started).toHaveLength(2);
    await end('left');
    expect(started).toEqual(['left', 'right', 'join']);
    await end('join');
    expect(Object.keys(await done).sort()).toEqual(['join', 'left', 'right', 'source']);
  });

  test('binds each port to what its reference produced, a list for a port of many', async () => {
    const seen: unknown[] = [];
    await runStage(
      stage(
        step('a', { i: 'source.image' }),
        step('b', { i: 'source.image' }),
        step('all', { tables: ['b.out', 'a.out'], image: 'source.image' }),
      ),
      source,
      ({ id }, inputs) => {
        seen.push([id, inputs]);
        return Promise.resolve({ out: ref(id) });
      },
    );
    expect(seen.at(-1)).toEqual(['all', { tables: [ref('b'), ref('a')], image: ref('image') }]);
  });

  test('never calls a step that is known, and hands its outputs on', async () => {
    const called: string[] = [];
    const known = { ...source, a: { out: ref('stored') } };
    const outputs = await runStage(
      stage(step('a', { i: 'source.image' }), step('b', { i: 'a.out' })),
      known,
      ({ id }, inputs) => {
        called.push(id);
        expect(inputs).toEqual({ i: ref('stored') });
        return Promise.resolve({ out: ref('new') });
      },
    );
    expect(called).toEqual(['b']);
    expect(outputs['a']).toEqual({ out: ref('stored') });
  });

  test('a failure lets what does not depend on it finish, and is thrown at the end', async () => {
    const { call, started, end } = controlled();
    let settled = '';
    const done = runStage(
      stage(
        step('bad', { i: 'source.image' }),
        step('after', { i: 'bad.out' }),
        step('good', { i: 'source.image' }),
        step('later', { i: 'good.out' }),
      ),
      source,
      call,
    ).then(
      () => (settled = 'ended'),
      (err: Error) => (settled = err.message),
    );
    await turns();
    await end('bad', new Error('refused'));
    expect(settled).toBe('');
    await end('good');
    expect(started).toEqual(['bad', 'good', 'later']);
    await end('later');
    await done;
    expect(settled).toBe('refused');
  });

  test('says which reference nothing produces', async () => {
    await expect(runStage(stage(step('a', { i: 'source.labels' })), source, () => Promise.resolve({}))).rejects.toThrow(
      'nothing has produced "source.labels"',
    );
  });
});

test('what a stage takes from outside is listed once and sorted, and turned back into outputs by step', () => {
  const cohort = stage(step('x', { t: 'b.out', u: ['a.cells', 'b.out'] }), step('y', { t: 'x.out' }));
  expect(outsideReferences(cohort)).toEqual(['a.cells', 'b.out']);
  expect(knownFrom({ 'a.cells': ref('1'), 'a.out': ref('2'), 'b.out': ref('3') })).toEqual({
    a: { cells: ref('1'), out: ref('2') },
    b: { out: ref('3') },
  });
});
