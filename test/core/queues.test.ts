import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isFoveaError } from '../../core/errors.ts';
import { parseModels } from '../../core/models.ts';
import { chooseQueues, parseQueues } from '../../core/queues.ts';

const GIB = 2 ** 30;
const CONFIGS = join(import.meta.dirname, '../../configs');
const messageOf = (read: () => unknown): string => {
  try {
    read();
  } catch (err) {
    if (isFoveaError(err, 'PIPELINE')) return err.message;
    throw err;
  }
  return '';
};

describe('parseQueues', () => {
  test('reads the queues that ship', () => {
    expect(parseQueues(readFileSync(join(CONFIGS, 'queues.yaml'), 'utf8'), 'queues.yaml')).toEqual([
      { name: 'cpu', cpus: 2, memoryBytes: 4 * GIB, runtime: 'js', slots: null },
      { name: 'cpu-large', cpus: 4, memoryBytes: 16 * GIB, runtime: 'js', slots: null },
      { name: 'models', cpus: 2, memoryBytes: 8 * GIB, runtime: 'ort-1.30-cpu', slots: null },
    ]);
  });

  test('reports every problem with its line', () => {
    const text = `- { name: cpu, cpus: 0, memory: 4 GiB }
- name: CPU
  cpus: 2
  memory: much
  slot: 3
`;
    expect(messageOf(() => parseQueues(text, 'queues.yaml'))).toBe(`queues.yaml cannot be used:
  queues.yaml:1 0.cpus: Too small: expected number to be >0; found 0 (SCHEMA)
  queues.yaml:2 1.name: a queue name is a letter a–z followed by up to 39 of a–z, 0–9 and "-"; found "CPU" (SCHEMA)
  queues.yaml:4 1.memory: write an amount such as "4 GiB"; found "much" (SCHEMA)
  queues.yaml:5 1.slot: unknown key "slot"; did you mean "slots"? (UNKNOWN_KEY)`);
  });

  test('refuses names given twice, falling sizes and no memory', () => {
    const text =
      '- { name: a, cpus: 1, memory: 8 GiB }\n- { name: a, cpus: 1, memory: 4 GiB }\n- { name: z, cpus: 1, memory: 0 GiB, runtime: r }\n';
    expect(messageOf(() => parseQueues(text, 'q.yaml'))).toBe(`q.yaml cannot be used:
  q.yaml:1: no queue is named "cpu" with runtime js: it reads the sources and publishes; add it (SCHEMA)
  q.yaml:2 1.memory: "a" (4 GiB) stands after "a" (8 GiB); sort the queues of a runtime from small to large (SCHEMA)
  q.yaml:2 1.name: two queues are named "a"; rename one of them (SCHEMA)
  q.yaml:3 2.memory: a queue offers more than no memory (SCHEMA)`);
    expect(messageOf(() => parseQueues('', 'q.yaml'))).toBe(
      'q.yaml cannot be used:\n  q.yaml:1: expected a list, found null (SCHEMA)',
    );
  });
});

describe('chooseQueues', () => {
  const queues = parseQueues(
    `- { name: cpu, cpus: 2, memory: 4 GiB }
- { name: ort, cpus: 2, memory: 4 GiB, runtime: ort-cpu }
- { name: gpu, cpus: 4, memory: 16 GiB, runtime: ort-cuda }
- { name: cpu-large, cpus: 4, memory: 16 GiB }
- { name: ort-large, cpus: 8, memory: 16 GiB, runtime: ort-cpu }
`,
    'q.yaml',
  );
  const needs = (
    cpus: number,
    gib: number,
    models = false,
  ): { cpus: number; memoryBytes: number; models: boolean } => ({
    ...{ cpus, memoryBytes: gib * GIB, models },
  });

  test.each([
    [needs(1, 2), undefined, { queues: ['cpu', 'cpu-large'], runtime: 'js' }],
    [needs(2, 4), undefined, { queues: ['cpu', 'cpu-large'], runtime: 'js' }],
    [needs(3, 2), undefined, { queues: ['cpu-large'], runtime: 'js' }],
    [needs(1, 2, true), undefined, { queues: ['ort', 'ort-large'], runtime: 'ort-cpu' }],
    [needs(4, 8, true), undefined, { queues: ['gpu'], runtime: 'ort-cuda' }],
    [needs(1, 2, true), 'gpu', { queues: ['gpu'], runtime: 'ort-cuda' }],
    [needs(1, 2), 'cpu-large', { queues: ['cpu-large'], runtime: 'js' }],
    [needs(1, 2), 'gpu', { queues: ['gpu'], runtime: 'js' }],
  ])('%j asking for %s', (wanted, asked, choice) => {
    expect(chooseQueues(wanted, asked, queues)).toEqual(choice);
  });

  test.each([
    [needs(9, 2), undefined, 'no queue suffices: the step needs 9 CPUs and 2 GiB; "cpu" offers 2 CPUs, 4 GiB, js;'],
    [needs(1, 32, true), undefined, 'no queue suffices: the step needs 1 CPU and 32 GiB and an inference runtime;'],
    [
      needs(3, 2),
      'cpu',
      'the step needs 3 CPUs and 2 GiB, "cpu" offers 2 CPUs, 4 GiB, js; name a larger queue or none',
    ],
    [needs(1, 2, true), 'cpu', 'the step needs 1 CPU and 2 GiB and an inference runtime, "cpu" offers'],
    [needs(1, 2), 'cpu-lage', 'there is no queue "cpu-lage"; did you mean "cpu-large"?'],
  ])('%j asking for %s is refused', (wanted, asked, message) => {
    expect(chooseQueues(wanted, asked, queues)).toEqual({ problem: expect.stringContaining(message) as string });
  });
});

describe('parseModels', () => {
  const record = (extra: string): string =>
    `models:\n  net-2:\n    task: segment-mesmer\n    profile: p\n    sha256: ${'0f'.repeat(32)}\n    bytes: 10\n` +
    `    licence: { id: MIT, commercial: true }\n${extra}`;
  const tensors =
    '    inputs: [{ name: x, shape: [batch, 2] }]\n    outputs: [{ name: y, shape: [batch, 1], role: r }]\n';
  const read = (extra: string): ReturnType<typeof parseModels>[string] =>
    parseModels(record(extra), 'models.yaml')['net-2']!;

  test('reads the models that ship', () => {
    const models = parseModels(readFileSync(join(CONFIGS, 'models.yaml'), 'utf8'), 'models.yaml');
    for (const { licence, spec } of Object.values(models)) {
      expect(licence.commercial).toBe(true);
      expect(spec.task).toMatch(/^[a-z-]+$/);
    }
  });

  test('gives what steps read as the spec, and a default to the rest', () => {
    expect(read(`    file: net.onnx\n${tensors}`)).toMatchObject({
      ...{ file: 'net.onnx', sha256: '0f'.repeat(32), bytes: 10, url: null, memory: '1 GiB', metadata: {} },
      licence: { id: 'MIT', commercial: true, accept: false },
      spec: {
        ...{ task: 'segment-mesmer', profile: 'p' },
        inputs: [{ name: 'x', shape: ['batch', 2], dtype: 'float32' }],
        outputs: [{ name: 'y', shape: ['batch', 1], dtype: 'float32', role: 'r' }],
      },
    });
  });

  test('its digest follows the file and what steps read, not where the file lies', () => {
    const { digest } = read(`    file: net.onnx\n${tensors}`);
    expect(read(`    file: elsewhere/net.onnx\n    source: a paper\n${tensors}`).digest).toBe(digest);
    expect(read(`    file: net.onnx\n    mpp: 0.5\n${tensors}`).digest).not.toBe(digest);
    expect(read(`    file: net.onnx\n${tensors.replace('role: r', 'role: s')}`).digest).not.toBe(digest);
  });

  test('reports every problem with its line', () => {
    const text = record(`    file: net.onnx\n    licens: MIT\n${tensors}`).replace(/(0f)+/, 'abc');
    expect(messageOf(() => parseModels(text, 'models.yaml'))).toBe(`models.yaml cannot be used:
  models.yaml:5 models.net-2.sha256: write the SHA-256 of the file: 64 hexadecimal digits in lower case; found "abc" (SCHEMA)
  models.yaml:9 models.net-2.licens: unknown key "licens"; did you mean "licence"? (UNKNOWN_KEY)`);
  });

  test('refuses a model that cannot be had and outputs of one name', () => {
    const doubled = tensors.replace('outputs: [', 'outputs: [{ name: y, shape: [1], role: q }, ');
    expect(messageOf(() => read(doubled))).toBe(`models.yaml cannot be used:
  models.yaml:2 models.net-2: nothing says where the model is; give its file, url or obtain (SCHEMA)
  models.yaml:9 models.net-2.outputs: two outputs are named "y"; each has its own name (SCHEMA)`);
  });
});
