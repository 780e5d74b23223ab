import { invalidInput } from '../../core/errors.ts';
import type { Interpretation, PixelSize } from './acquisition.ts';
import { micrometresIn, resolutionTags } from './pixel-size.ts';
import { pageChannels, polarityWarnings, withoutThumbnails } from './tiff-channels.ts';
import { checkPage } from './tiff-page.ts';
import type { TiffPage } from './tiff-page.ts';
import { numbersOf, readBytes, readNumbers } from './tiff-file.ts';
import type { Directory } from './tiff-file.ts';
import { COMPRESSION, FIELD, TAG } from './tiff-tags.ts';

const MAX_METADATA = 2 ** 24;
const LABELS = 0x6c61626c; // 'labl'
const MAGIC = 0x494a494a; // 'IJIJ'

/** ImageJ's `key=value` lines; `\u00B5` escapes resolved. */
function parseDescription(text: string): ReadonlyMap<string, string> {
  const unescaped = text.replace(/\\u([0-9a-fA-F]{4})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const pairs = unescaped.split(/\r?\n/).map((line) => line.split('=', 2));
  return new Map(pairs.map(([key = '', value = '']) => [key.trim(), value.trim()]));
}

/**
 * Slice labels out of ImageJ's own metadata (tags 50838, 50839; layout as ij.io.TiffEncoder 1.53 writes it): a header of
 * type and count pairs, then the values, labels being UTF-16 in the file's byte order. Empty when there are none.
 */
async function readLabels({ tiff, directory }: TiffPage): Promise<string[]> {
  const sizes = await readNumbers(tiff, directory, TAG.imageJByteCounts);
  const bytes = await readBytes(tiff, directory, TAG.imageJMetadata, MAX_METADATA);
  const headerSize = sizes?.[0] ?? 0;
  if (sizes === null || bytes === null || headerSize < 12 || headerSize > bytes.length) return [];
  const numbers = numbersOf(tiff.littleEndian);
  if (numbers.uint32(bytes, 0) !== MAGIC) return [];
  let at = headerSize;
  let entry = 1;
  for (let header = 4; header + 8 <= headerSize; header += 8) {
    const isLabels = numbers.uint32(bytes, header) === LABELS;
    const labels: string[] = [];
    for (let left = numbers.uint32(bytes, header + 4); left > 0 && entry < sizes.length; left--) {
      const end = Math.min(bytes.length, at + (sizes[entry++] ?? 0));
      const units = Array.from({ length: Math.floor((end - at) / 2) }, (_, i) => numbers.uint16(bytes, at + 2 * i));
      labels.push(
        units
          .map((unit) => String.fromCharCode(unit))
          .join('')
          .trim(),
      );
      at = end;
    }
    if (isLabels) return labels;
  }
  return [];
}

/** Pages of a stack that ImageJ wrote with one directory only: raw planes one behind the other. */
async function contiguousPages(page: TiffPage, images: number): Promise<TiffPage[]> {
  const { tiff, height, width, samples } = page;
  const { path, size } = tiff.bytes;
  const { format } = checkPage(page);
  const length = height * width * samples * format.bytes;
  const start = (await readNumbers(tiff, page.directory, TAG.stripOffsets))?.[0] ?? 0;
  if (page.compression !== COMPRESSION.none || page.tiled)
    throw invalidInput(`${path} announces ${images} images but has one page; save the stack again`, { path });
  if (start + images * length > size)
    throw invalidInput(
      `${path} is truncated: ${images} planes end at byte ${start + images * length}, the file at ${size}; copy it again`,
      { path },
    );
  return Array.from({ length: images }, (_, i) => {
    const field = (value: number) => {
      const inline = Buffer.alloc(8);
      if (tiff.littleEndian) inline.writeBigUInt64LE(BigInt(value));
      else inline.writeBigUInt64BE(BigInt(value));
      return { type: FIELD.long8, count: 1, offset: 0, inline };
    };
    const directory: Directory = {
      page: i + 1,
      fields: new Map([
        ...page.directory.fields,
        [TAG.stripOffsets, field(start + i * length)],
        [TAG.stripByteCounts, field(length)],
      ]),
    };
    return { ...page, directory, page: i + 1, chunkHeight: height };
  });
}

/** ImageJ keeps pixels per `unit` in the resolution tags and the unit in its description. */
function pixelSizes(page: TiffPage, unit: string): PixelSize[] {
  const micrometres = micrometresIn(unit);
  if (micrometres === null) return resolutionTags(page);
  const { xResolution, yResolution } = page;
  if (!(xResolution > 0)) return [];
  const y = micrometres / (yResolution > 0 ? yResolution : xResolution);
  const from = `XResolution ${Number(xResolution.toPrecision(6))} pixels per ${unit}`;
  return [{ y, x: micrometres / xResolution, from }];
}

/**
 * ImageJ TIFF: `key=value` lines in the first description. Slices and frames must be 1; channels take their names from the
 * slice labels where each has one. Null when the first page is not of this kind; INVALID_INPUT for z-stacks and movies.
 */
export async function interpretImageJ(pages: readonly TiffPage[]): Promise<Interpretation | null> {
  const [first] = pages;
  if (first?.description.startsWith('ImageJ=') !== true) return null;
  const { path } = first.tiff.bytes;
  const facts = parseDescription(first.description);
  const count = (key: string) => Math.max(1, Math.floor(Number(facts.get(key) ?? 1)) || 1);
  if (count('slices') > 1 || count('frames') > 1)
    throw invalidInput(
      `${path} is an ImageJ stack of ${count('slices')} slices and ${count('frames')} frames; expected one of each. ` +
        'If they are channels, say so in ImageJ (Image > Properties) and save again',
      { path, found: { slices: count('slices'), frames: count('frames') } },
    );
  const images = count('images');
  const all = images > 1 && pages.length === 1 ? await contiguousPages(first, images) : pages;
  const { kept, warnings } = withoutThumbnails(all);
  const labels = await readLabels(first);
  const named = labels.length === kept.length && labels.every((label) => label !== '');
  return {
    format: 'ImageJ TIFF',
    channels: kept.flatMap((page, i) => pageChannels(page, named ? (labels[i] ?? null) : null)),
    pixelSizes: pixelSizes(first, facts.get('unit') ?? ''),
    intensity: 'counts',
    warnings: [...warnings, ...polarityWarnings(kept)],
  };
}
