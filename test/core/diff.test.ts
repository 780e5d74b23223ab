import { compile } from '../../core/compile.ts';
import { diff } from '../../core/diff.ts';
import type { Plan } from '../../core/plan.ts';
import { createRegistry } from '../../core/registry.ts';
import type { AnyStep } from '../../core/step.ts';
import { fakeEnvironment } from '../support/fake-environment.ts';
import { FAKE_STEPS } from '../support/fake-steps.ts';

const TEXT = `fovea: 1
name: sample
source: { samplesheet: fovs.csv, mpp: 0.5 }
steps:
  small: { use: resample, in: { image: source.image }, with: { mpp: 0.5 } }
  clean: { use: acme/denoise, in: { image: small.image } }
  segment: { use: segment-watershed, in: { image: clean.image } }
  both: { use: merge-labels, in: { members: [segment.cells, segment.nuclei] } }
  types: { use: classify-cells, in: { image: source.image, cells: both.labels }, models: { net: lineage-net-2 } }
  summary: { use: cohort-summary, in: { tables: types.table } }
publish: { table: types.table, summary: summary.table }
`;
const environment = fakeEnvironment();
const plan = (text: string, env = environment): Plan => compile(text, 'x.yaml', env);
const before = plan(TEXT);
const edited = (from: string | RegExp, to: string): Plan => plan(TEXT.replace(from, to));
const told = (after: Plan): string[] =>
  diff(before, after).map(({ id, ingredient, message }) => `${id} ${ingredient}: ${message}`);

describe('diff', () => {
  test('of a plan and itself is empty', () => {
    expect(diff(before, plan(TEXT))).toEqual([]);
  });

  test('ignores names of pipeline and published results, retries, time-outs and queues', () => {
    const text = TEXT.replace('name: sample', 'name: other')
      .replace('clean.image }', 'clean.image }, retry: 9, timeout: 3 h, queue: cpu-large')
      .replace('table: types.table, ', 'cells: types.table, ')
      .replace('queue: cpu-large }', 'queue: cpu-large }');
    expect(told(plan(text))).toEqual([]);
  });

  test('names a parameter and everything that depends on it', () => {
    const after = edited('with: { mpp: 0.5 }', 'with: { mpp: 0.6 }');
    expect(diff(before, after)[0]).toEqual({
      ...{ id: 'small', ingredient: 'params', path: 'params.mpp', before: 0.5, after: 0.6 },
      message: 'params.mpp 0.5 → 0.6',
    });
    expect(told(after).slice(1)).toEqual([
      'clean upstream: because of small',
      'segment upstream: because of small',
      'both upstream: because of small',
      'types upstream: because of small',
      'summary upstream: because of small',
    ]);
  });

  test('names a model, shortened in the sentence only', () => {
    const changes = diff(before, edited('lineage-net-2', 'lineage-net-3'));
    expect(changes.map(({ id, ingredient, path }) => [id, ingredient, path])).toEqual([
      ['types', 'models', 'models.net'],
      ['summary', 'upstream', 'types'],
    ]);
    expect(changes[0]).toMatchObject({ before: 'a'.repeat(64), after: 'b'.repeat(64) });
  });

  test('names the runtime when another queue is asked for', () => {
    const cpu = { name: 'ort', cpus: 4, memoryBytes: 2 ** 34, runtime: 'ort-1.30-cpu', slots: null };
    const after = plan(TEXT, { ...environment, queues: [cpu, ...environment.queues] });
    expect(told(after)).toEqual([
      'types runtime: runtime ort-1.30-cuda → ort-1.30-cpu',
      'summary upstream: because of types',
    ]);
  });

  test('names version and identity', () => {
    const newer = FAKE_STEPS.map((step): AnyStep => {
      if (step.name === 'resample') return { ...step, version: 2 };
      return step.name === 'acme/denoise'
        ? { ...step, identity: () => ({ container: 'sha256:new', tool: '3.1' }) }
        : step;
    });
    const after = plan(TEXT, { ...environment, registry: createRegistry(newer) });
    expect(told(after).slice(0, 4)).toEqual([
      'small version: version 1 → 2',
      expect.stringMatching(/^clean identity: identity\.container sha256:0+… → sha256:new$/) as string,
      'clean identity: identity.tool unset → 3.1',
      'segment upstream: because of small, clean',
    ]);
  });

  test('names a rewired port and the order of a list', () => {
    expect(told(edited('image: clean.image', 'image: small.image')).slice(0, 2)).toEqual([
      'segment inputs: inputs.image clean.image → small.image',
      'both upstream: because of segment',
    ]);
    expect(told(edited('[segment.cells, segment.nuclei]', '[segment.nuclei, segment.cells]'))[0]).toBe(
      'both inputs: inputs.members ["segment.cells","segment.nuclei"] → ["segment.nuclei","segment.cells"]',
    );
  });

  test('names added and removed steps', () => {
    const line = '  clean: { use: acme/denoise, in: { image: small.image } }\n';
    const without = plan(TEXT.replace(line, '').replace('clean.image', 'small.image'));
    expect(told(without)).toEqual([
      'segment inputs: inputs.image clean.image → small.image',
      'both upstream: because of segment',
      'types upstream: because of segment',
      'summary upstream: because of segment',
      'clean removed: clean is gone',
    ]);
    expect(
      diff(without, before)
        .map(({ id, ingredient }) => `${id} ${ingredient}`)
        .slice(0, 2),
    ).toEqual(['clean added', 'segment inputs']);
  });

  test('a step that was only renamed keeps its results', () => {
    expect(told(plan(TEXT.replaceAll('small', 'half')))).toEqual([]);
  });

  test('other images change no result, another pixel size changes all', () => {
    expect(told(edited('fovs.csv', 'more.csv'))).toEqual(['source source: source.samplesheet fovs.csv → more.csv']);
    const changes = told(edited('fovs.csv, mpp: 0.5', 'fovs.csv, mpp: 0.4'));
    expect(changes.slice(0, 2)).toEqual(['source source: source.mpp 0.5 → 0.4', 'small upstream: because of source']);
    expect(changes).toHaveLength(7);
  });
});
