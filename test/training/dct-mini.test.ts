import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { markers2026 } from '../../core/vocabulary/markers.ts';
import { cellTypes2026 } from '../../core/vocabulary/cell-types.ts';
import { describeWithTraining } from '../support/training-python.ts';

const root = resolve(import.meta.dirname, '../..');
const python = join(root, '.venv/training', process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
const folder = mkdtempSync(join(tmpdir(), 'fovea-dct-mini-'));
const fieldFile = (name: string): string => join(folder, 'train-000', name);

interface Field {
  readonly height: number;
  readonly width: number;
  readonly channels: readonly string[];
  readonly ids: readonly number[];
  readonly types: readonly number[];
}

let field: Field;

beforeAll(() => {
  const parts = ['--train', '1', '--select', '0', '--test', '0', '--demo', '0'];
  execFileSync(process.execPath, [join(root, 'training/dct-mini/make-cohort.mjs'), folder, ...parts], {
    stdio: 'pipe',
  });
  field = JSON.parse(readFileSync(fieldFile('field.json'), 'utf8')) as Field;
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the cohort speaks the vocabulary of 2026, in its order', () => {
  const vocabulary = JSON.parse(readFileSync(join(folder, 'vocabulary.json'), 'utf8')) as Record<string, string[]>;
  expect(vocabulary['markers']).toEqual(markers2026);
  expect(vocabulary['types']).toEqual(cellTypes2026.filter((type) => vocabulary['types']!.includes(type)));
  expect(vocabulary['known']!.filter((name) => !markers2026.includes(name))).toEqual([]);
});

test('a field is what its description says, and shows its markers where they are expressed', () => {
  const { height, width, channels, ids, types } = field;
  const cells = ids.length;
  expect(cells).toBeGreaterThan(100);
  expect(types).toHaveLength(cells);
  expect(new Set(channels).size).toBe(44);
  expect(statSync(fieldFile('planes.u16')).size).toBe(2 * 44 * height * width);
  expect(statSync(fieldFile('context.u16')).size).toBe(2 * 3 * 32 * 32 * cells);
  const positive = readFileSync(fieldFile('positive.u8'));
  expect(positive).toHaveLength(44 * cells);
  const planes = new Uint16Array(new Uint8Array(readFileSync(fieldFile('planes.u16'))).buffer);
  const labels = new Int32Array(new Uint8Array(readFileSync(fieldFile('labels.i32'))).buffer);
  const row = new Map(ids.map((id, n) => [id, n]));
  const sums = [0, 0];
  const pixels = [0, 0];
  for (let c = 0; c < 44; c++) {
    let highest = 0;
    for (let i = 0; i < labels.length; i++) {
      const value = planes[c * labels.length + i]!;
      highest = Math.max(highest, value);
      if (labels[i] === 0) continue;
      const shows = positive[row.get(labels[i]!)! * 44 + c]!;
      sums[shows]! += value;
      pixels[shows]!++;
    }
    expect(highest).toBe(65535);
  }
  expect(sums[1]! / pixels[1]!).toBeGreaterThan((2 * sums[0]!) / pixels[0]!);
});

describeWithTraining('the network of dct-mini', () => {
  let found: Record<string, number> & { square: Record<string, number>; export: Record<string, number> };

  beforeAll(() => {
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', OMP_NUM_THREADS: '1' };
    const script = join(root, 'test/training/dct_mini.py');
    found = JSON.parse(
      execFileSync(python, [script, folder], { env, encoding: 'utf8', stdio: 'pipe' }),
    ) as typeof found;
  }, 240_000);

  test('measures a square with a bright rim as arithmetic does', () => {
    // 20 of 36 pixels are rim at 0.8, the others 0.4.
    expect(found.square['mean']).toBeCloseTo((20 * 0.8 + 16 * 0.4) / 36, 5);
    expect(found.square['rim']).toBeCloseTo(0.8, 5);
    expect(found.square['highest']).toBeCloseTo(0.8, 6);
    expect(found.square['area']).toBeCloseTo(36 / 200, 6);
  });

  test("is trained on what it will measure itself, to half floats' precision", () => {
    expect(found['prepared']).toBeLessThan(1e-3);
    expect(found['changed']).toBeGreaterThan(0.1);
    expect(found['read']).toBe(true);
  });

  test('does not depend on the order of channels, on padding, or on markers it never saw; but on which marker is which', () => {
    for (const what of ['shuffled', 'shuffled_markers', 'padded', 'stranger']) expect(found[what]).toBeLessThan(1e-5);
    expect(found['renamed']).toBeGreaterThan(1e-3);
  });

  test('is exported with parity, and scored by the mean F1 of types', () => {
    expect(found.export['worst_difference']).toBeLessThan(1e-4);
    expect(existsSync(join(folder, 'dct-mini.onnx'))).toBe(true);
    // Type 0: one of two found and none wrongly, 2/3; type 1: 1.
    expect(found['macro_f1']).toBeCloseTo((2 / 3 + 1) / 2, 10);
  });
});
