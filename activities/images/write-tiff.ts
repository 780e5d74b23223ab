import { open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { endianness } from 'node:os';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import type { Image, Labels, Plane } from '../../kernels/image.ts';
import { FoveaError } from '../../core/errors.ts';
import { writeOmeXml } from './ome-xml-write.ts';
import { PLANE_FORMATS, planeTypeOf } from './plane-type.ts';
import type { PlaneFormat } from './plane-type.ts';
import { asciiField, encodeDirectory, encodeHeader, rational } from './tiff-directory.ts';
import type { DirectoryEntry } from './tiff-directory.ts';
import { COMPRESSION, FIELD, PHOTOMETRIC, RESOLUTION_UNIT, TAG } from './tiff-tags.ts';

export { readLabelsTiff } from './read-labels.ts';

export interface WriteTiffOptions {
  /** Tile side in pixels, a multiple of 16; 512 by default. */
  readonly tile?: number;
  readonly compression?: 'deflate' | 'none';
  /** `auto` (default) takes BigTIFF when the uncompressed pixels might not fit 4 GiB. */
  readonly bigTiff?: 'auto' | boolean;
  /** Adds halved levels (2×2 mean, rounded half up) as SubIFDs down to one tile; off by default. */
  readonly pyramid?: boolean;
}

/** zlib level 4: on photon-counting noise within 2 % of level 6's size in half its time. */
const LEVEL = 4;
const LIMIT_CLASSIC = 4_000_000_000;
const compress = promisify(deflate);

interface Grid {
  readonly height: number;
  readonly width: number;
  readonly plane: Plane;
}

interface Layout {
  readonly tile: number;
  readonly deflate: boolean;
  readonly big: boolean;
  readonly format: PlaneFormat;
  readonly mpp: number;
}

/** Appends to a file and knows the offset; keeps every block on an even offset, as TIFF wants. */
interface Sink {
  offset: number;
  readonly file: FileHandle;
}

async function append(sink: Sink, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await sink.file.write(bytes, written, bytes.length - written, sink.offset + written);
    written += bytesWritten;
  }
  sink.offset += bytes.length + (bytes.length & 1);
}

/** One tile's samples as bytes in host order, zero-padded beyond the plane's edge. */
function cutTile(
  { height, width, plane }: Grid,
  format: PlaneFormat,
  tile: number,
  y0: number,
  x0: number,
): Uint8Array {
  const samples = format.create(tile * tile);
  const columns = Math.min(tile, width - x0);
  for (let y = 0; y < Math.min(tile, height - y0); y++) {
    const from = (y0 + y) * width + x0;
    samples.set(plane.subarray(from, from + columns), y * tile);
  }
  return new Uint8Array(samples.buffer);
}

/** Writes a plane's tiles, one row of tiles in memory at a time, and returns its directory entries. */
async function writeGrid(sink: Sink, grid: Grid, layout: Layout, reduced: boolean): Promise<DirectoryEntry[]> {
  const { tile, format } = layout;
  const offsets: number[] = [];
  const byteCounts: number[] = [];
  for (let y0 = 0; y0 < grid.height; y0 += tile) {
    const row: Promise<Uint8Array>[] = [];
    for (let x0 = 0; x0 < grid.width; x0 += tile) {
      const samples = cutTile(grid, format, tile, y0, x0);
      row.push(layout.deflate ? compress(samples, { level: LEVEL }) : Promise.resolve(samples));
    }
    for (const bytes of await Promise.all(row)) {
      offsets.push(sink.offset);
      byteCounts.push(bytes.length);
      await append(sink, bytes);
    }
  }
  const offsetType = layout.big ? FIELD.long8 : FIELD.long;
  return [
    { tag: TAG.newSubfileType, type: FIELD.long, values: [reduced ? 1 : 0] },
    { tag: TAG.imageWidth, type: FIELD.long, values: [grid.width] },
    { tag: TAG.imageLength, type: FIELD.long, values: [grid.height] },
    { tag: TAG.bitsPerSample, type: FIELD.short, values: [format.bytes * 8] },
    { tag: TAG.compression, type: FIELD.short, values: [layout.deflate ? COMPRESSION.deflate : COMPRESSION.none] },
    { tag: TAG.photometric, type: FIELD.short, values: [PHOTOMETRIC.blackIsZero] },
    { tag: TAG.samplesPerPixel, type: FIELD.short, values: [1] },
    { tag: TAG.planarConfiguration, type: FIELD.short, values: [1] },
    { tag: TAG.sampleFormat, type: FIELD.short, values: [format.sampleFormat] },
    { tag: TAG.tileWidth, type: FIELD.long, values: [tile] },
    { tag: TAG.tileLength, type: FIELD.long, values: [tile] },
    { tag: TAG.tileOffsets, type: offsetType, values: offsets },
    { tag: TAG.tileByteCounts, type: offsetType, values: byteCounts },
  ];
}

/** Halves a plane: each pixel the mean of the up to 2×2 pixels it covers, integers rounded half up. */
export function halve({ height, width, plane }: Grid, format: PlaneFormat): Grid {
  const rows = Math.ceil(height / 2);
  const columns = Math.ceil(width / 2);
  const half = format.create(rows * columns);
  const round = format.dtype === 'float32' ? (value: number) => value : (value: number) => Math.floor(value + 0.5);
  for (let y = 0; y < rows; y++) {
    const top = 2 * y * width;
    const bottom = 2 * y + 1 < height ? top + width : top;
    for (let x = 0; x < columns; x++) {
      const left = 2 * x;
      const right = Math.min(left + 1, width - 1);
      const sum = at(plane, top + left) + at(plane, top + right) + at(plane, bottom + left) + at(plane, bottom + right);
      half[y * columns + x] = round(sum / 4);
    }
  }
  return { height: rows, width: columns, plane: half };
}

const at = (plane: Plane, index: number): number => plane[index] as number;

async function writePage(
  sink: Sink,
  full: Grid,
  layout: Layout,
  pyramid: boolean,
): Promise<{ entries: DirectoryEntry[]; levels: DirectoryEntry[][] }> {
  const pixelsPerCm = rational(10_000 / layout.mpp);
  const entries = [
    ...(await writeGrid(sink, full, layout, false)),
    { tag: TAG.xResolution, type: FIELD.rational, values: pixelsPerCm },
    { tag: TAG.yResolution, type: FIELD.rational, values: pixelsPerCm },
    { tag: TAG.resolutionUnit, type: FIELD.short, values: [RESOLUTION_UNIT.centimetre] },
    { tag: TAG.software, type: FIELD.ascii, values: asciiField('fovea') },
  ];
  const levels: DirectoryEntry[][] = [];
  for (let grid = full; pyramid && Math.max(grid.height, grid.width) > layout.tile;) {
    grid = halve(grid, layout.format);
    levels.push(await writeGrid(sink, grid, layout, true));
  }
  return { entries, levels };
}

function check(image: Image, tile: number): PlaneFormat {
  const refuse = (what: string) =>
    new FoveaError('INVALID_OUTPUT', `cannot write an OME-TIFF: ${what}; pass a consistent Image`);
  const [first] = image.planes;
  if (first === undefined) throw refuse('the image has no planes');
  if (!(Number.isInteger(tile) && tile >= 16 && tile <= 4096 && tile % 16 === 0))
    throw refuse(`tile ${tile} is not a multiple of 16 from 16 to 4096`);
  if (!(image.mpp > 0 && Number.isFinite(image.mpp))) throw refuse(`mpp ${image.mpp} is not a positive number`);
  if (image.planes.length !== image.channels.length)
    throw refuse(`${image.planes.length} planes for ${image.channels.length} channels`);
  const dtype = planeTypeOf(first);
  image.planes.forEach((plane, c) => {
    if (planeTypeOf(plane) !== dtype) throw refuse(`plane ${c + 1} is ${planeTypeOf(plane)}, the first is ${dtype}`);
    if (plane.length !== image.height * image.width || plane.length === 0)
      throw refuse(`plane ${c + 1} has ${plane.length} pixels, expected ${image.height}x${image.width}`);
  });
  return PLANE_FORMATS[dtype];
}

async function writePages(file: FileHandle, image: Image, options: WriteTiffOptions): Promise<void> {
  const { tile = 512, compression = 'deflate', bigTiff = 'auto', pyramid = false } = options;
  const format = check(image, tile);
  const side = Math.min(tile, 16 * Math.ceil(Math.max(image.height, image.width) / 16));
  const padded = side ** 2 * Math.ceil(image.height / side) * Math.ceil(image.width / side);
  const bound = padded * format.bytes * image.planes.length * (pyramid ? 1.5 : 1.01);
  const big = bigTiff === 'auto' ? bound > LIMIT_CLASSIC : bigTiff;
  const layout: Layout = { tile: side, deflate: compression === 'deflate', big, format, mpp: image.mpp };
  const sink: Sink = { offset: big ? 16 : 8, file };
  const pages = [];
  for (const plane of image.planes)
    pages.push(await writePage(sink, { height: image.height, width: image.width, plane }, layout, pyramid));

  const xml = writeOmeXml({ ...image, format, bigEndian: endianness() === 'BE' });
  pages[0]?.entries.push({ tag: TAG.imageDescription, type: FIELD.ascii, values: asciiField(xml) });
  for (const { entries, levels } of pages) {
    if (levels.length === 0) continue;
    const at: number[] = [];
    for (const level of levels) {
      at.push(sink.offset);
      await append(sink, encodeDirectory(level, sink.offset, big, false));
    }
    entries.push({ tag: TAG.subIfds, type: big ? FIELD.ifd8 : FIELD.ifd, values: at });
  }
  const first = sink.offset;
  for (const [i, { entries }] of pages.entries())
    await append(sink, encodeDirectory(entries, sink.offset, big, i + 1 < pages.length));
  await file.write(encodeHeader(big, first), 0, undefined, 0);
}

/**
 * Writes an image (C,Y,X, any Plane dtype) as a tiled OME-TIFF (schema 2016-06), one directory per channel, with
 * pixel size and channel names in the OME-XML and pixels per centimetre in the resolution tags. Plane by plane, one row
 * of tiles in memory; equal images give equal bytes. The file appears under `path` only when whole (written beside it
 * under a temporary name). Throws INVALID_OUTPUT for an inconsistent image; file errors pass through.
 */
export async function writeOmeTiff(path: string, image: Image, options: WriteTiffOptions = {}): Promise<void> {
  const temporary = `${path}.${process.pid}.partial`;
  const file = await open(temporary, 'w');
  try {
    await writePages(file, image, options);
    await file.close();
    await rename(temporary, path);
  } catch (error) {
    await file.close();
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Writes labels as a one-channel uint32 OME-TIFF, deflate, channel name `labels`. Never a pyramid. */
export async function writeLabelsTiff(path: string, labels: Labels): Promise<void> {
  const { height, width, mpp, data } = labels;
  const negative = data.findIndex((id) => id < 0);
  if (negative >= 0)
    throw new FoveaError('INVALID_OUTPUT', `cannot write labels: id ${data[negative]} is negative; ids start at 1`);
  const plane = new Uint32Array(data.buffer, data.byteOffset, data.length);
  const channels = [{ name: 'labels', role: null }];
  await writeOmeTiff(path, { height, width, mpp, intensity: 'counts', channels, planes: [plane] });
}
