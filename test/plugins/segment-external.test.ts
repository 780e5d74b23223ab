import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { scratchedContext } from '../../activities/compute/context.ts';
import { readImage } from '../../activities/images/index.ts';
import type { StepContext } from '../../core/step.ts';
import { testStep } from '../../core/testing.ts';
import type { Image, Labels } from '../../kernels/image.ts';
import { segmentExternal } from '../../plugins/segment-external/index.ts';
import { settleIds } from '../../plugins/segment-external/settle-labels.ts';
import { until } from '../support/crash.ts';
import { putTiff } from '../support/image-fixtures.ts';

type Params = Parameters<typeof segmentExternal.params.parse>[0];
interface Segmented {
  readonly cells: Labels;
  readonly nuclei?: Labels;
}

const [HEIGHT, WIDTH] = [10, 12];
const SIZE = HEIGHT * WIDTH;
const image: Image = {
  ...{ height: HEIGHT, width: WIDTH, mpp: 0.377, intensity: 'counts' },
  channels: [
    { name: 'DAPI', role: 'nuclear' },
    { name: 'CD45', role: 'membrane' },
    { name: 'CD3', role: null },
  ],
  planes: [1, 2, 3].map((seed) => Uint16Array.from({ length: SIZE }, (_, i) => i * seed)),
};

/** Where tests lay masks; scratch folders are inside. */
const root = mkdtempSync(join(tmpdir(), 'fovea-external-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
afterEach(() => {
  delete process.env['FOVEA_CONTAINER_ENGINE'];
});

let folders = 0;
const newFolder = (): string => join(root, `scratch-${++folders}`);
const contextIn = (folder: string, signal = new AbortController().signal): StepContext =>
  scratchedContext(folder, 'A', signal, () => undefined).ctx;

async function segment(params: object, ctx = contextIn(newFolder())): Promise<Segmented> {
  const parsed = segmentExternal.params.parse({ version: '1', ...params } as Params);
  return (await segmentExternal.run({ image }, parsed, ctx)) as Segmented;
}

/** A mask file of the image's size: `values` first, then 0. */
const mask = (
  name: string,
  values: readonly number[],
  spec: { dtype?: string; height?: number; width?: number; resolution?: readonly [number, number] } = {},
): Promise<string> => {
  const { height = HEIGHT, width = WIDTH, dtype = 'uint16', ...rest } = spec;
  const plane = [...values, ...new Array<number>(height * width - values.length).fill(0)];
  return putTiff(join(root, name), [{ height, width, dtype, values: [plane], ...rest }]);
};
const first = ({ data }: Labels, n: number): number[] => [...data.slice(0, n)];

const good = await mask('good.tif', [0, 9, 9, 4, 70, 70]);

testStep(segmentExternal, [
  {
    name: 'a program that copies a mask',
    inputs: { image },
    params: { argv: ['cp', good, '{cells}'], version: '1' },
    ctx: contextIn(newFolder()),
  },
]);

test("labels come back on the image's grid, with ids 1..n in the order of the program's", async () => {
  const { cells, nuclei } = await segment({ argv: ['cp', good, '{cells}'] });
  expect(cells).toMatchObject({ height: HEIGHT, width: WIDTH, mpp: 0.377 });
  expect(first(cells, 7)).toEqual([0, 2, 2, 1, 3, 3, 0]);
  expect(nuclei).toBeUndefined();
});

test('placeholders stand for paths within words too, other braces are left alone, no shell reads the line', async () => {
  const script =
    "const [from, out, rest] = process.argv.slice(1); require('fs').copyFileSync(from, out.slice('--out='.length));" +
    "require('fs').writeFileSync('rest', rest)";
  const folder = newFolder();
  const argv = [process.execPath, '-e', script, '--', good, '--out={cells}', '{"a": 1} {path} $HOME `id`'];
  await segment({ argv }, contextIn(folder));
  expect(readFileSync(join(folder, 'rest'), 'utf8')).toBe('{"a": 1} {path} $HOME `id`');
});

test('the channels asked for are handed over, in that order and as they are', async () => {
  const folder = newFolder();
  const argv = ['sh', '-c', 'cp "$1" handed.tif && cp "$2" "$3"', 'sh', '{image}', good, '{cells}'];
  await segment({ argv, channels: ['CD3', 'DAPI'] }, contextIn(folder));
  const handed = await readImage({ image: join(folder, 'handed.tif'), mpp: null, forceMpp: false, panel: null });
  expect(handed.image.channels.map(({ name }) => name)).toEqual(['CD3', 'DAPI']);
  expect(handed.image.planes).toEqual([image.planes[2], image.planes[0]]);
  expect(handed.image.mpp).toBe(0.377);
});

test('variables reach the program, and the file it writes may have a name of its own', async () => {
  const argv = ['sh', '-c', 'mkdir -p out && cp "$MASK" out/image_cp_masks.tif'];
  const { cells } = await segment({ argv, env: { MASK: good }, writes: { cells: 'out/image_cp_masks.tif' } });
  expect(first(cells, 4)).toEqual([0, 2, 2, 1]);
});

describe('nuclei', () => {
  const argv = (nuclei: string): string[] => [
    'sh',
    '-c',
    'cp "$1" "$2" && cp "$3" "$4"',
    'sh',
    good,
    '{cells}',
    nuclei,
    '{nuclei}',
  ];
  const writes = { nuclei: 'nuclei.tif' };

  test('are renumbered with their cells; those of no cell follow', async () => {
    const path = await mask('nuclei.tif', [5, 0, 9, 0, 70]);
    const { cells, nuclei } = await segment({ argv: argv(path), writes });
    expect(first(cells, 6)).toEqual([0, 2, 2, 1, 3, 3]);
    expect(first(nuclei!, 6)).toEqual([4, 0, 2, 0, 3, 0]);
  });

  test('of other ids than their cells are refused, or numbered by themselves on request', async () => {
    const path = await mask('own-nuclei.tif', [0, 0, 3, 0, 8]);
    await expect(segment({ argv: argv(path), writes })).rejects.toMatchObject({
      code: 'INVALID_OUTPUT',
      message:
        'nuclei: 2 pixels lie in a cell of another id, the first at y 0, x 2 (nucleus 3, cell 9); let the program number both ' +
        'alike, or set sharedIds: false',
    });
    const { nuclei } = await segment({ argv: argv(path), writes, sharedIds: false });
    expect(first(nuclei!, 6)).toEqual([0, 0, 1, 0, 2, 0]);
  });

  test('ids keep their order and their cells, whatever they are', () => {
    const pixel = fc.record({ cell: fc.nat(9), nucleus: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(pixel, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 999_999 }),
        (pixels, factor) => {
          const labels = (data: Int32Array): Labels => ({ height: 1, width: pixels.length, mpp: 1, data });
          const cells = labels(Int32Array.from(pixels, ({ cell }) => cell * factor));
          const nuclei = labels(Int32Array.from(pixels, ({ cell, nucleus }) => (nucleus ? cell * factor : 0)));
          const out = settleIds(cells, nuclei, true);
          const ids = [...new Set(cells.data)].filter((id) => id > 0).sort((a, b) => a - b);
          expect([...out.cells.data]).toEqual(Array.from(cells.data, (id) => ids.indexOf(id) + 1));
          expect([...out.nuclei!.data]).toEqual(Array.from(nuclei.data, (id) => ids.indexOf(id) + 1));
        },
      ),
    );
  });
});

describe('what a program may write', () => {
  test.each([
    ['uint8', [3, 3, 7]],
    ['int16', [300, 300, 700]],
    ['uint32', [70_000, 70_000, 2_000_000_000]],
  ])('%s labels', async (dtype, values) => {
    const path = await mask(`${dtype}.tif`, values, { dtype });
    expect(first((await segment({ argv: ['cp', path, '{cells}'] })).cells, 4)).toEqual([1, 1, 2, 0]);
  });

  test('labels without objects', async () => {
    const path = await mask('empty.tif', []);
    expect((await segment({ argv: ['cp', path, '{cells}'] })).cells.data.every((id) => id === 0)).toBe(true);
  });

  test("a pixel size of its own does not count on the image's grid, and is logged", async () => {
    const path = await mask('one-micron.tif', [1], { resolution: [10_000, 1] });
    const warned: string[] = [];
    const ctx = contextIn(newFolder());
    const log = { ...ctx.log, warn: (_: object, text: string) => void warned.push(text) };
    const { cells } = await segment({ argv: ['cp', path, '{cells}'] }, { ...ctx, log, scratch: ctx.scratch });
    expect(cells.mpp).toBe(0.377);
    expect(warned).toEqual([
      "cells: the program's file states 1 µm per pixel on the image's own grid; the image's 0.377 µm stands",
    ]);
  });
});

describe('what it may not write', () => {
  const refused = async (params: object): Promise<string> => {
    const err = await segment(params).then(
      () => new Error('nothing was thrown'),
      (thrown: Error) => thrown,
    );
    expect(err).toMatchObject({ code: 'INVALID_OUTPUT', retryable: false });
    return err.message;
  };

  test('nothing at all: its last words are shown', async () => {
    const argv = ['sh', '-c', 'echo "no CUDA device, giving up" >&2'];
    expect(await refused({ argv })).toMatch(
      /^cells: the program left no .*cells\.tif in .*; it was to write a Labels there; the program's last words:\nno CUDA device, giving up$/,
    );
    expect(await refused({ argv: ['true'] })).toMatch(
      /^cells: the program left no .*; it was to write a Labels there$/,
    );
  });

  test('another size than the image has', async () => {
    const path = await mask('small.tif', [1], { height: 9, width: 12 });
    expect(await refused({ argv: ['cp', path, '{cells}'] })).toBe(
      'cells: the program wrote labels of 9×12 pixels, wanted 10×12 (height × width), those of the image it was given; let it write ' +
        'one label per pixel, without cropping or rescaling',
    );
  });

  test.each([
    ['float32', [0.5], 'holds float32 values, expected integer labels; save it as uint32'],
    ['int16', [1, -1], 'holds the label -1, expected 0 to 2147483647; relabel the objects from 1'],
    ['uint32', [3_000_000_000], 'holds the label 3000000000, expected 0 to 2147483647'],
  ])('%s %p', async (dtype, values, message) => {
    const path = await mask(`bad-${dtype}.tif`, values, { dtype });
    expect(await refused({ argv: ['cp', path, '{cells}'] })).toContain(message);
  });

  test('several channels, and what is no image', async () => {
    const plane = new Array<number>(SIZE).fill(1);
    const page = { height: HEIGHT, width: WIDTH, dtype: 'uint8', values: [plane] };
    const two = await putTiff(join(root, 'two.tif'), [page, page]);
    expect(await refused({ argv: ['cp', two, '{cells}'] })).toContain('holds 2 channels, expected one label image');
    expect(await refused({ argv: ['sh', '-c', 'echo text > "$1"', 'sh', '{cells}'] })).toContain('is not a TIFF');
  });
});

describe('a program that goes wrong', () => {
  test('its exit code and last words are shown, and final ones are not tried again', async () => {
    const argv = ['sh', '-c', 'echo "weights are missing" >&2; exit 3'];
    const failure = segment({ argv });
    await expect(failure).rejects.toMatchObject({ code: 'TOOL_FAILED', retryable: true, fields: { exitCode: 3 } });
    await expect(failure).rejects.toThrow('sh failed (exit code 3); its last words:\nweights are missing\n');
    await expect(segment({ argv, finalExitCodes: [3] })).rejects.toMatchObject({ retryable: false });
  });

  test('one that takes too long is ended, with what it has started and its last words', async () => {
    const folder = newFolder();
    const argv = ['sh', '-c', 'echo "downloading weights" >&2; sleep 600 & echo $! > pid; wait'];
    const failure = segment({ argv, timeout: 0.7 }, contextIn(folder));
    await expect(failure).rejects.toMatchObject({ code: 'TIMEOUT', retryable: true });
    await expect(failure).rejects.toThrow(
      'sh ran for more than its limit of 0.7 s and was ended with all that it had started; its last words:\ndownloading weights\n',
    );
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    const status = existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : '';
    expect(status).not.toMatch(/^State:\s+[^Z]/m);
  });

  test('a cancelled run ends it', async () => {
    const [folder, abort] = [newFolder(), new AbortController()];
    const running = segment({ argv: ['sh', '-c', 'echo $$ > pid; exec sleep 600'] }, contextIn(folder, abort.signal));
    running.catch(() => undefined);
    const pid = await until(
      'it runs',
      () => existsSync(join(folder, 'pid')) && readFileSync(join(folder, 'pid'), 'utf8').trim(),
    );
    abort.abort();
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    // Ended is not yet gone: its parent takes note of it a moment later.
    await until('it is gone', () => !existsSync(`/proc/${String(pid)}`));
  });
});

test('a container is run by its digest, which is part of the identity', async () => {
  const container = `registry.example/cellpose@sha256:${'a'.repeat(64)}`;
  const engine = join(root, 'engine');
  writeFileSync(engine, `#!/bin/sh\nprintf '%s\\n' "$@" > called\nfor last; do :; done\ncp "${good}" "$last"\n`);
  chmodSync(engine, 0o755);
  process.env['FOVEA_CONTAINER_ENGINE'] = engine;
  const folder = newFolder();
  const { cells } = await segment({ argv: ['cellpose', '{image}', '{cells}'], container }, contextIn(folder));
  expect(first(cells, 4)).toEqual([0, 2, 2, 1]);
  const called = readFileSync(join(folder, 'called'), 'utf8').trim().split('\n');
  expect(called.slice(called.indexOf(container))).toEqual([
    container,
    'cellpose',
    join(folder, 'image.ome.tif'),
    join(folder, 'cells.tif'),
  ]);
  const identity = (given: object): unknown =>
    segmentExternal.identity!(segmentExternal.params.parse({ argv: ['cellpose'], ...given }));
  expect(identity({ container })).toEqual({ container });
  expect(identity({ container, version: '4.0.1' })).toEqual({ container, version: '4.0.1' });
  expect(identity({ version: '4.0.1' })).toEqual({ program: 'cellpose', version: '4.0.1' });
});

test('channels the image lacks are refused, all at once', async () => {
  await expect(segment({ argv: ['true'], channels: ['DAPl', 'CD45', 'xyz'] })).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message:
      'image has no channel "DAPl" (did you mean "DAPI"?), "xyz" (channels: "DAPI", "CD45", "CD3"); correct with.channels',
  });
});

describe('parameters', () => {
  const issues = (given: object): string[] =>
    (segmentExternal.params.safeParse({ argv: ['x'], version: '1', ...given }).error?.issues ?? []).map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
  const wrongName = 'write a file name that ends in .tif, .tiff or .png, relative to the scratch folder and within it';

  test.each([
    ['an empty command line', { argv: [] }, 'argv: name at least the program'],
    [
      'no version and no container',
      { version: undefined },
      "version: write the program's version, or name a container by digest: another program under the same name would go unnoticed",
    ],
    [
      'a container by tag',
      { container: 'acme/cellpose:latest' },
      'container: name the container by digest, name@sha256:<64 hex>; a tag may mean another image tomorrow',
    ],
    ['a misspelt placeholder', { argv: ['x', '{imgae}'] }, 'argv: {imgae} stands for nothing; did you mean {image}?'],
    ['nuclei without a file', { argv: ['x', '{nuclei}'] }, 'writes.nuclei: argv has {nuclei}, so name the file here'],
    [
      'one file for both',
      { writes: { cells: 'a.tif', nuclei: 'a.tif' } },
      'writes.nuclei: cells and nuclei are one file; name two',
    ],
    ['a path out of the folder', { writes: { cells: '../a.tif' } }, `writes.cells: ${wrongName}`],
    ['an absolute path', { writes: { cells: '/tmp/a.tif' } }, `writes.cells: ${wrongName}`],
    ['a file that cannot be read', { writes: { cells: 'a.npy' } }, `writes.cells: ${wrongName}`],
    [
      'the file it reads',
      { writes: { cells: 'image.ome.tif' } },
      'writes.cells: image.ome.tif is what the program reads; let it write another file',
    ],
    ['a channel twice', { channels: ['A', 'A'] }, 'channels: each channel once'],
  ])('%s', (_, given, message) => {
    expect(issues(given)).toEqual([message]);
  });

  test('braces that are nothing like a placeholder are fine', () => {
    expect(issues({ argv: ['python', '-c', 'print(f"{path}")', '{x}'] })).toEqual([]);
  });
});
