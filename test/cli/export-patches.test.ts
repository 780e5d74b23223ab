import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { publishFov } from '../../activities/publish/fov.ts';
import { openArray, readAttributes } from '../../activities/zarr/index.ts';
import { exportCommand } from '../../cli/export/index.ts';
import { testContext } from '../../core/testing.ts';
import type { CellTable, Column } from '../../kernels/image.ts';
import { cutBatch } from '../../kernels/index.ts';
import { cutPatches } from '../../plugins/extract-patches/cut-patches.ts';
import { params } from '../../plugins/extract-patches/params.ts';
import { drawField } from '../support/phenotype-field.ts';
import { describeWithReaders } from '../support/readers.ts';
import { runCommand } from '../support/run-command.ts';

let folder: string;
const at = (...parts: string[]): string => join(folder, ...parts);
const fields = { F1: drawField(70, 90, 0.5), F2: drawField(60, 64, 0.4) };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fovea-export-patches-'));
  for (const [fov, { image, cells, types }] of Object.entries(fields)) {
    const column = (name: string, values: Column['values']): Column => ({ name, values, unit: null, measure: null });
    const ids = Int32Array.from(types, (_, i) => 3 * (i + 1));
    // The last cell has no type.
    const named = types.map((type, i) => (i === types.length - 1 ? '' : type));
    const table: CellTable = { rows: ids.length, columns: [column('cell_id', ids), column('cell_type', named)] };
    await publishFov(at('r0001', 'fovs', `${fov}.zarr`), {
      ...{ fov, obs: {}, software: 'fovea 0.0.0' },
      artifacts: {
        image: { kind: 'Image', value: image },
        cells: { kind: 'Labels', value: cells },
        table: { kind: 'CellTable', value: table },
      },
    });
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (...args: string[]) => runCommand(exportCommand(), 'patches', ...args);
const expected = (fov: keyof typeof fields, profile: 'dct-2026-resmlp' | 'dct-2025-clip') =>
  cutPatches(fields[fov].image, fields[fov].cells, params.parse({ profile }), testContext());

test('writes planes and labels once per field of view, with types and a reader', async () => {
  const { stdout, error, exitCode } = await run(at('r0001'), '--out', at('out'));
  expect([error, exitCode]).toEqual([null, 0]);
  expect(stdout).toContain(`${fields.F1.types.length + fields.F2.types.length} cells of 2 fields of view in`);
  expect((await readdir(at('out'))).sort()).toEqual(['F1.zarr', 'F2.zarr', 'index.json', 'read_patches.py']);
  const index = JSON.parse(await readFile(at('out', 'index.json'), 'utf8')) as { types: string[]; fovs: object[] };
  expect(index.types).toEqual(['Bcell', 'CD4T', 'CD8T', 'Macrophage', 'Tumor']);
  const { length } = fields.F1.types;
  expect(index.fovs[0]).toEqual({ fov: 'F1', cells: length, lost: 0, typed: length - 1 });
  const patches = expected('F1', 'dct-2026-resmlp');
  const { fovea_patches, types } = await readAttributes(at('out', 'F1.zarr'));
  expect(fovea_patches).toMatchObject({ profile: 'dct-2026-resmlp', channels: patches.channels });
  const image = await openArray(at('out', 'F1.zarr', 'image'));
  expect([image.shape, image.dtype]).toEqual([[5, 70, 90], 'uint16']);
  expect(await image.read(3)).toEqual(patches.planes[3]);
  const codes = await (await openArray(at('out', 'F1.zarr', 'cells/type'))).read();
  const names = Array.from(codes, (code) => (types as string[])[code] ?? '');
  expect(names).toEqual([...fields.F1.types.slice(0, -1), '']);
});

test('one field of view, some channels by name, machine-readable', async () => {
  const { stdout } = await run(
    at('r0001'),
    '--out',
    at('one'),
    '--fov',
    'F2',
    '--map',
    'CD20=',
    'DAPI=dsDNA',
    '--json',
  );
  expect(JSON.parse(stdout)).toMatchObject({ fovs: [{ fov: 'F2' }], failed: [] });
  const { fovea_patches } = await readAttributes(at('one', 'F2.zarr'));
  const { channels } = fovea_patches as { channels: { marker: string }[] };
  expect(channels.map(({ marker }) => marker).sort()).toEqual(['CD4', 'CD68', 'CD8', 'PanCK', 'dsDNA'].sort());
});

test('a field of view that cannot be cut leaves the others', async () => {
  await cp(at('r0001'), at('r0002'), { recursive: true });
  await rm(at('r0002', 'fovs', 'F1.zarr', 'labels'), { recursive: true });
  const { stderr, exitCode } = await run(at('r0002'), '--out', at('partial'));
  expect(exitCode).toBe(3);
  expect(stderr).toContain('F1: ');
  expect(stderr).toContain('the pipeline published no labels; add one to its publish list');
  expect(await readdir(at('partial'))).toContain('F2.zarr');
});

describe('refuses', () => {
  test.each<[string, () => string[], string]>([
    ['a folder without results', () => [folder, '--out', at('x')], 'holds no published fields of view'],
    ['an unknown profile', () => [at('r0001'), '--out', at('x'), '--profile', 'dct'], '--profile: Invalid option'],
    [
      'an unknown field',
      () => [at('r0001'), '--out', at('x'), '--fov', 'F9'],
      'has no field of view "F9"; it has "F1"',
    ],
    ['a malformed map', () => [at('r0001'), '--out', at('x'), '--map', 'CD20'], '--map takes channel=marker'],
  ])('%s', async (_, args, message) => {
    const { error, exitCode } = await run(...args());
    expect(error?.message).toContain(message);
    expect(exitCode).toBe(2);
  });
});

describeWithReaders('the reader for Python', () => {
  const python = resolve(import.meta.dirname, '../../.venv/readers/bin/python');
  test.each(['dct-2026-resmlp', 'dct-2025-clip'] as const)('cuts what the step cuts: %s', async (profile) => {
    const out = at(`python-${profile}`);
    await run(at('r0001'), '--out', out, '--profile', profile);
    await writeFile(
      at('read.py'),
      [
        'import json, sys, hashlib',
        'sys.path.insert(0, sys.argv[1])',
        'from read_patches import batches',
        'for batch in batches(sys.argv[1], size=1000):',
        "    digest = lambda a: None if a is None else hashlib.sha256(a.astype('<f4').tobytes()).hexdigest()",
        "    print(json.dumps([batch['fov'], digest(batch['sample']), digest(batch['context']), batch['type'][-2:]]))",
        "assert sum(len(b['id']) for b in batches(sys.argv[1], size=7, seed=3)) == sum(len(b['id']) for b in batches(sys.argv[1]))",
      ].join('\n'),
    );
    const { stdout, stderr, status } = spawnSync(python, [at('read.py'), out], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    const found = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown[]);
    const { createHash } = await import('node:crypto');
    const digest = (values: Float32Array | null): string | null =>
      values &&
      createHash('sha256')
        .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
        .digest('hex');
    for (const [i, fov] of (['F1', 'F2'] as const).entries()) {
      const patches = expected(fov, profile);
      const { sample, context } = cutBatch(patches, 0, patches.ids.length);
      expect(found[i]!.slice(0, 3)).toEqual([fov, digest(sample), digest(context)]);
      expect(found[i]![3]).toEqual([fields[fov].types.at(-2), '']);
    }
  });
});
