import { invalidInput } from '../../core/errors.ts';
import { DECOMPRESSORS } from './decompress.ts';
import type { Decompressor } from './decompress.ts';
import { PLANE_FORMATS } from './plane-type.ts';
import type { PlaneFormat } from './plane-type.ts';
import { readNumbers, readText } from './tiff-file.ts';
import type { Directory, TiffFile } from './tiff-file.ts';
import { COMPRESSION_NAMES, PHOTOMETRIC, RESOLUTION_UNIT, TAG } from './tiff-tags.ts';

/** What one directory says about its pixels; nothing is checked yet, so that a thumbnail nobody wants cannot fail a file. */
export interface TiffPage {
  readonly tiff: TiffFile;
  readonly directory: Directory;
  /** 1-based. */
  readonly page: number;
  readonly height: number;
  readonly width: number;
  /** Null when the sample type is none of Plane's: see `sampleType`. */
  readonly format: PlaneFormat | null;
  /** For messages: `float64`, `uint12` … */
  readonly sampleType: string;
  readonly samples: number;
  /** Samples one after another in planes of their own (PlanarConfiguration 2). */
  readonly planar: boolean;
  readonly photometric: number;
  readonly compression: number;
  readonly predictor: number;
  readonly orientation: number;
  readonly fillOrder: number;
  readonly tiled: boolean;
  /** Rows and columns of a tile or strip. */
  readonly chunkHeight: number;
  readonly chunkWidth: number;
  /** NewSubfileType bit 0: a smaller copy of another page. */
  readonly reduced: boolean;
  readonly description: string;
  readonly pageName: string;
  readonly software: string;
  /** Pixels per unit; NaN when absent or x/0. */
  readonly xResolution: number;
  readonly yResolution: number;
  readonly resolutionUnit: number;
}

const MAX_SAMPLES = 64;
const MAX_PIXELS = 2 ** 30;
const KINDS = ['', 'uint', 'int', 'float'];

function sampleTypeOf(bits: readonly number[], kinds: readonly number[]): { name: string; format: PlaneFormat | null } {
  const [bit = 1] = bits;
  const [kind = 1] = kinds;
  if (bits.some((other) => other !== bit) || kinds.some((other) => other !== kind))
    return { name: `mixed samples of ${bits.join(', ')} bits`, format: null };
  const name = `${KINDS[kind] ?? `sample format ${kind} of `}${bit}`;
  return { name, format: Object.values(PLANE_FORMATS).find(({ dtype }) => dtype === name) ?? null };
}

/** Reads the tags of one directory that describe its pixels, names and pixel size; not the chunk tables. */
export async function describePage(tiff: TiffFile, directory: Directory): Promise<TiffPage> {
  const all = (tag: number) => readNumbers(tiff, directory, tag);
  const one = async (tag: number, otherwise: number) => (await all(tag))?.[0] ?? otherwise;
  const height = await one(TAG.imageLength, 0);
  const width = await one(TAG.imageWidth, 0);
  const tiled = directory.fields.has(TAG.tileWidth);
  const sampleType = sampleTypeOf((await all(TAG.bitsPerSample)) ?? [1], (await all(TAG.sampleFormat)) ?? [1]);
  return {
    tiff,
    directory,
    page: directory.page,
    height,
    width,
    format: sampleType.format,
    sampleType: sampleType.name,
    samples: await one(TAG.samplesPerPixel, 1),
    planar: (await one(TAG.planarConfiguration, 1)) === 2,
    photometric: await one(TAG.photometric, PHOTOMETRIC.blackIsZero),
    compression: await one(TAG.compression, 1),
    predictor: await one(TAG.predictor, 1),
    orientation: await one(TAG.orientation, 1),
    fillOrder: await one(TAG.fillOrder, 1),
    tiled,
    chunkHeight: tiled ? await one(TAG.tileLength, 0) : Math.min(height, await one(TAG.rowsPerStrip, height)),
    chunkWidth: tiled ? await one(TAG.tileWidth, 0) : width,
    reduced: ((await one(TAG.newSubfileType, 0)) & 1) === 1,
    description: (await readText(tiff, directory, TAG.imageDescription)) ?? '',
    pageName: ((await readText(tiff, directory, TAG.pageName)) ?? '').trim(),
    software: (await readText(tiff, directory, TAG.software)) ?? '',
    xResolution: await one(TAG.xResolution, NaN),
    yResolution: await one(TAG.yResolution, NaN),
    resolutionUnit: await one(TAG.resolutionUnit, RESOLUTION_UNIT.inch),
  };
}

const isCount = (value: number) => Number.isInteger(value) && value > 0;

/** Why a page cannot be read as planes, or null when it can. */
function refusal(page: TiffPage): string | null {
  const { height, width, samples, compression, predictor } = page;
  if (!isCount(height) || !isCount(width)) return `claims a size of ${height}x${width} pixels; export it again`;
  if (height * width > MAX_PIXELS)
    return `claims ${height}x${width} pixels, more than the ${MAX_PIXELS} that one plane may have; crop it into fields of view`;
  if (!DECOMPRESSORS.has(compression)) {
    const name = COMPRESSION_NAMES.get(compression);
    const found = name === undefined ? `unknown compression ${compression}` : `${name} compression (${compression})`;
    return `has ${found}; save it with none, deflate, LZW, PackBits or zstd (bfconvert -compression zlib does)`;
  }
  if (page.format === null)
    return `has ${page.sampleType} samples; save it as 8-, 16- or 32-bit integers or as float32`;
  if (page.photometric === PHOTOMETRIC.palette) return 'has palette colours, not intensities; save it as greyscale';
  if (!isCount(samples) || samples > MAX_SAMPLES)
    return `has ${samples} samples per pixel, at most ${MAX_SAMPLES} are read; save one channel per page`;
  if (page.orientation !== 1)
    return `is stored rotated or mirrored (orientation ${page.orientation}); save it upright (orientation 1)`;
  if (page.fillOrder !== 1) return `has reversed bit order (fill order ${page.fillOrder}); save it with fill order 1`;
  if (predictor !== 1 && predictor !== 2 && predictor !== 3)
    return `has the unknown predictor ${predictor}; save it with predictor 1, 2 or 3`;
  if (predictor === 3 && page.format.sampleFormat !== 3)
    return `has the floating-point predictor on ${page.sampleType} samples; save it without predictor`;
  if (!isCount(page.chunkHeight) || !isCount(page.chunkWidth))
    return `has tiles or strips of ${page.chunkHeight}x${page.chunkWidth} pixels; export it again`;
  if (page.chunkHeight * page.chunkWidth * samples > MAX_PIXELS)
    return `has tiles or strips of ${page.chunkHeight}x${page.chunkWidth} pixels; save it with tiles of 512x512`;
  return null;
}

/** A page that can be read: its sample type is one of Plane's, its compression known. */
export type ReadablePage = TiffPage & { readonly format: PlaneFormat; readonly decompress: Decompressor };

/** For messages: `page 3 of image.tif`. */
export const pageLabel = ({ tiff, page }: TiffPage): string => `page ${page} of ${tiff.bytes.path}`;

/** Passes a page whose pixels can be read within bounds; throws INVALID_INPUT that says why not and what to do. */
export function checkPage(page: TiffPage): ReadablePage {
  const why = refusal(page);
  const decompress = DECOMPRESSORS.get(page.compression);
  if (why !== null || page.format === null || decompress === undefined)
    throw invalidInput(`${pageLabel(page)} ${why ?? ''}`, { path: page.tiff.bytes.path, page: page.page });
  return { ...page, format: page.format, decompress };
}
