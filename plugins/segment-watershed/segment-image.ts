import type { z } from 'zod';
import { invalidInput } from '../../core/errors.ts';
import type { StepContext } from '../../core/step.ts';
import type { Image, Labels, Plane } from '../../kernels/image.ts';
import { choosePlanes } from '../../core/choose-planes.ts';
import { findNuclei } from './find-nuclei.ts';
import { growCells } from './grow-cells.ts';
import type { params } from './params.ts';

type Options = z.output<typeof params>;

/** Nuclei that are fewer pixels across than this cannot be told apart; more than the other take minutes to smooth. */
const DIAMETER_PX = { least: 4, most: 400 };

/**
 * Cells and nuclei of a `unit` image. Nucleus i lies within cell i; ids are 1..n without gaps. A field without nuclei gives
 * labels without objects. The method is told in README.md.
 */
export function segmentImage(image: Image, options: Options, ctx: StepContext): { cells: Labels; nuclei: Labels } {
  checkImage(image, options);
  const { height, width, mpp } = image;
  const { nuclear, membrane } = choosePlanes(image, options.nuclear, options.membrane);
  const nuclearSignal = averageOf(nuclear);
  const membraneSignal = brightestOf(membrane);
  if (membrane.length > 0 && membraneSignal === null) {
    ctx.log.warn({ fov: ctx.fov }, 'the membrane channels are zero everywhere; cells are grown by distance only');
  }
  const px = (um: number): number => um / mpp;
  const stages = 2;
  ctx.signal.throwIfAborted();
  ctx.progress(0, stages);
  const nuclei = findNuclei(nuclearSignal, membraneSignal, height, width, {
    diameterPx: px(options.nucleusDiameterUm),
    minAreaPx: options.minNucleusAreaUm2 / mpp ** 2,
    smoothingPx: px(options.smoothingUm),
    membraneSmoothingPx: px(0.3),
    openingPx: Math.round(px(0.5)),
    minBrightness: options.minBrightness,
    mergeDepth: options.mergeDepth,
    membraneSuppression: options.membraneSuppression,
  });
  ctx.signal.throwIfAborted();
  ctx.progress(1, stages);
  const cells = growCells(nuclei, membraneSignal, height, width, {
    maxExpansionPx: px(options.maxExpansionUm),
    minExpansionPx: px(options.minExpansionUm),
    membraneSmoothingPx: px(0.25),
    tissueSmoothingPx: px(0.5),
    membraneWeight: options.membraneWeight,
    minMembrane: options.minMembrane,
    minAreaPx: options.minNucleusAreaUm2 / mpp ** 2,
  });
  ctx.progress(stages, stages);
  return { cells: { height, width, mpp, data: cells }, nuclei: { height, width, mpp, data: nuclei } };
}

function checkImage({ intensity, mpp }: Image, { nucleusDiameterUm }: Options): void {
  if (intensity !== 'unit') {
    throw invalidInput(
      'image holds intensities as recorded ("counts"), wanted a normalised one ("unit"); put a normalize step before this one',
      { port: 'image', found: intensity, wanted: 'unit' },
    );
  }
  const across = nucleusDiameterUm / mpp;
  if (across >= DIAMETER_PX.least && across <= DIAMETER_PX.most) return;
  throw invalidInput(
    `a nucleus of ${nucleusDiameterUm} µm is ${across.toPrecision(2)} pixels across at ${mpp} µm per pixel, wanted ` +
      `${DIAMETER_PX.least} to ${DIAMETER_PX.most}; check the image's pixel size and nucleusDiameterUm, or resample first`,
    { port: 'image', found: mpp },
  );
}

function averageOf(planes: readonly Plane[]): Float32Array {
  const [only, ...others] = planes;
  if (only instanceof Float32Array && others.length === 0) return only;
  const out = new Float32Array(planes[0]!.length);
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (const plane of planes) sum += plane[i]!;
    out[i] = sum / planes.length;
  }
  return out;
}

/** The brightest plane at each pixel; null when there is no plane or no signal. */
function brightestOf(planes: readonly Plane[]): Float32Array | null {
  const [first, ...others] = planes;
  if (first === undefined) return null;
  const out = first instanceof Float32Array && others.length === 0 ? first : new Float32Array(first);
  for (const plane of others) for (let i = 0; i < out.length; i++) if (plane[i]! > out[i]!) out[i] = plane[i]!;
  return out.some((value) => value > 0) ? out : null;
}
