import type { Interpretation } from './acquisition.ts';
import { resolutionTags } from './pixel-size.ts';
import { pageChannels, polarityWarnings, withoutThumbnails } from './tiff-channels.ts';
import type { TiffPage } from './tiff-page.ts';

/**
 * A plain TIFF: every page (and every sample of it) is a channel, named by PageName where all pages have one. Reduced
 * copies are left out, and RGB pictures where other pages hold the channels. Pixel size from the resolution tags.
 */
export function interpretPlain(pages: readonly TiffPage[]): Interpretation {
  const { kept, warnings } = withoutThumbnails(pages);
  const named = kept.every(({ pageName }) => pageName !== '');
  const [first] = kept;
  return {
    format: 'TIFF',
    channels: kept.flatMap((page) => pageChannels(page, named ? page.pageName : null)),
    pixelSizes: first === undefined ? [] : resolutionTags(first),
    intensity: 'counts',
    warnings: [...warnings, ...polarityWarnings(kept)],
  };
}
