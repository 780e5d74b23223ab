import { join } from 'node:path';
import { testContext } from '../../core/testing.ts';
import type { ModelHandle } from '../../core/step.ts';
import type { Labels } from '../../kernels/image.ts';
import { measureRegions } from '../../kernels/regions.ts';
import { resizeNearest } from '../../kernels/resample.ts';
import { segmentHpa } from '../../plugins/segment-hpa/index.ts';
import { labelCells, type LabelledCells } from '../../plugins/segment-hpa/label-cells.ts';
import { enlargeMaps, scaleSizes, type HpaMaps } from '../../plugins/segment-hpa/maps.ts';
import { hpaSpec, NET_MPP } from '../support/hpa-nets.ts';
import { read } from '../support/image-fixtures.ts';
import { matchLabels } from '../support/match-labels.ts';
import { describeWithData } from '../support/test-data.ts';

/** Cell area, box and nucleus area that the published code gives at 2048 × 2048 (scikit-image 0.26). */
const PUBLISHED = [
  { area: 93531, box: [0, 0, 222, 529], nucleus: 38896 },
  { area: 320865, box: [0, 251, 738, 1005], nucleus: 55232 },
  { area: 486770, box: [0, 847, 885, 2048], nucleus: 69040 },
  { area: 67263, box: [94, 1002, 401, 1364], nucleus: 23440 },
  { area: 296837, box: [140, 0, 1386, 514], nucleus: 74192 },
  { area: 271840, box: [366, 799, 1061, 1571], nucleus: 66112 },
  { area: 200433, box: [571, 1107, 1171, 1774], nucleus: 61872 },
  { area: 209484, box: [670, 35, 1320, 645], nucleus: 45856 },
  { area: 379279, box: [723, 294, 1646, 998], nucleus: 93040 },
  { area: 686680, box: [731, 1271, 2048, 2048], nucleus: 81680 },
  { area: 233785, box: [955, 978, 1546, 1621], nucleus: 60128 },
  { area: 316388, box: [1288, 0, 2048, 654], nucleus: 78368 },
  { area: 377754, box: [1408, 450, 2048, 1318], nucleus: 83600 },
] as const;

/** Areas that PFNet's form of the code gives at 1024 × 1024 and 512 × 512. */
const HALF = [23132, 79326, 121031, 16353, 73421, 67316, 49519, 51737, 93769, 170827, 57760, 78401, 93806];
const QUARTER = [5707, 19429, 30014, 3906, 18071, 16505, 12126, 12649, 23037, 42318, 14133, 19231, 23053];

const SIDE = 512;
/** Full scale takes some ten seconds, and more on a busy machine. */
const TIMEOUT_MS = 300_000;
const MODES = ['fixed', 'compat'] as const;

describeWithData('hpa-segmentation-maps', (folder) => {
  let softmax: { nuclei: Float32Array[]; cells: Float32Array[] };
  let maps: HpaMaps;

  beforeAll(async () => {
    const planes = async (file: string): Promise<Float32Array[]> =>
      (await read(join(folder, file))).image.planes as Float32Array[];
    softmax = { nuclei: await planes('nuclei_sample_output.tif'), cells: await planes('cell_sample_output.tif') };
    const bytes = (plane: Float32Array): Uint8Array => Uint8Array.from(plane, (value) => Math.round(value * 255));
    maps = {
      ...{ height: SIDE, width: SIDE },
      nucleusBorder: bytes(softmax.nuclei[1]!),
      nucleus: bytes(softmax.nuclei[2]!),
      cellBorder: bytes(softmax.cells[1]!),
      cell: bytes(softmax.cells[2]!),
    };
  });

  const labelled = new Map<string, LabelledCells>();

  /** Seconds at full scale, so once for all tests. */
  function labelAt(scale: number, mode: 'fixed' | 'compat', excludeBorders = false): LabelledCells {
    const name = `${scale} ${mode} ${excludeBorders}`;
    const found = labelled.get(name) ?? computeAt(scale, mode, excludeBorders);
    labelled.set(name, found);
    return found;
  }

  function computeAt(scale: number, mode: 'fixed' | 'compat', excludeBorders: boolean): LabelledCells {
    const options = segmentHpa.params.parse({ mode, excludeBorders });
    return labelCells(enlargeMaps(maps, 4 * scale), { ...options, ...scaleSizes(options, scale) });
  }

  const areasOf = (labels: Int32Array, side: number): number[] => [...measureRegions(labels, side, side).area];
  const shares = (found: readonly number[], wanted: readonly number[], unit = 1): number[] =>
    found.map((area, i) => Math.abs((unit * area) / wanted[i]! - 1));

  test.each(MODES)(
    'at full scale the very areas and boxes that were published, %s',
    (mode) => {
      const { cells, nuclei, count } = labelAt(1, mode);
      expect(count).toBe(13);
      const regions = measureRegions(cells, 2048, 2048);
      expect([...regions.area]).toEqual(PUBLISHED.map(({ area }) => area));
      expect(regions.boxes.map(({ y0, x0, y1, x1 }) => [y0, x0, y1, x1])).toEqual(PUBLISHED.map(({ box }) => box));
      expect(areasOf(nuclei, 2048)).toEqual(PUBLISHED.map(({ nucleus }) => nucleus));
      expect(nuclei.every((id, i) => id === 0 || id === cells[i])).toBe(true);
      expect(cells.filter((id) => id !== 0).length / cells.length).toBeCloseTo(0.9396, 4);
    },
    TIMEOUT_MS,
  );

  test(
    'keeping borders out of the first flooding gives the foreground measured for it',
    () => {
      const { cells, count } = labelAt(1, 'compat', true);
      expect(count).toBe(13);
      expect(cells.filter((id) => id !== 0).length / cells.length).toBeCloseTo(0.9057, 3);
    },
    TIMEOUT_MS,
  );

  test.each(MODES)(
    'at half and quarter scale the same cells, %s',
    (mode) => {
      const full = labelAt(1, mode).cells;
      const published = PUBLISHED.map(({ area }) => area);
      const half = labelAt(0.5, mode);
      expect(half.count).toBe(13);
      expect(areasOf(half.cells, 1024)).toEqual(HALF);
      expect(Math.max(...shares(areasOf(half.cells, 1024), published, 4))).toBeLessThan(0.03);
      expect(matchLabels(full, resizeNearest(half.cells, 1024, 1024, 2048, 2048), 0.97).matched).toBe(13);
      const quarter = labelAt(0.25, mode);
      expect(quarter.count).toBe(13);
      expect(areasOf(quarter.cells, 512)).toEqual(QUARTER);
      expect(Math.max(...shares(areasOf(quarter.cells, 512), published, 16))).toBeLessThan(0.08);
      expect(matchLabels(full, resizeNearest(quarter.cells, 512, 512, 2048, 2048), 0.92).matched).toBe(13);
    },
    TIMEOUT_MS,
  );

  test(
    'the whole step on the recorded input, with nets that give the recorded maps',
    async () => {
      const recorded = (name: string, planes: readonly Float32Array[]): ModelHandle => ({
        name,
        spec: hpaSpec(),
        run: () => {
          const data = new Float32Array(3 * SIDE * SIDE);
          planes.forEach((plane, c) => data.set(plane, c * SIDE * SIDE));
          return Promise.resolve({ probabilities: { dtype: 'float32', dims: [1, 3, SIDE, SIDE], data } });
        },
      });
      const { image } = await read(join(folder, 'cell_sample_input.tif'));
      const named = image.channels.map(({ name }) => name);
      const options = segmentHpa.params.parse({
        ...{ microtubules: [named[0]], er: [named[1]], nuclear: [named[2]] },
        ...{ fullScale: 255, pad: false, postScale: 0.5 },
      });
      const models = { nuclei: recorded('nuclei', softmax.nuclei), cells: recorded('cells', softmax.cells) };
      const found = (await segmentHpa.run({ image: { ...image, mpp: NET_MPP } }, options, testContext({ models }))) as {
        cells: Labels;
        nuclei: Labels;
      };
      expect([found.cells.height, found.cells.width, found.cells.mpp]).toEqual([SIDE, SIDE, NET_MPP]);
      const areas = areasOf(found.cells.data, SIDE);
      expect(areas.length).toBe(13);
      expect(
        Math.max(
          ...shares(
            areas,
            PUBLISHED.map(({ area }) => area),
            16,
          ),
        ),
      ).toBeLessThan(0.03);
    },
    TIMEOUT_MS,
  );
});
