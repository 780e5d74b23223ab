import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeOmeTiff } from '../../activities/images/index.ts';
import { drawDisks, measureOverlay, overlayProblems, type Grid } from '../support/disks.ts';
import { readLevels, sameValues, type Level } from '../support/read-zarr.ts';
import { makeProject, runProject } from '../support/tissue.ts';

const MPP = 0.377;
/** Odd and unlike, so that rounding of sizes, a transposition or a wrong stride cannot hide. */
const scene = drawDisks(1203, 1101, { radiusPx: 3.6 / MPP, pitchPx: 34 });
let image: Level[];
let nuclei: Level[];
let cells: Level[];

beforeAll(async () => {
  const { folder, pipeline } = await makeProject('watershed');
  await writeOmeTiff(join(folder, 'disks.ome.tif'), {
    ...{ height: scene.height, width: scene.width, mpp: MPP, intensity: 'counts', planes: [scene.plane] },
    channels: [{ name: 'DAPI', role: 'nuclear' }],
  });
  await writeFile(join(folder, 'samplesheet.csv'), 'fov,image\ndisks,disks.ome.tif\n');
  const { summary } = await runProject({ folder, pipeline });
  expect(summary.failures).toEqual([]);
  const store = join(summary.path!, 'fovs/disks.zarr');
  image = await readLevels(join(store, 'images/image'));
  nuclei = await readLevels(join(store, 'labels/nuclei'));
  cells = await readLevels(join(store, 'labels/cells'));
}, 120_000);

/** A labels level as the checker takes it. */
const grid = ({ shape: [height = 0, width = 0], data }: Level): Grid => ({ height, width, data });

/** The same labels moved by whole pixels; what leaves the field is lost. */
function shifted({ height, width, data }: Grid, dy: number, dx: number): Grid {
  return remapped({ height, width, data }, (y, x) => [y - dy, x - dx]);
}

/** New labels whose pixel (y, x) is the old one at `from(y, x)`. */
function remapped({ height, width, data }: Grid, from: (y: number, x: number) => [number, number]): Grid {
  const out = new Int32Array(height * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [sy, sx] = from(y, x);
      if (sy >= 0 && sy < height && sx >= 0 && sx < width) out[y * width + x] = data[sy * width + sx]!;
    }
  }
  return { height, width, data: out };
}

describe('published labels lie on the native image', () => {
  test('the image is the one acquired', () => {
    expect(image.map(({ shape }) => shape)).toEqual([
      [1, 1203, 1101],
      [1, 602, 551],
      [1, 301, 276],
    ]);
    expect(image[0]!.scale).toEqual([MPP, MPP]);
    expect(sameValues(image[0]!.data, scene.plane)).toBe(true);
  });

  test('every nucleus is found, on its disk, with its size', () => {
    expect(nuclei[0]).toMatchObject({ shape: [1203, 1101], dtype: 'int32', scale: [MPP, MPP], origin: [0, 0] });
    const found = measureOverlay(scene, grid(nuclei[0]!));
    expect(overlayProblems(found)).toEqual([]);
    expect(found.matched).toBe(scene.disks.length);
    expect(found.medianDistancePx).toBeLessThan(0.5);
    expect(found.medianIou).toBeGreaterThan(0.85);
    expect(found.insideMean / found.ringMean).toBeGreaterThan(4);
  });

  test('every cell holds its nucleus', () => {
    const [inner, outer] = [nuclei[0]!.data, cells[0]!.data];
    expect(inner.every((id, i) => id === 0 || outer[i] === id)).toBe(true);
    const found = measureOverlay(scene, grid(cells[0]!));
    expect(found.matched).toBe(scene.disks.length);
    expect(found.medianDistancePx).toBeLessThan(1);
  });

  test.each([
    [1, 0],
    [0, -1],
    [2, 0],
    [0, 2],
    [-2, 2],
    [3, 3],
    [0, -3],
  ])('the check refuses labels shifted by %i, %i pixels', (dy, dx) => {
    const problems = overlayProblems(measureOverlay(scene, shifted(grid(nuclei[0]!), dy, dx)));
    expect(problems).toContainEqual(expect.stringMatching(/^labels are shifted by /));
  });

  test('the check refuses labels left on the 0.5 µm grid, and labels scaled the other way', () => {
    for (const factor of [0.5 / MPP, MPP / 0.5]) {
      const scaled = remapped(grid(nuclei[0]!), (y, x) => [
        Math.floor((y + 0.5) * factor),
        Math.floor((x + 0.5) * factor),
      ]);
      const problems = overlayProblems(measureOverlay(scene, scaled));
      expect(problems).toContainEqual(expect.stringMatching(/^only \d+ of \d+ disks have labels/));
    }
  });

  test('the check refuses labels scaled by 1 %: centred, they drift apart at the edges', () => {
    const scaled = remapped(grid(nuclei[0]!), (y, x) => [
      Math.round((y - 601) / 1.01 + 601),
      Math.round((x - 550) / 1.01 + 550),
    ]);
    expect(overlayProblems(measureOverlay(scene, scaled))).toContainEqual(expect.stringMatching(/ corner$/));
  });
});

describe('pyramids of image and labels', () => {
  test('have the same sizes and pixel sizes at every level', () => {
    expect(nuclei.map(({ shape }) => shape)).toEqual(image.map(({ shape }) => shape.slice(1)));
    expect(nuclei.map(({ scale }) => scale)).toEqual([1, 2, 4].map((factor) => [MPP * factor, MPP * factor]));
    expect(image.map(({ scale }) => scale)).toEqual(nuclei.map(({ scale }) => scale));
  });

  test('labels keep one pixel of four, the image their mean, rounded', () => {
    for (let level = 1; level < 3; level++) {
      const [height = 0, width = 0] = nuclei[level]!.shape;
      const [, above = 0] = nuclei[level - 1]!.shape;
      const kept = Int32Array.from({ length: height * width }, (_, i) => {
        return nuclei[level - 1]!.data[2 * Math.floor(i / width) * above + 2 * (i % width)]!;
      });
      expect(sameValues(nuclei[level]!.data, kept)).toBe(true);
      const finer = image[level - 1]!.data;
      for (let y = 0; y < Math.floor(height) - 1; y += 7) {
        for (let x = 0; x < Math.floor(width) - 1; x += 5) {
          const at = 2 * y * above + 2 * x;
          const mean = (finer[at]! + finer[at + 1]! + finer[at + above]! + finer[at + above + 1]!) / 4;
          expect(Math.abs(image[level]!.data[y * width + x]! - mean)).toBeLessThanOrEqual(0.5);
        }
      }
    }
  });

  test('by their transforms, objects and their light stay in one place', () => {
    for (const [level, labels] of nuclei.entries()) {
      const light = image[level]!;
      for (const { dy, dx } of [
        measureOverlay(scene, grid(labels), toNative(labels)),
        measureOverlay(scene, brightPixels(light), toNative(light)),
      ]) {
        expect(Math.abs(dy)).toBeLessThan(0.5);
        expect(Math.abs(dx)).toBeLessThan(0.5);
      }
    }
  });
});

/** A level's pixel coordinates → pixels of level 0, by its transforms. */
const toNative =
  ({ scale, origin }: Level) =>
  (y: number, x: number): [number, number] => [(y * scale[0] + origin[0]) / MPP, (x * scale[1] + origin[1]) / MPP];

/** The pixels of one channel nearer to the disks' brightness than to the background's, as one object. */
const brightPixels = ({ shape: [, height = 0, width = 0], data }: Level): Grid => ({
  ...{ height, width },
  data: Int32Array.from(data, (value) => (value > scene.halfway ? 1 : 0)),
});
