import { invalidInput } from '../../core/errors.ts';
import type { Interpretation, PixelSize } from './acquisition.ts';
import { resolutionTags } from './pixel-size.ts';
import { pageChannels } from './tiff-channels.ts';
import { pageLabel } from './tiff-page.ts';
import type { TiffPage } from './tiff-page.ts';

type Description = Readonly<Record<string, unknown>>;

const MAX_CHARACTERS = 2 ** 20;

function parseDescription(page: TiffPage): Description | null {
  const { description } = page;
  if (!description.trimStart().startsWith('{') || description.length > MAX_CHARACTERS) return null;
  try {
    const parsed: unknown = JSON.parse(description);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Description) : null;
  } catch {
    return null;
  }
}

/** The pixel size by `mibi.size`, the field's side in µm, over its width in pixels. */
function fieldSize(description: Description, page: TiffPage): PixelSize[] {
  const side = Number(description['mibi.size']);
  if (!(side > 0)) return [];
  const mpp = side / page.width;
  return [{ y: mpp, x: mpp, from: `mibi.size ${side} µm over ${page.width} px` }];
}

/**
 * MIBItiff (Ionpath): one page per channel, each described by JSON whose `channel.target` is the name; pages whose
 * `image.type` is not SIMS (optical image, label) are left out. The resolution tags and `mibi.size` both state the pixel size.
 * Null when the pages are not of this kind.
 */
export function interpretMibi(pages: readonly TiffPage[]): Interpretation | null {
  const described = pages.map((page) => ({ page, description: parseDescription(page) }));
  const isMibi = described.some(({ description }) => description !== null && 'channel.target' in description);
  if (!isMibi) return null;
  const recorded = described.filter(({ description }) => (description?.['image.type'] ?? 'SIMS') === 'SIMS');
  const skipped = described.filter((entry) => !recorded.includes(entry)).map(({ page }) => page.page);
  const channels = recorded.flatMap(({ page, description }) => {
    const target = description?.['channel.target'];
    if (typeof target !== 'string' || target.trim() === '')
      throw invalidInput(
        `${pageLabel(page)} has no channel.target in its description, unlike other pages; export the MIBItiff again`,
        { path: page.tiff.bytes.path, page: page.page },
      );
    return pageChannels(page, target.trim());
  });
  const [first] = recorded;
  return {
    format: 'MIBI TIFF',
    channels,
    pixelSizes:
      first === undefined ? [] : [...resolutionTags(first.page), ...fieldSize(first.description ?? {}, first.page)],
    intensity: 'counts',
    warnings: skipped.length > 0 ? [`page(s) ${skipped.join(', ')} are not SIMS images; left out`] : [],
  };
}
