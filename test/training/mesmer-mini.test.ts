import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createRandom } from '../../kernels/synth/random.ts';
import { profileOf } from '../../plugins/segment-mesmer/profiles.ts';
import { isSparse, smoothChannel } from '../../plugins/segment-mesmer/sparse.ts';
import { describeWithTraining } from '../support/training-python.ts';

const root = resolve(import.meta.dirname, '../..');
const python = join(root, '.venv/training', process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
const grid = { height: 64, width: 64 };

/** Ions of less and less density, a photograph with noise, and one with an empty half. */
function drawPlanes(): Float32Array[] {
  const random = createRandom(11);
  const draw = (of: (x: number) => number): Float32Array =>
    Float32Array.from({ length: 64 * 64 }, (_, i) => of(i % 64));
  const densities = [0.1, 0.3, 0.5, 0.6, 0.65, 0.8, 0.95];
  return [
    ...densities.map((density) => draw(() => (random.unit() < density ? 1 + 3 * random.unit() : 0))),
    draw((x) => 100 + x + 5 * random.normal()),
    draw((x) => (x < 32 ? 0 : 90 + 5 * random.normal())),
  ];
}

describeWithTraining('the training of mesmer-mini', () => {
  interface Found {
    sparse: boolean[];
    weights: Record<string, number>;
    bare: { nucleated: boolean; others: boolean; pixels: number };
    resumed: number[];
    spread: boolean;
    refused: string;
    unknown: number;
    known: number;
    shapes: number[][];
    sums: number;
  }
  const folder = mkdtempSync(join(tmpdir(), 'fovea-mesmer-mini-'));
  const planes = drawPlanes();
  let found: Found;

  beforeAll(() => {
    writeFileSync(join(folder, 'planes.f32'), Float32Array.from(planes.flatMap((plane) => [...plane])));
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', OMP_NUM_THREADS: '1' };
    const model = join(root, 'models/mesmer-mini/mesmer-mini.onnx');
    const script = join(root, 'test/training/mesmer_mini.py');
    found = JSON.parse(
      execFileSync(python, [script, folder, model], { env, encoding: 'utf8', stdio: 'pipe' }),
    ) as Found;
  }, 240_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('takes the same channels for sparse as the step, and smooths them as much', () => {
    expect(found.sparse).toEqual(planes.map((plane) => isSparse(plane, grid)));
    expect(new Set(found.sparse)).toEqual(new Set([true, false]));
    const theirs = new Float32Array(new Uint8Array(readFileSync(join(folder, 'smoothed.f32'))).buffer);
    const sigma = profileOf('mesmer-mini', 'mesmer-mini').sparseUm / 0.5;
    planes.forEach((plane, n) => {
      const ours = smoothChannel(plane, grid, sigma);
      const highest = Math.max(...ours);
      // Kernels end elsewhere and borders are mirrored otherwise, so the inside is compared.
      for (let i = 0; i < ours.length; i++) {
        if (Math.min(i % 64, 63 - (i % 64), i >> 6, 63 - (i >> 6)) < 8) continue;
        expect(Math.abs(theirs[n * 4096 + i]! - ours[i]!)).toBeLessThan(0.02 * highest);
      }
    });
  });

  test('lets small objects, and what lies between two, count for more', () => {
    const { large, gap, small, rim, empty } = found.weights;
    expect(large).toBeCloseTo(Math.sqrt(150 / 144), 5);
    expect(small).toBe(3);
    expect(rim).toBe(3);
    expect(gap).toBe(6);
    expect(empty).toBe(1);
  });

  test('knows cells without a nucleus, with their rims', () => {
    // 2 × 2 and 4 × 4 pixels, each with a ring around.
    expect(found.bare).toEqual({ nucleated: false, others: true, pixels: 16 + 36 });
  });

  test('goes on from an exported file as that file left off', () => {
    for (const difference of found.resumed) expect(difference).toBeLessThan(1e-4);
    expect(found.spread).toBe(true);
    expect(found.refused).toMatch(/has convolutions .*\(224, 160, 3, 3\).*, the network .*\(192, 160, 3, 3\)/);
  });

  test('learns nothing where the truth is not known', () => {
    expect(found.unknown).toBeLessThan(1e-5);
    expect(found.known).toBeGreaterThan(0.1);
  });

  test("gives TF Mesmer's outputs", () => {
    const image = [2, 256, 256];
    expect(found.shapes).toEqual([
      [...image, 1],
      [...image, 3],
      [...image, 1],
      [...image, 3],
    ]);
    expect(found.sums).toBeLessThan(1e-5);
  });
});
