import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isFoveaError } from '../../../core/errors.ts';
import { page, pattern, putTiff, read, temporaryFolder } from '../../support/image-fixtures.ts';

const folder = temporaryFolder();
const OME =
  '<OME><Image><Pixels SizeX="12" SizeY="10" SizeC="2" SizeZ="1" SizeT="1"><TiffData/></Pixels></Image></OME>';

/** A seeded generator (mulberry32), so that a failure can be repeated. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

test.each([
  ['deflate strips', 8, false],
  ['LZW strips', 5, true],
  ['PackBits strips', 32773, false],
  ['zstd strips', 50000, true],
  ['uncompressed strips', 1, true],
])(
  'damaged bytes in %s give an image of the same shape or a clear refusal, never a crash',
  async (name, compression, big) => {
    const values = [pattern(10, 12)];
    const pages = [page({ compression, description: OME, rowsPerStrip: 4, values }), page({ compression }, 1)];
    const whole = await readFile(await putTiff(join(folder, 'whole.tif'), pages, { big, littleEndian: !big }));
    const next = random(compression);
    const path = join(folder, 'damaged.tif');
    let refused = 0;
    for (let round = 0; round < 400; round++) {
      const bytes = Buffer.from(whole);
      for (let flips = 1 + Math.floor(next() * 3); flips > 0; flips--)
        bytes[Math.floor(next() * bytes.length)] =
          [0, 255, 1, 127, Math.floor(next() * 256)][Math.floor(next() * 5)] ?? 0;
      await writeFile(path, bytes);
      try {
        const { image } = await read(path, {}, { maxBytes: 2 ** 28 });
        for (const plane of image.planes) expect(plane.length).toBe(image.height * image.width);
      } catch (error) {
        if (!isFoveaError(error, 'INVALID_INPUT')) throw new Error(`${name}, round ${round}`, { cause: error });
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(40);
  },
);
