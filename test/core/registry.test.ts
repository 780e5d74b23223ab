import { z } from 'zod';
import { isFoveaError } from '../../core/errors.ts';
import { createRegistry, stepProblems } from '../../core/registry.ts';
import type { AnyStep } from '../../core/step.ts';
import { FAKE_STEPS } from '../support/fake-steps.ts';

const step = (change: object = {}): AnyStep =>
  ({
    ...{ name: 'resample', version: 1, summary: 'Resample.', scope: 'fov', params: z.strictObject({}) },
    ...{ inputs: { image: 'Image' }, outputs: { image: 'Image' }, run: () => ({}) },
    ...change,
  }) as unknown as AnyStep;

describe('createRegistry', () => {
  test('finds steps by name', () => {
    const registry = createRegistry(FAKE_STEPS);
    expect(registry.get('regrid')).toBe(FAKE_STEPS.find(({ name }) => name === 'regrid'));
    expect(registry.get('toString')).toBeUndefined();
    expect(registry.names()).toEqual([...registry.names()].sort());
    expect(registry.all()).toEqual(FAKE_STEPS);
  });

  test('names every malformed step and every name given twice, at once', () => {
    expect.assertions(2);
    try {
      createRegistry([step(), step({ name: 'Resample', version: 0 }), step(), null as unknown as AnyStep]);
    } catch (err) {
      expect(isFoveaError(err, 'PLUGIN')).toBe(true);
      expect((err as Error).message).toBe(`malformed steps:
  step "Resample": name must be verb or verb-method in lower case (scope/verb-method for third parties)
  step "Resample": version must be a whole number from 1, found 0
  step "resample" is registered twice; rename one of them
  step number 4: a step is the object that defineStep returns
correct the declarations`);
    }
  });
});

describe('a step may', () => {
  test.each([
    ['have a scope in its name', { name: '@acme/segment-cells2' }],
    ['take many, optional and no inputs', { inputs: { a: { many: 'Image' }, b: { optional: 'Labels' } } }],
    ['have no inputs', { inputs: {} }],
    ['leave an output out', { outputs: { a: { optional: 'Labels' } } }],
    ['ask for a fraction of a core', { resources: { cpus: 0.5, memory: '512 MiB' } }],
    ['declare the rest', { models: { net: null }, keep: false, identity: () => ({}) }],
  ])('%s', (_name, change) => {
    expect(stepProblems(step(change))).toEqual([]);
  });
});

describe('a step may not', () => {
  test.each<[string, object, string]>([
    ['be named by a path', { name: '../x' }, 'name must be verb or verb-method'],
    ['be named after a prototype', { name: '__proto__' }, 'name must be verb or verb-method'],
    ['have half a version', { version: 1.5 }, 'version must be a whole number from 1, found 1.5'],
    ['go without summary', { summary: ' ' }, 'summary must be one sentence'],
    ['invent a scope', { scope: 'image' }, 'scope must be "fov" or "cohort", found "image"'],
    ['take loose params', { params: z.object({}) }, 'params must be a z.strictObject of zod 4'],
    ['take other params', { params: z.string() }, 'params must be a z.strictObject of zod 4'],
    ['take no schema', { params: undefined }, 'params must be a z.strictObject of zod 4'],
    [
      'invent a kind',
      { inputs: { image: 'Picture' } },
      'inputs.image: "Picture" is neither a kind (Image, Labels, CellTable, Table, Patches) nor { many: kind } or { optional: kind }',
    ],
    ['mix wrappers', { inputs: { image: { many: 'Image', optional: 'Image' } } }, 'inputs.image:'],
    ['yield many', { outputs: { image: { many: 'Image' } } }, 'nor { optional: kind }'],
    ['yield nothing', { outputs: {} }, 'outputs is empty; a step yields something'],
    ['name a port badly', { inputs: { 'a.b': 'Image' } }, 'inputs: "a.b" is no port name'],
    ['have no ports', { inputs: null }, 'inputs must map ports to kinds, found null'],
    [
      'ask for no cores',
      { resources: { cpus: 0, memory: '1 GiB' } },
      'resources.cpus must be a number above 0, found 0',
    ],
    [
      'ask for vague memory',
      { resources: { cpus: 1, memory: 'much' } },
      'resources.memory must be an amount such as "4 GiB", found "much"',
    ],
    ['list slots', { models: ['net'] }, 'models must map slots to the model each uses, or to null'],
    ['name slots badly', { models: { 'a.b': null } }, 'models: "a.b" is no slot name'],
    ['give a slot a number', { models: { net: 2 } }, 'models.net must name a model or be null'],
    ['keep sometimes', { keep: 'no' }, 'keep must be true or false'],
    ['have a constant identity', { identity: {} }, 'identity must be a function of params'],
    ['do nothing', { run: undefined }, 'run must be a function of inputs, params and ctx'],
    ['misspell a member', { resource: {} }, 'unknown member "resource"; did you mean "resources"?'],
  ])('%s', (_name, change, problem) => {
    expect(stepProblems(step(change))).toEqual([expect.stringContaining(problem) as string]);
  });
});
