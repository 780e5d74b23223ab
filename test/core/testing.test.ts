import { z } from 'zod';
import { defineStep } from '../../core/step.ts';
import type { AnyStep } from '../../core/step.ts';
import { gathered, testContext, testStep } from '../../core/testing.ts';
import type { Labels } from '../../kernels/image.ts';

const labels = (...ids: number[]): Labels => ({ height: 1, width: ids.length, mpp: 0.5, data: Int32Array.from(ids) });

const relabel = defineStep({
  ...{ name: 'relabel', version: 1, summary: 'Shift ids.', scope: 'fov' },
  params: z.strictObject({ by: z.int().default(1) }),
  inputs: { labels: 'Labels', like: { optional: 'Image' } },
  outputs: { labels: 'Labels' },
  run: ({ labels: value }, { by }) => ({ labels: { ...value, data: value.data.map((id) => id && id + by) } }),
});

const count = defineStep({
  ...{ name: 'count', version: 1, summary: 'Count fields of view.', scope: 'cohort' },
  params: z.strictObject({}),
  inputs: { labels: 'Labels' },
  outputs: { table: 'Table' },
  run: async ({ labels: all }) => {
    const sizes: number[] = [];
    for await (const { value } of all) sizes.push(value.data.length);
    const values = Int32Array.from(sizes);
    return { table: { rows: all.size, columns: [{ name: 'pixels', values, unit: 'px', measure: null }] } };
  },
});

testStep(relabel, [
  { name: 'by default', inputs: { labels: labels(0, 1, 5), like: undefined } },
  { name: 'by two', inputs: { labels: labels(0, 1, 5), like: undefined }, params: { by: 2 } },
]);
testStep(count, [
  {
    name: 'two fields',
    inputs: {
      labels: gathered([
        { fov: 'a', value: labels(1) },
        { fov: 'b', value: labels(0, 1) },
      ]),
    },
  },
]);

/** Runs the suite of a step and returns what failed, by title. */
async function failures(step: AnyStep, ctx = {}): Promise<Record<string, string>> {
  const tests: [string, () => Promise<void>][] = [];
  const runner = {
    describe: (_title: string, body: () => void) => body(),
    test: (title: string, body: () => Promise<void>) => tests.push([title, body]),
  };
  testStep(step, [{ name: 'c', inputs: { labels: labels(0, 1, 2) }, ctx }], runner);
  const failed: Record<string, string> = {};
  for (const [title, body] of tests) {
    await body().catch((err: unknown) => {
      failed[title.replace(/^c: /, '')] = (err as Error).message.split('\n')[0]!;
    });
  }
  return failed;
}

const broken = (change: object): AnyStep => ({ ...relabel, ...change }) as AnyStep;

describe('testStep catches', () => {
  test('nothing in a good step', async () => {
    expect(await failures(relabel as AnyStep)).toEqual({});
  });

  test('malformed declarations', async () => {
    expect(await failures(broken({ version: 0 }))).toEqual({
      'is well declared': 'version must be a whole number from 1, found 0',
    });
  });

  test('outputs that do not match the ports', async () => {
    const outputs = (returned: unknown): Promise<Record<string, string>> => failures(broken({ run: () => returned }));
    expect(await outputs({ labels: labels(0, -1) })).toMatchObject({
      'outputs match the declared ports': 'output "labels": labels hold -1 at y 0, x 1; wanted ids from 0 (background)',
    });
    expect(await outputs({ cells: labels(1), labels: labels(1) })).toEqual({
      'outputs match the declared ports': 'output "cells" is not declared',
    });
    expect(await outputs({})).toMatchObject({ 'outputs match the declared ports': 'output "labels" is missing' });
  });

  test('results that change from run to run', async () => {
    let runs = 0;
    const step = broken({ run: () => ({ labels: labels(++runs) }) });
    expect(await failures(step)).toEqual({ 'the same inputs give the same digests twice': 'two runs differ:' });
  });

  test('changed inputs', async () => {
    const run = ({ labels: value }: { labels: Labels }): object => {
      value.data[0]! += 1;
      return { labels: labels(1) };
    };
    expect(await failures(broken({ run }))).toEqual({ 'inputs are not mutated': 'the step changed its inputs:' });
  });

  test('a cancelled step that fails with anything but CANCELLED or an abort', async () => {
    const run = (_inputs: unknown, _params: unknown, { signal }: { signal: AbortSignal }): Promise<object> =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('exit code 143')));
        setTimeout(() => resolve({ labels: labels(1) }), 5);
      });
    expect(await failures(broken({ run }))).toEqual({ 'cancellation ends it': 'exit code 143' });
    const ends = broken({
      run: (inputs: unknown, params: unknown, ctx: { signal: AbortSignal }) =>
        run(inputs, params, ctx).catch(() => Promise.reject(ctx.signal.reason as Error)),
    });
    expect(await failures(ends)).toEqual({});
  });

  test('params that fail without naming a parameter', async () => {
    const params = z.strictObject({ by: z.int().optional() }).refine(() => false, 'no');
    expect(await failures(broken({ params }))).toMatchObject({
      'params parse from {} or say what is missing': 'an issue of params names no parameter: "no"',
    });
  });
});

test('a test context refuses what it was not given', () => {
  expect(() => testContext().exec(['ls'])).toThrow('the step uses ctx.exec; give its case a ctx that has it');
  expect(() => testContext().scratch.read('x', 'Image')).toThrow('the step uses ctx.scratch;');
  expect(testContext({ fov: null }).fov).toBeNull();
});
