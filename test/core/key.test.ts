import { createHash } from 'node:crypto';
import { explainChange, keyIngredients, stepKey } from '../../core/key.ts';
import type { Ingredients } from '../../core/key.ts';
import type { PlannedStep } from '../../core/plan.ts';

const digest = (letter: string): string => letter.repeat(64);
const base: Ingredients = {
  ...{ step: 'resample', version: 1, params: { mpp: 0.5, method: 'bilinear' } },
  inputs: { image: digest('a'), members: [digest('b'), digest('c')] },
  ...{ models: { net: digest('d') }, runtime: 'js', identity: { container: 'x' } },
};

describe('stepKey', () => {
  test('is SHA-256 of the tag and the canonical ingredients, computed here by hand', () => {
    const plain = { ...base, inputs: { image: digest('a') }, models: {}, identity: {} };
    const json =
      `{"identity":{},"inputs":{"image":"${digest('a')}"},"models":{},` +
      `"params":{"method":"bilinear","mpp":0.5},"runtime":"js","step":"resample","version":1}`;
    expect(stepKey(plain)).toBe(createHash('sha256').update(`fovea.step\n${json}`).digest('hex'));
  });

  test('ignores the order of members and whatever is no ingredient', () => {
    const shuffled = { attempt: 3, ...base, params: { method: 'bilinear', mpp: 0.5 } };
    expect(stepKey(shuffled)).toBe(stepKey(base));
  });

  test('changes with every ingredient and with the order of a list', () => {
    const others: Partial<Ingredients>[] = [
      { step: 'regrid' },
      { version: 2 },
      { params: { mpp: 0.6, method: 'bilinear' } },
      { inputs: { ...base.inputs, image: digest('f') } },
      { inputs: { ...base.inputs, members: [digest('c'), digest('b')] } },
      { models: { net: digest('e') } },
      { runtime: 'ort-1.30-cuda' },
      { identity: { container: 'y' } },
    ];
    expect(new Set([base, ...others.map((other) => ({ ...base, ...other }))].map(stepKey)).size).toBe(9);
  });

  test('keyIngredients takes digests of refs and leaves out id, queue, retries and time-out', () => {
    const planned: PlannedStep = {
      ...{
        id: 'small',
        step: 'resample',
        version: 1,
        params: base.params,
        models: base.models,
        identity: base.identity,
      },
      ...{ inputs: { image: 'source.image', members: ['a.x', 'b.x'] }, outputs: { image: 'Image' }, runtime: 'js' },
      ...{ queues: ['cpu'], cpus: 1, memoryBytes: 1, keep: true, timeoutMs: 1, attempts: 3 },
    };
    const ref = (letter: string): { kind: 'Image'; digest: string } => ({ kind: 'Image', digest: digest(letter) });
    expect(keyIngredients(planned, { image: ref('a'), members: [ref('b'), ref('c')] })).toEqual(base);
  });
});

describe('explainChange', () => {
  test('says nothing about equal ingredients', () => {
    expect(explainChange(base, { ...base })).toEqual([]);
  });

  test.each<[string, Partial<Ingredients>, string[]]>([
    ['params', { params: { mpp: 0.6, method: 'bilinear' } }, ['params.mpp 0.5 → 0.6']],
    [
      'new params',
      { params: { mpp: 0.5, nuclear: ['DAPI'] } },
      ['params.method bilinear → unset', 'params.nuclear unset → ["DAPI"]'],
    ],
    ['version', { version: 2 }, ['version 1 → 2']],
    ['input', { inputs: { ...base.inputs, image: digest('f') } }, ['input image changed']],
    ['member', { inputs: { ...base.inputs, members: [digest('b'), digest('e')] } }, ['input members[1] changed']],
    ['members', { inputs: { ...base.inputs, members: [digest('b')] } }, ['input members 2 → 1 members']],
    [
      'order',
      { inputs: { ...base.inputs, members: [digest('c'), digest('b')] } },
      ['input members is in another order'],
    ],
    [
      'wires',
      { inputs: { image: digest('a'), like: digest('b') } },
      ['input like is now wired', 'input members is no longer wired'],
    ],
    ['models', { models: { net: digest('e') } }, ['models.net dddddddddddd → eeeeeeeeeeee']],
    ['runtime', { runtime: 'ort-1.30-cuda' }, ['runtime js → ort-1.30-cuda']],
    ['identity', { identity: {} }, ['identity.container x → unset']],
    ['all', { step: 'regrid', version: 3 }, ['step resample → regrid', 'version 1 → 3']],
  ])('%s', (_name, change, sentences) => {
    expect(explainChange(base, { ...base, ...change })).toEqual(sentences);
  });
});
