import { invalidInput } from '../../core/errors.ts';
import type { PixelSize } from './acquisition.ts';
import type { TiffPage } from './tiff-page.ts';
import { RESOLUTION_UNIT } from './tiff-tags.ts';

/** Pixel sizes a file may state on its own authority, µm; anything outside is a screen resolution or a placeholder. */
const BELIEVABLE = { from: 0.05, to: 5 };
const TOLERANCE = 0.01;

/** Apart by more than 1 % of the smaller. */
const differ = (a: number, b: number) => Math.abs(a - b) > TOLERANCE * Math.min(a, b) * (1 + 1e-9);

const show = (value: number) => Number(value.toPrecision(6)).toString();

const size = ({ y, x, from }: PixelSize) =>
  `${differ(y, x) ? `${show(y)} (y) x ${show(x)} (x)` : show(x)} µm per pixel (${from})`;

const uniqueSizes = (sizes: readonly PixelSize[]) =>
  sizes.filter((one, i) => sizes.findIndex((other) => size(other) === size(one)) === i);

/** Whether two sizes are apart by more than 1 % along y or x. */
export const pixelSizesDiffer = (a: PixelSize, b: PixelSize): boolean => differ(a.y, b.y) || differ(a.x, b.x);

/** A stated size with its source, for messages: `0.5 µm per pixel (OME PhysicalSize)`. */
export const pixelSizeText = (stated: PixelSize): string => size(stated);

/** Whether a stated size counts, or is a screen resolution or placeholder. */
export const isBelievable = ({ y, x }: PixelSize): boolean =>
  [y, x].every((value) => value >= BELIEVABLE.from && value <= BELIEVABLE.to);

/** The pixel size in a page's resolution tags: none where they are absent, zero, or without a unit of length. */
export function resolutionTags(page: TiffPage): PixelSize[] {
  const { xResolution, yResolution, resolutionUnit } = page;
  const micrometres = { [RESOLUTION_UNIT.inch]: 25_400, [RESOLUTION_UNIT.centimetre]: 10_000 }[resolutionUnit];
  if (micrometres === undefined || !(xResolution > 0)) return [];
  const unit = resolutionUnit === RESOLUTION_UNIT.inch ? 'dpi' : 'px/cm';
  const y = yResolution > 0 ? yResolution : xResolution;
  return [{ y: micrometres / y, x: micrometres / xResolution, from: `XResolution ${show(xResolution)} ${unit}` }];
}

const MICROMETRES: Readonly<Record<string, number>> = {
  pm: 1e-6,
  Å: 1e-4,
  nm: 1e-3,
  µm: 1,
  μm: 1,
  um: 1,
  micron: 1,
  microns: 1,
  micrometer: 1,
  micrometre: 1,
  mm: 1e3,
  cm: 1e4,
  m: 1e6,
  inch: 25_400,
  in: 25_400,
};

/** µm in one `unit` of length, or null when the unit is no length (`pixel`, `reference frame`). */
export function micrometresIn(unit: string): number | null {
  return MICROMETRES[unit.trim()] ?? MICROMETRES[unit.trim().toLowerCase()] ?? null;
}

export interface SheetSize {
  readonly mpp: number | null;
  readonly forceMpp: boolean;
}

/**
 * The image's µm per pixel. The samplesheet's value wins when it is forced (`0.5!`) or agrees with the file within 1 %;
 * the file's stands when the sheet has none. Sizes outside 0.05–5 µm in the file (72, 96, 300 dpi, 1/1) count as
 * unset. Throws INVALID_INPUT, saying how to set it, when there is none, when two places contradict each other, and
 * when y and x differ by more than 1 %.
 */
export function settleMpp(path: string, stated: readonly PixelSize[], { mpp, forceMpp }: SheetSize): number {
  if (mpp !== null && forceMpp) return mpp;
  const believed = stated.filter(isBelievable);
  const [file] = believed;
  const refuse = (message: string, remedy: string) =>
    invalidInput(`${path}: ${message}; ${remedy}`, { path, found: stated, wanted: mpp });
  if (file === undefined) {
    if (mpp !== null) return mpp;
    const unset = uniqueSizes(stated).map(
      (other) => `${size(other)} is outside ${BELIEVABLE.from}–${BELIEVABLE.to}, taken as unset`,
    );
    throw refuse(
      `the file states no pixel size${unset.length > 0 ? `: ${unset.join(', ')}` : ''}`,
      'write µm per pixel into the mpp column of the samplesheet (or mpp: under source)',
    );
  }
  const remedy =
    'write the µm per pixel with an exclamation mark (0.5!) into the mpp column of the samplesheet to insist on it';
  const oblong = believed.find(({ y, x }) => differ(y, x));
  if (oblong !== undefined)
    throw refuse(`pixels are not square: ${size(oblong)}`, `resample them to squares, or ${remedy}`);
  const other = believed.find(({ x }) => differ(x, file.x));
  if (other !== undefined) throw refuse(`the file contradicts itself: ${size(file)} and ${size(other)}`, remedy);
  if (mpp !== null && differ(mpp, file.x))
    throw refuse(
      `the samplesheet says ${show(mpp)} µm per pixel, the file ${size(file)}`,
      `correct or empty the mpp column, or write ${show(mpp)}! there to overrule the file`,
    );
  return mpp ?? file.x;
}
