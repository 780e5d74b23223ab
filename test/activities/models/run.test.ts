import { readCatalogue } from '../../../activities/models/catalogue.ts';
import { createModels } from '../../../activities/models/models.ts';
import { createSessions } from '../../../activities/models/sessions.ts';
import type { Tensor } from '../../../core/step.ts';
import { CPU_RUNTIME, mesmerRecord, openModel, writeModels } from '../../support/onnx-models.ts';

const SIDE = 256 * 256 * 2;
const image = (batch: number, fill: (i: number) => number = () => 0.25): Tensor => ({
  ...{ dtype: 'float32', dims: [batch, 256, 256, 2] },
  data: Float32Array.from({ length: batch * SIDE }, (_, i) => fill(i)),
});

describe('a model that runs', () => {
  test('gives what its record names, in its shapes', async () => {
    const { handle } = await openModel(mesmerRecord('mesmer-tiny'));
    const input = image(2, (i) => (i % 2 === 0 ? 0.25 : 0.75));
    const before = input.data.slice();
    const outputs = await handle.run({ image: input });
    expect(Object.keys(outputs)).toEqual(['semantic_0', 'semantic_1', 'semantic_2', 'semantic_3']);
    expect(outputs['semantic_1']!.dims).toEqual([2, 256, 256, 3]);
    expect([...outputs['semantic_0']!.data.slice(0, 2)]).toEqual([0.75, 0.75]);
    expect([...outputs['semantic_3']!.data.slice(0, 3)]).toEqual([0, 0.25, 0.75]);
    expect(input.data).toEqual(before);
  });

  test.each<[string, Record<string, Tensor>, string]>([
    ['no input', {}, 'input "image" is missing'],
    [
      'another length',
      { image: { ...image(1), dims: [1, 2, 256, 256] } as Tensor },
      'is [1, 2, 256, 256], wanted [batch, 256, 256, 2]',
    ],
    [
      'too few values',
      { image: { dtype: 'float32', dims: [1, 256, 256, 2], data: new Float32Array(3) } },
      'has 3 values for [1, 256, 256, 2]',
    ],
    [
      'another type',
      { image: { dtype: 'int32', dims: [1, 256, 256, 2], data: new Int32Array(SIDE) } },
      'is int32, wanted float32',
    ],
    ['one input too many', { image: image(1), mask: image(1) }, 'it has no input "mask"'],
  ])('refuses %s', async (_, feeds, message) => {
    const { handle } = await openModel(mesmerRecord('mesmer-tiny'));
    await expect(handle.run(feeds)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining(message) as string,
    });
  });

  test('NaN from it is an error that names the output, to be tried once more', async () => {
    const { handle } = await openModel(mesmerRecord('mesmer-nan'));
    await handle.run({ image: image(1) });
    await expect(handle.run({ image: image(1, (i) => (i === 8 ? 0.95 : 0.1)) })).rejects.toMatchObject({
      ...{ code: 'MODEL_FAILED', retryable: true },
      message: expect.stringContaining('model tiny yielded NaN in output "semantic_2" at index 4') as string,
    });
  });
});

describe('a record that the file contradicts', () => {
  test.each<[string, string, Record<string, unknown>, string[]]>([
    [
      'another signature',
      'mesmer-torch',
      { ...mesmerRecord('mesmer-tiny'), ...pick(mesmerRecord('mesmer-torch'), 'file', 'sha256', 'bytes') },
      [
        'input "image" is [batch, 256, 256, 2] in the record and [batch, 2, 256, 256] in the file',
        'the record has the output "semantic_0", the file has "maps"',
      ],
    ],
    [
      'outputs exchanged',
      'mesmer-shuffled',
      mesmerRecord('mesmer-shuffled'),
      ['fovea.outputs = "semantic_0=nucleus-distance', 'the record "semantic_0=cell-distance'],
    ],
    [
      'another type',
      'mesmer-tiny',
      mesmerRecord('mesmer-tiny', {
        inputs: [{ name: 'image', dtype: 'uint8', shape: ['batch', 256, 256, 2], channels: ['nuclear', 'membrane'] }],
      }),
      ['input "image" is uint8 in the record and float32 in the file'],
    ],
  ])('%s (%s): both sides are named', async (_title, _graph, record, messages) => {
    const { handle } = await openModel(record);
    const dtype = (record['inputs'] as { dtype?: string }[])[0]!.dtype;
    const feed: Tensor =
      dtype === 'uint8' ? { dtype: 'uint8', dims: [1, 256, 256, 2], data: new Uint8Array(SIDE) } : image(1);
    const failure = await handle.run({ image: feed }).then(
      () => null,
      (err: unknown) => err as { code: string; message: string },
    );
    expect(failure?.code).toBe('MODEL_MISMATCH');
    for (const message of messages) expect(failure?.message).toContain(message);
  });
});

function pick(record: Record<string, unknown>, ...keys: string[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, record[key]]));
}

describe('sessions', () => {
  test('are opened once, and the oldest closed when memory is short', async () => {
    const file = writeModels({ a: mesmerRecord('mesmer-tiny'), b: mesmerRecord('mesmer-torch') });
    const { byName } = await readCatalogue([file]);
    const [a, b] = [byName.get('a')!, byName.get('b')!];
    const roomy = createSessions({ runtime: CPU_RUNTIME, threads: 1, memoryBytes: 4 * 2 ** 30 });
    const first = await roomy.get(a);
    await roomy.get(b);
    expect(await roomy.get(a)).toBe(first);
    const tight = createSessions({ runtime: CPU_RUNTIME, threads: 1, memoryBytes: 2 ** 30 });
    const before = await tight.get(a);
    await tight.get(b);
    expect(await tight.get(a)).not.toBe(before);
  });

  test('an unknown provider is told by its name', async () => {
    const { byName } = await readCatalogue([writeModels({ a: mesmerRecord('mesmer-tiny') })]);
    const runtime = CPU_RUNTIME.replace('-cpu', '-quantum');
    const sessions = createSessions({ runtime, threads: 1, memoryBytes: 2 ** 30 });
    await expect(sessions.get(byName.get('a')!)).rejects.toMatchObject({
      code: 'MODEL_MISMATCH',
      message: expect.stringContaining(`cannot be loaded by ${runtime}`) as string,
    });
  });
});

test('a plan with a model that this worker does not know may find another worker', async () => {
  const models = createModels({ modelFiles: [writeModels({})], runtime: CPU_RUNTIME, threads: 1, memoryBytes: 1 });
  await expect(models.handles({ net: 'ab'.repeat(32) })).rejects.toMatchObject({
    code: 'WRONG_VERSION',
    retryable: true,
  });
  expect(await models.handles({})).toEqual({});
});
