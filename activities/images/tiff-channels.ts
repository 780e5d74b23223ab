import { invalidInput } from '../../core/errors.ts';
import type { PlaneSource, SourceChannel } from './acquisition.ts';
import { decodePage } from './decode-page.ts';
import { checkPage, pageLabel } from './tiff-page.ts';
import type { TiffPage } from './tiff-page.ts';
import { PHOTOMETRIC } from './tiff-tags.ts';

/** A page as a source of planes; throws INVALID_INPUT when it cannot be read. */
export function pageSource(page: TiffPage): PlaneSource {
  const readable = checkPage(page);
  return {
    label: pageLabel(page),
    height: page.height,
    width: page.width,
    dtype: readable.format.dtype,
    decode: (samples, signal) => decodePage(readable, samples, signal),
  };
}

/** All samples of a page as channels; `name` names a single sample, several are called `name 1`, `name 2` … */
export function pageChannels(page: TiffPage, name: string | null): SourceChannel[] {
  const source = pageSource(page);
  return Array.from({ length: page.samples }, (_, sample) => ({
    name: name !== null && page.samples > 1 ? `${name} ${sample + 1}` : name,
    role: null,
    source,
    sample,
  }));
}

/** A warning for pages whose values are stored with 0 as white; the values are kept as they are. */
export function polarityWarnings(pages: readonly TiffPage[]): string[] {
  const inverted = pages.filter(({ photometric }) => photometric === PHOTOMETRIC.whiteIsZero);
  return inverted.length === 0
    ? []
    : [`${inverted.length} page(s) are marked "0 is white"; their values are taken as they are, not inverted`];
}

/** Drops reduced copies, and RGB pictures (thumbnails, overviews) where other pages hold the channels. */
export function withoutThumbnails(pages: readonly TiffPage[]): { kept: TiffPage[]; warnings: string[] } {
  const isRgb = (page: TiffPage) => page.photometric === PHOTOMETRIC.rgb;
  const full = pages.filter(({ reduced }) => !reduced);
  const candidates = full.length > 0 ? full : [...pages];
  const kept = candidates.some((page) => !isRgb(page)) ? candidates.filter((page) => !isRgb(page)) : candidates;
  const dropped = pages.filter((page) => !kept.includes(page)).map(({ page }) => page);
  const warnings =
    dropped.length > 0 ? [`page(s) ${dropped.join(', ')} are thumbnails or reduced copies; left out`] : [];
  return { kept, warnings };
}

/** Throws INVALID_INPUT naming both when two channels differ in size. */
export function checkSameSize(channels: readonly SourceChannel[]): void {
  const [first] = channels;
  const other = channels.find(
    ({ source }) => source.height !== first?.source.height || source.width !== first.source.width,
  );
  if (first === undefined || other === undefined) return;
  const size = ({ source }: SourceChannel) => `${source.label} has ${source.height}x${source.width} pixels`;
  throw invalidInput(
    `${size(first)}, ${size(other)}: channels of one field of view must have one size; remove or re-export the odd one`,
    { found: [other.source.height, other.source.width], wanted: [first.source.height, first.source.width] },
  );
}
