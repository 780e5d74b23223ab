import { deflateSync } from 'node:zlib';
import Zstd from 'numcodecs/zstd';
import { packBits, packLzw } from './tiff-codecs.ts';

/** One page of a test TIFF. Values are plain numbers, one array of height * width per sample. */
export interface PageSpec {
  readonly height: number;
  readonly width: number;
  readonly values: readonly ArrayLike<number>[];
  /** `uint8` … `float64`. */
  readonly dtype: string;
  /** Rows and columns of a tile; strips of `rowsPerStrip` otherwise. */
  readonly tile?: readonly [number, number];
  readonly rowsPerStrip?: number;
  readonly planar?: boolean;
  readonly compression?: number;
  readonly predictor?: 1 | 2 | 3;
  readonly description?: string;
  readonly pageName?: string;
  /** Pixels per unit as [numerator, denominator], for both axes. */
  readonly resolution?: readonly [number, number];
  readonly yResolution?: readonly [number, number];
  readonly resolutionUnit?: number;
  /** Further or overriding tags: tag → [type, values]. */
  readonly tags?: Readonly<Record<number, readonly [number, readonly number[] | Buffer]>>;
}

export interface FileSpec {
  readonly littleEndian?: boolean;
  readonly big?: boolean;
  /** Make the last page's next pointer lead back to page 1. */
  readonly cycle?: boolean;
}

const SIZES: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 4, 7: 1, 13: 4, 16: 8 };
const kindOf = (dtype: string) => (dtype.startsWith('u') ? 1 : dtype.startsWith('i') ? 2 : 3);
const bitsOf = (dtype: string) => Number(/\d+$/.exec(dtype)?.[0]);

function putSample(bytes: Buffer, at: number, value: number, dtype: string, little: boolean): void {
  const size = bitsOf(dtype) / 8;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (dtype === 'float32') view.setFloat32(at, value, little);
  else if (dtype === 'float64') view.setFloat64(at, value, little);
  else if (size === 4) view.setUint32(at, value >>> 0, little);
  else if (size === 2) view.setUint16(at, value & 0xffff, little);
  else view.setUint8(at, value & 0xff);
}

/** Samples of rows × columns from (y0, x0), padded with zeros beyond the image, `samples` of them interleaved. */
function cut(
  page: PageSpec,
  samples: readonly number[],
  y0: number,
  x0: number,
  rows: number,
  columns: number,
): number[] {
  const cells: number[] = [];
  for (let y = y0; y < y0 + rows; y++)
    for (let x = x0; x < x0 + columns; x++)
      for (const s of samples)
        cells.push(y < page.height && x < page.width ? (page.values[s]?.[y * page.width + x] ?? 0) : 0);
  return cells;
}

function encodeCells(page: PageSpec, cells: number[], row: number, step: number, little: boolean): Buffer {
  const { dtype, predictor = 1 } = page;
  const size = bitsOf(dtype) / 8;
  if (predictor === 2) {
    for (let start = 0; start < cells.length; start += row)
      for (let i = start + row - 1; i >= start + step; i--) cells[i] = (cells[i] ?? 0) - (cells[i - step] ?? 0);
  }
  const bytes = Buffer.alloc(cells.length * size);
  cells.forEach((value, i) => putSample(bytes, i * size, value, dtype, predictor === 3 ? false : little));
  if (predictor !== 3) return bytes;
  const rowBytes = row * size;
  const spread = Buffer.alloc(bytes.length);
  for (let start = 0; start < bytes.length; start += rowBytes) {
    for (let i = 0; i < row; i++)
      for (let part = 0; part < size; part++) spread[start + part * row + i] = bytes[start + i * size + part] ?? 0;
    for (let i = start + rowBytes - 1; i >= start + step; i--) spread[i] = (spread[i] ?? 0) - (spread[i - step] ?? 0);
  }
  return spread;
}

const zstd = Zstd.fromConfig({ id: 'zstd' });

async function pack(bytes: Buffer, compression: number): Promise<Uint8Array> {
  if (compression === 5) return packLzw(bytes);
  if (compression === 8 || compression === 32946) return deflateSync(bytes);
  if (compression === 32773) return packBits(bytes);
  if (compression === 50000) return zstd.encode(bytes);
  return bytes;
}

async function encodeChunks(page: PageSpec, little: boolean): Promise<Uint8Array[]> {
  const { height, width, tile, rowsPerStrip = height, planar = false } = page;
  const [rows, columns] = tile ?? [rowsPerStrip, width];
  const all = page.values.map((_, s) => s);
  const chunks: Uint8Array[] = [];
  for (const samples of planar ? all.map((s) => [s]) : [all])
    for (let y = 0; y < height; y += rows)
      for (let x = 0; x < width; x += columns) {
        const stored = tile === undefined ? Math.min(rows, height - y) : rows;
        const cells = cut(page, samples, y, x, stored, columns);
        const row = columns * samples.length;
        chunks.push(await pack(encodeCells(page, cells, row, samples.length, little), page.compression ?? 1));
      }
  return chunks;
}

type Entry = readonly [tag: number, type: number, values: readonly number[] | Buffer];

function pageEntries(page: PageSpec, offsets: number[], byteCounts: number[]): Entry[] {
  const { tile, resolution, yResolution = resolution, description, pageName } = page;
  const text = (value: string) => Buffer.from(`${value}\0`);
  const each = (value: number) => page.values.map(() => value);
  const entries: Entry[] = [
    [256, 4, [page.width]],
    [257, 4, [page.height]],
    [258, 3, each(bitsOf(page.dtype))],
    [259, 3, [page.compression ?? 1]],
    [262, 3, [1]],
    [277, 3, [page.values.length]],
    [284, 3, [page.planar === true ? 2 : 1]],
    [317, 3, [page.predictor ?? 1]],
    [339, 3, each(kindOf(page.dtype))],
  ];
  if (tile === undefined)
    entries.push([273, 4, offsets], [278, 4, [page.rowsPerStrip ?? page.height]], [279, 4, byteCounts]);
  else entries.push([322, 4, [tile[1]]], [323, 4, [tile[0]]], [324, 4, offsets], [325, 4, byteCounts]);
  if (description !== undefined) entries.push([270, 2, text(description)]);
  if (pageName !== undefined) entries.push([285, 2, text(pageName)]);
  if (resolution !== undefined && yResolution !== undefined)
    entries.push([282, 5, [...resolution]], [283, 5, [...yResolution]], [296, 3, [page.resolutionUnit ?? 3]]);
  const extra = Object.entries(page.tags ?? {}).map(([tag, [type, values]]): Entry => [Number(tag), type, values]);
  const overridden = new Set(extra.map(([tag]) => tag));
  return [...entries.filter(([tag]) => !overridden.has(tag)), ...extra].sort((a, b) => a[0] - b[0]);
}

/** A TIFF of the pages given, any byte order, classic or BigTIFF; directories after the pixels, in order. */
export async function buildTiff(pages: readonly PageSpec[], file: FileSpec = {}): Promise<Buffer> {
  const { littleEndian: little = true, big = false, cycle = false } = file;
  const number = (value: number, size: number) => {
    const bytes = Buffer.alloc(8);
    if (little) bytes.writeBigUInt64LE(BigInt(value));
    else bytes.writeBigUInt64BE(BigInt(value));
    return little ? bytes.subarray(0, size) : bytes.subarray(8 - size);
  };
  const slot = big ? 8 : 4;
  const parts: Uint8Array[] = [];
  let length = big ? 16 : 8;
  const add = (bytes: Uint8Array) => {
    parts.push(bytes);
    length += bytes.length;
  };
  const tables: Entry[][] = [];
  for (const page of pages) {
    const offsets: number[] = [];
    const byteCounts: number[] = [];
    for (const chunk of await encodeChunks(page, little)) {
      offsets.push(length);
      byteCounts.push(chunk.length);
      add(chunk);
    }
    tables.push(pageEntries(page, offsets, byteCounts));
  }
  const first = length;
  tables.forEach((entries, i) => {
    const tableSize = (big ? 8 : 2) + entries.length * (big ? 20 : 12) + slot;
    const spill: Buffer[] = [];
    let free = length + tableSize;
    const rows = entries.map(([tag, type, values]) => {
      const size = SIZES[type] ?? 1;
      const bytes = Buffer.isBuffer(values) ? values : Buffer.concat([...values].map((value) => number(value, size)));
      const count = bytes.length / (type === 5 ? 8 : size);
      let inline = Buffer.concat([bytes, Buffer.alloc(slot)]).subarray(0, slot);
      if (bytes.length > slot) {
        inline = number(free, slot);
        spill.push(bytes);
        free += bytes.length;
      }
      return Buffer.concat([number(tag, 2), number(type, 2), number(count, slot), inline]);
    });
    const next = i + 1 < tables.length ? free : cycle ? first : 0;
    add(Buffer.concat([number(entries.length, big ? 8 : 2), ...rows, number(next, slot), ...spill]));
  });
  const order = Buffer.from(little ? 'II' : 'MM');
  const magic = big ? [number(43, 2), number(8, 2), number(0, 2), number(first, 8)] : [number(42, 2), number(first, 4)];
  return Buffer.concat([order, ...magic, ...parts]);
}
