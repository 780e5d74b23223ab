import { invalidInput } from '../../core/errors.ts';
import type { Interpretation } from './acquisition.ts';
import { child, parseXml, textOf } from './ome-xml.ts';
import { resolutionTags } from './pixel-size.ts';
import { pageChannels, polarityWarnings } from './tiff-channels.ts';
import { pageLabel } from './tiff-page.ts';
import type { TiffPage } from './tiff-page.ts';
import { PHOTOMETRIC } from './tiff-tags.ts';

const ROOT = 'PerkinElmer-QPI-ImageDescription';

/** The XML without its declaration, which says utf-16 over 8-bit bytes. */
const withoutDeclaration = (text: string) => text.replace(/^\s*<\?xml[^>]*\?>/, '');

/**
 * Akoya (PerkinElmer) QPTIFF and inForm component TIFF: all pages at the top level, each with QPI XML. Pages of
 * ImageType FullResolution are channels, named by Biomarker, else Name; reduced levels, thumbnail, label and overview are
 * left out. Pixel size from the resolution tags. Null when the first page is not of this kind; INVALID_INPUT for
 * brightfield (RGB) scans.
 */
export function interpretAkoya(pages: readonly TiffPage[]): Interpretation | null {
  if (pages[0]?.description.includes(`<${ROOT}`) !== true) return null;
  const full = pages.flatMap((page) => {
    if (!page.description.includes(`<${ROOT}`)) return [];
    const root = child(parseXml(withoutDeclaration(page.description), pageLabel(page)), ROOT) ?? {};
    if (textOf(child(root, 'ImageType')) !== 'FullResolution') return [];
    return [{ page, name: textOf(child(root, 'Biomarker')) || textOf(child(root, 'Name')) || null }];
  });
  const path = pages[0].tiff.bytes.path;
  const [first] = full;
  if (first === undefined)
    throw invalidInput(`${path} is an Akoya TIFF without a FullResolution page; export the component data again`, {
      path,
    });
  const rgb = full.find(({ page }) => page.photometric === PHOTOMETRIC.rgb);
  if (rgb !== undefined)
    throw invalidInput(
      `${pageLabel(rgb.page)} is a brightfield (RGB) scan, not fluorescence; give unmixed component data`,
      { path },
    );
  return {
    format: 'Akoya TIFF',
    channels: full.flatMap(({ page, name }) => pageChannels(page, name)),
    pixelSizes: resolutionTags(first.page),
    intensity: 'counts',
    warnings: polarityWarnings(full.map(({ page }) => page)),
  };
}
