import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createRandom } from '../../kernels/synth/random.ts';
import { profileOf } from '../../plugins/segment-mesmer/profiles.ts';
import { isGrainy, isSparse, smoothChannel } from '../../plugins/segment-mesmer/ions.ts';
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
    grainy: boolean[];
    weights: Record<string, number>;
    bare: { nucleated: boolean; others: boolean; pixels: number };
    near: { ids: number[]; left: [from: number, pixels: number]; right: [from: number, pixels: number]; none: boolean };
    bits: { pieces: number[]; chosen: number; whole: number; kept: number; others: boolean };
    bit: Record<string, boolean[]>;
    lost: number[];
    dim: number[];
    cut: number;
    faded: number;
    borders: { inside: number; at: number; beyond: number; mirrored: boolean; unknown: boolean };
    least: Record<'nuclei' | 'tissue', { inside: number; edge: number }> & { pixels: number };
    claimed: { boundary: number; interior: number };
    smoothed: [sparse: boolean[], smoothed: boolean[]][];
    empty: boolean;
    taught: Record<string, string[]>;
    ions: { shapes: number[][]; inside: number; outside: number };
    batches: { same: boolean; other: boolean; resumed: boolean; kinds: string[] };
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
    expect(found.grainy).toEqual(planes.map((plane) => isGrainy(plane, grid)));
    expect(new Set(found.grainy)).toEqual(new Set([true, false]));
    const theirs = new Float32Array(new Uint8Array(readFileSync(join(folder, 'smoothed.f32'))).buffer);
    const sigma = profileOf('mesmer-mini', 'mesmer-mini').ionsUm / 0.5;
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
    expect(large).toBeCloseTo(250 / 144, 5);
    expect(small).toBe(12);
    expect(rim).toBe(12);
    expect(gap).toBe(24);
    expect(empty).toBe(1);
  });

  test('knows cells without a nucleus, with their rims', () => {
    // 2 × 2 and 4 × 4 pixels, each with a ring around.
    expect(found.bare).toEqual({ nucleated: false, others: true, pixels: 16 + 36 });
  });

  test('draws cells around their nuclei where nothing shows an outline, and none without a nucleus', () => {
    const { ids, left, right, none } = found.near;
    expect(ids).toEqual([0, 2, 5]);
    expect(none).toBe(false);
    // 0.7 of the radius of the circle of equal area: 3.2 pixels on both sides of 8, and 2.4 of 6.
    expect(left).toEqual([8, 3 + 8 + 3]);
    expect(right).toEqual([27, 2 + 6 + 2]);
  });

  test('tunes thresholds on the same cells around nuclei', () => {
    const images = JSON.stringify(join(root, 'training/mesmer-mini/images.mjs'));
    const program = `
      import { readFileSync } from 'node:fs';
      const { aroundNuclei } = await import(${images});
      const data = new Int32Array(new Uint8Array(readFileSync(process.argv[1])).buffer);
      process.stdout.write(Buffer.from(aroundNuclei({ data, height: 60, width: 60, mpp: 0.5 }).data.buffer));`;
    const ours = execFileSync(process.execPath, ['--input-type=module', '-e', program, join(folder, 'five.i32')]);
    expect(ours.equals(readFileSync(join(folder, 'around.i32')))).toBe(true);
  });

  test('tells bits of nuclei from whole ones, and cuts some itself', () => {
    const { pieces, chosen, whole, kept, others } = found.bits;
    expect(pieces).toEqual([3]);
    expect(chosen).toBeGreaterThan(0);
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(0.6 * whole);
    expect(others).toBe(true);
  });

  test('teaches what can be seen: no nucleus out of focus, and cells by what the membrane shows', () => {
    expect(Math.max(...found.lost)).toBeLessThan(0.5);
    expect(found.empty).toBe(true);
    expect(found.taught).toEqual({
      clear: ['bare', 'corner', 'around', 'of lost'],
      faint: ['corner', 'around'],
      hazy: ['around'],
    });
    // The nucleus, its cell, and the cell of another.
    expect(found.bit).toEqual({ clear: [true, true, true], faint: [true, false, true], hazy: [true, false, true] });
  });

  test('counts ions on the pixels of their instrument', () => {
    const { shapes, inside, outside } = found.ions;
    expect(shapes).toEqual([
      [32, 32],
      [64, 64],
    ]);
    expect(Math.abs(inside - 1)).toBeLessThan(0.05);
    expect(outside).toBeLessThan(0.01);
  });

  test('smooths both channels where one is sparse or the nuclear one grainy', () => {
    const both = [true, true];
    const none = [false, false];
    expect(found.smoothed).toEqual([
      [[false, true], both],
      [[true, false], both],
      [none, both],
      [none, none],
    ]);
  });

  test('cuts crops at the border of their image, and beyond it, where nothing is known', () => {
    const { inside, at, beyond, mirrored, unknown } = found.borders;
    // Of crops that are not turned; the turned ones lie inside or show little beyond.
    expect(Math.min(inside, at, beyond)).toBeGreaterThan(15);
    expect({ mirrored, unknown }).toEqual({ mirrored: true, unknown: true });
  });

  test('leaves what lies between nuclei where one was cut or is out of focus', () => {
    expect(Math.abs(Math.log(found.cut))).toBeLessThan(0.3);
    expect(found.faded).toBeGreaterThan(1);
  });

  test('makes bits of nuclei dim more often than whole ones', () => {
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [wholes, bits] = [found.dim.slice(0, 20), found.dim.slice(20)];
    expect(mean(bits)).toBeLessThan(0.8 * mean(wholes));
  });

  test('makes the same batch for a step whoever makes it, and goes on from any step', () => {
    const { kinds, ...equal } = found.batches;
    expect(equal).toEqual({ same: true, other: true, resumed: true });
    const maps = 'uint8[2, 2, 64, 64]';
    expect(kinds).toEqual(['float16[2, 2, 64, 64]', maps, maps, maps]);
  });

  test('goes on from an exported file as that file left off', () => {
    for (const difference of found.resumed) expect(difference).toBeLessThan(1e-4);
    expect(found.spread).toBe(true);
    expect(found.refused).toMatch(/has convolutions .*\(256, 160, 3, 3\).*, the network .*\(192, 160, 3, 3\)/);
  });

  test('takes what a crop leaves of a nucleus at its edge for none where the masks hold none as small', () => {
    const { nuclei, tissue, pixels } = found.least;
    expect(pixels).toBe(profileOf('mesmer-mini', 'mesmer-mini').watershed.nucleus.smallest);
    expect(nuclei.edge).toBeGreaterThanOrEqual(21);
    expect(nuclei.inside).toBeLessThan(21);
    expect(tissue.edge).toBeLessThan(21);
  });

  test('counts a background pixel several times that is taken for an object', () => {
    const { boundary, interior } = found.claimed;
    expect(boundary).toBeGreaterThan(0.1);
    // Seven times, of a total that grows with it.
    expect(interior / boundary).toBeCloseTo((7 * 64) / (64 + 6), 1);
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
