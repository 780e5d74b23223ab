import { testContext } from '../../core/testing.ts';
import type { Image, Labels } from '../../kernels/image.ts';
import { createRandom } from '../../kernels/synth/random.ts';
import { segmentMesmer } from '../../plugins/segment-mesmer/index.ts';
import { keepSignal, leastSignal } from '../../plugins/segment-mesmer/nuclear-signal.ts';
import { drawBlobs } from '../support/drawn-blobs.ts';
import { mesmerRecord, openModel } from '../support/onnx-models.ts';

const grid = { height: 40, width: 80, mpp: 0.5 };

/** Squares of 8 × 8 in two rows of four, ids 1 to 8, with a nuclear channel of the given levels over a background. */
function squares(levels: readonly number[], background = 0): { cells: Int32Array; nuclear: Float32Array } {
  const cells = new Int32Array(grid.height * grid.width);
  const nuclear = new Float32Array(cells.length).fill(background);
  levels.forEach((level, n) => {
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 8; x++) {
        const i = (6 + 20 * Math.floor(n / 4) + y) * grid.width + 6 + 20 * (n % 4) + x;
        [cells[i], nuclear[i]] = [n + 1, background + level];
      }
    }
  });
  return { cells, nuclear };
}

const idsOf = (labels: Int32Array): number[] => [...new Set(labels)].sort((a, b) => a - b);

test('cells that nowhere reach the share of the typical nuclear signal are dropped, the others keep their order', () => {
  const { cells, nuclear } = squares([100, 44, 90, 110, 56, 100, 10, 105]);
  // Half of the area is above 100.
  const kept = keepSignal(cells, nuclear, grid, 0.5);
  expect(idsOf(kept)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  const oldIds = [1, 3, 4, 5, 6, 8];
  kept.forEach((id, i) => expect(id).toBe(oldIds.indexOf(cells[i]!) + 1));
  expect(idsOf(keepSignal(cells, nuclear, grid, 0.7))).toEqual([0, 1, 2, 3, 4, 5]);
  expect(keepSignal(cells, nuclear, grid, 0)).toBe(cells);
  expect(cells[6 * grid.width + 26]).toBe(2);
});

test('what the background adds counts for nothing', () => {
  const { cells, nuclear } = squares([100, 44, 90, 110, 56, 100, 10, 105], 400);
  expect(idsOf(keepSignal(cells, nuclear, grid, 0.5))).toHaveLength(7);
});

test('many small bright or dim pieces do not make themselves typical', () => {
  const { cells, nuclear } = squares([100, 100, 100, 100]);
  // Twenty pieces of two pixels of a tenth of the signal.
  for (let n = 0; n < 20; n++) {
    for (const x of [0, 1]) {
      const i = 32 * grid.width + 4 * n + x;
      [cells[i], nuclear[i]] = [100 + n, 10];
    }
  }
  expect(idsOf(keepSignal(cells, nuclear, grid, 0.5))).toEqual([0, 1, 2, 3, 4]);
});

test('a field without cells stays one, and one of equal cells keeps all with a share of 1', () => {
  const none = new Int32Array(grid.height * grid.width);
  expect(keepSignal(none, new Float32Array(none.length), grid, 0.5)).toEqual(none);
  const { cells, nuclear } = squares([100, 100, 100]);
  expect(idsOf(keepSignal(cells, nuclear, grid, 1))).toEqual([0, 1, 2, 3]);
});

test('auto asks for the share of the profile where the membrane is sparse, and for nothing elsewhere', () => {
  const size = { height: 2, width: 3 };
  const sparse = Uint8Array.of(1, 0, 1, 0, 1, 0);
  const full = Uint8Array.of(9, 8, 9, 7, 9, 8);
  expect(leastSignal(sparse, size, 'auto', 0.5)).toBe(0.5);
  expect(leastSignal(sparse, size, 'auto', 0)).toBe(0);
  expect(leastSignal(full, size, 'auto', 0.5)).toBe(0);
  expect(leastSignal(null, size, 'auto', 0.5)).toBe(0);
  expect(leastSignal(full, size, 0.3, 0.5)).toBe(0.3);
  expect(leastSignal(sparse, size, 0, 0.5)).toBe(0);
});

describe('the step', () => {
  const image = drawBlobs(100, 130, 0.5);
  const [nuclear, membrane] = image.planes as [Uint16Array, Uint16Array];
  const random = createRandom(3);
  /** One ion in about three pixels where there is any membrane. */
  const ions = Uint16Array.from(membrane, (value) => (value > 0 && random.unit() < 0.3 ? value : 0));
  /** The upper half of the nuclei as dim as a fifth of the others. */
  const dim = nuclear.map((value, i) => (i < 50 * 130 ? Math.round(value / 5) : value));

  async function segment(
    planes: Image['planes'],
    params: object,
    profile: string,
  ): Promise<[Labels, Labels, object[]]> {
    const net = (await openModel(mesmerRecord('mesmer-tiny', { profile }))).handle;
    const told: object[] = [];
    const silent = (): void => {};
    const log = { debug: silent, warn: silent, info: (fields: object) => void told.push(fields) };
    const options = segmentMesmer.params.parse(params);
    const found = await segmentMesmer.run(
      { image: { ...image, planes } },
      options,
      testContext({ models: { net }, log }),
    );
    return [found.cells as Labels, found.nuclei as Labels, told.filter((fields) => 'dropped' in fields)];
  }
  const above = ({ data }: Labels): number => new Set(data.subarray(0, 40 * 130)).size - 1;
  const below = ({ data }: Labels): number => new Set(data.subarray(66 * 130)).size - 1;

  test('drops dim cells of ion counts with a profile made for them, tells how many, and keeps their nuclei', async () => {
    const [all, nuclei] = await segment([dim, ions], { minNuclearSignal: 0 }, 'mesmer-mini');
    const [kept, nucleiKept, told] = await segment([dim, ions], {}, 'mesmer-mini');
    expect(above(all)).toBeGreaterThan(5);
    expect(above(kept)).toBe(0);
    expect(below(kept)).toBe(below(all));
    expect(nucleiKept).toEqual(nuclei);
    const dropped = new Set(all.data).size - new Set(kept.data).size;
    expect(told).toEqual([{ fov: expect.any(String) as string, dropped, minNuclearSignal: 0.5 }]);
  });

  test('drops nothing by itself where outlines can be seen, without membranes, or with a published profile', async () => {
    for (const [planes, profile] of [
      [[dim, membrane], 'mesmer-mini'],
      [[dim, new Uint16Array(dim.length)], 'mesmer-mini'],
      [[dim, ions], 'mesmer-tf-9'],
      [[dim, ions], 'torch-mesmer-2026-06-30'],
    ] as const) {
      expect((await segment(planes, {}, profile))[2]).toEqual([]);
    }
  });

  test('drops them with any profile and image where a share is asked for', async () => {
    const [all] = await segment([dim, membrane], {}, 'mesmer-tf-9');
    const [kept] = await segment([dim, membrane], { minNuclearSignal: 0.5, compartments: 'cells' }, 'mesmer-tf-9');
    expect([above(all) > 5, above(kept), below(kept)]).toEqual([true, 0, below(all)]);
  });
});
