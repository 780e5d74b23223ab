import { endianness } from 'node:os';
import type { Plane } from '../../kernels/image.ts';
import { FoveaError, invalidInput } from '../../core/errors.ts';
import { pageLabel } from './tiff-page.ts';
import type { ReadablePage } from './tiff-page.ts';
import { readNumbers } from './tiff-file.ts';
import { COMPRESSION, COMPRESSION_NAMES, TAG } from './tiff-tags.ts';
import { undoPredictor } from './predictor.ts';

/** One stored tile, strip, or block of rows of an uncompressed strip. */
interface Chunk {
  /** 1-based tile or strip number, for messages. */
  readonly number: number;
  readonly offset: number;
  readonly byteCount: number;
  readonly y0: number;
  readonly x0: number;
  readonly rows: number;
  /** Rows the writer may have stored: a last strip is sometimes padded to full height. */
  readonly storedRows: number;
  /** First sample in it: 0 when samples are interleaved. */
  readonly sample: number;
}

/** Chunks decompressed at the same time; zlib has four threads. */
const IN_FLIGHT = 4;
/** Uncompressed strips are read in blocks of rows of about this many bytes. */
const BLOCK_BYTES = 8 * 2 ** 20;
const HOST_LITTLE = endianness() === 'LE';

const damaged = (page: ReadablePage, what: string, remedy = 'the file is damaged or was cut short; copy it again') =>
  invalidInput(`${pageLabel(page)}: ${what}; ${remedy}`, { path: page.tiff.bytes.path, page: page.page });

/** Samples side by side in a chunk. */
const interleaved = (page: ReadablePage) => (page.planar ? 1 : page.samples);

const rowBytes = (page: ReadablePage) => page.chunkWidth * interleaved(page) * page.format.bytes;

async function chunkTable(page: ReadablePage, expected: number): Promise<[readonly number[], readonly number[]]> {
  const { tiff, directory, tiled } = page;
  const offsets = await readNumbers(tiff, directory, tiled ? TAG.tileOffsets : TAG.stripOffsets);
  let byteCounts = await readNumbers(tiff, directory, tiled ? TAG.tileByteCounts : TAG.stripByteCounts);
  // Some very old writers leave the byte counts out; uncompressed strips have only one possible size.
  if (byteCounts === null && page.compression === COMPRESSION.none && offsets !== null)
    byteCounts = offsets.map(() => page.chunkHeight * rowBytes(page));
  const what = tiled ? 'tiles' : 'strips';
  if (offsets === null || byteCounts === null) throw damaged(page, `it lists no ${what}`);
  if (offsets.length < expected || byteCounts.length < expected)
    throw damaged(page, `it lists ${Math.min(offsets.length, byteCounts.length)} ${what}, its size needs ${expected}`);
  return [offsets, byteCounts];
}

/** The chunks that hold `samples`, checked against the file's end before anything is allocated. */
async function listChunks(page: ReadablePage, samples: readonly number[]): Promise<Chunk[]> {
  const { height, width, chunkHeight, chunkWidth } = page;
  const across = Math.ceil(width / chunkWidth);
  const down = Math.ceil(height / chunkHeight);
  const [offsets, byteCounts] = await chunkTable(page, across * down * (page.planar ? page.samples : 1));
  const groups = page.planar ? samples : [0];
  const plain = page.compression === COMPRESSION.none;
  const block = plain && !page.tiled ? Math.max(1, Math.floor(BLOCK_BYTES / rowBytes(page))) : chunkHeight;
  const chunks: Chunk[] = [];
  for (const sample of groups) {
    for (let i = 0; i < across * down; i++) {
      const index = (page.planar ? sample * across * down : 0) + i;
      const offset = offsets[index] ?? 0;
      const byteCount = byteCounts[index] ?? 0;
      const y0 = Math.floor(i / across) * chunkHeight;
      const rows = Math.min(chunkHeight, height - y0);
      const what = `${page.tiled ? 'tile' : 'strip'} ${index + 1}`;
      const need = plain ? (page.tiled ? chunkHeight : rows) * rowBytes(page) : 1;
      if (byteCount < need) throw damaged(page, `${what} has ${byteCount} bytes, expected ${plain ? need : 'some'}`);
      if (offset + byteCount > page.tiff.bytes.size)
        throw damaged(page, `${what} ends at byte ${offset + byteCount}, the file at ${page.tiff.bytes.size}`);
      const common = { number: index + 1, x0: (i % across) * chunkWidth, sample };
      if (block >= chunkHeight) chunks.push({ ...common, offset, byteCount, y0, rows, storedRows: chunkHeight });
      else
        for (let row = 0; row < rows; row += block) {
          const part = Math.min(block, rows - row);
          const at = { offset: offset + row * rowBytes(page), byteCount: part * rowBytes(page) };
          chunks.push({ ...common, ...at, y0: y0 + row, rows: part, storedRows: part });
        }
    }
  }
  return chunks;
}

function swap(bytes: Buffer, size: 1 | 2 | 4): void {
  if (size === 2) bytes.swap16();
  if (size === 4) bytes.swap32();
}

/** A chunk's samples in host byte order with compression and predictor undone; at least `rows` full rows. */
async function unpack(page: ReadablePage, chunk: Chunk): Promise<Plane> {
  const { tiff, format, compression, predictor } = page;
  const what = `${page.tiled ? 'tile' : 'strip'} ${chunk.number}`;
  const name = COMPRESSION_NAMES.get(compression) ?? '';
  const packed = await tiff.bytes.read(chunk.offset, chunk.byteCount, `${what} of page ${page.page}`);
  let raw: Uint8Array;
  try {
    raw = await page.decompress(packed, chunk.storedRows * rowBytes(page));
  } catch (error) {
    throw damaged(page, `${what} is not valid ${name} data (${(error as Error).message})`);
  }
  const need = chunk.rows * rowBytes(page);
  if (raw.length < need) throw damaged(page, `${what} holds ${raw.length} bytes after ${name}, expected ${need}`);
  const wanted = raw.subarray(0, need);
  const exact = wanted.byteOffset % format.bytes === 0 ? wanted : new Uint8Array(wanted);
  const bytes = Buffer.from(exact.buffer, exact.byteOffset, need);
  const row = page.chunkWidth * interleaved(page);
  const predicted = compression === COMPRESSION.none ? 1 : predictor;
  if (predicted !== 3 && tiff.littleEndian !== HOST_LITTLE) swap(bytes, format.bytes);
  return undoPredictor(bytes, predicted, format, row, interleaved(page));
}

/** Copies the wanted samples of a chunk into their planes, leaving out a tile's padding. */
function place(
  page: ReadablePage,
  chunk: Chunk,
  values: Plane,
  samples: readonly number[],
  planes: readonly Plane[],
): void {
  const step = interleaved(page);
  const columns = Math.min(page.chunkWidth, page.width - chunk.x0);
  samples.forEach((sample, i) => {
    const plane = planes[i];
    if (plane === undefined || (page.planar && sample !== chunk.sample)) return;
    for (let y = 0; y < chunk.rows; y++) {
      const from = y * page.chunkWidth * step;
      const to = (chunk.y0 + y) * page.width + chunk.x0;
      if (step === 1) plane.set(values.subarray(from, from + columns), to);
      else for (let x = 0; x < columns; x++) plane[to + x] = values[from + x * step + sample] as number;
    }
  });
}

/**
 * Reads samples (0-based) of a page as planes of height * width values, in the order asked for.
 * Tile by tile or strip by strip: beside the planes themselves only a few chunks are in memory.
 * Throws INVALID_INPUT for damaged or truncated data, CANCELLED when `signal` fires.
 */
export async function decodePage(
  page: ReadablePage,
  samples: readonly number[],
  signal?: AbortSignal,
): Promise<Plane[]> {
  const chunks = await listChunks(page, samples);
  const planes = samples.map(() => page.format.create(page.height * page.width));
  let next = 0;
  const work = async () => {
    try {
      for (let chunk = chunks[next++]; chunk !== undefined; chunk = chunks[next++]) {
        if (signal?.aborted === true) throw new FoveaError('CANCELLED', `reading ${pageLabel(page)} was cancelled`);
        place(page, chunk, await unpack(page, chunk), samples, planes);
      }
    } catch (error) {
      next = chunks.length; // the other lanes stop after the chunk they hold
      throw error;
    }
  };
  const lanes = page.chunkHeight * rowBytes(page) > 2 ** 26 ? 1 : IN_FLIGHT;
  await Promise.all(Array.from({ length: Math.min(lanes, chunks.length) }, work));
  return planes;
}
