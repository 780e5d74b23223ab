import { invalidInput } from '../../core/errors.ts';
import type { StepContext } from '../../core/step.ts';
import type { Image, Labels } from '../../kernels/image.ts';
import { relabelSequential } from '../../kernels/relabel.ts';
import { resizeNearest } from '../../kernels/resample.ts';
import { choosePlanes } from './channels.ts';
import { labelCells, type LabelledCells } from './label-cells.ts';
import { enlargeMaps, type HpaMaps, scaleSizes } from './maps.ts';
import { readNets } from './nets.ts';
import type { Options } from './params.ts';
import { predict } from './predict.ts';
import { fullScaleOf, frameOf, toTensor, toUnit } from './prepare.ts';

/** Pixels of the published post-processing along one of the models'. */
const ZOOM = 4;
const STAGES = 3;

/**
 * Cells and nuclei of an image with intensities as recorded. Ids are 1..n without gaps, a nucleus has its cell's id. A field without
 * cells gives labels without objects. The method is told in README.md.
 */
export async function segmentImage(
  image: Image,
  options: Options,
  ctx: StepContext,
): Promise<{ cells: Labels; nuclei: Labels }> {
  if (image.intensity !== 'counts') {
    throw invalidInput(
      'image is normalised ("unit"), wanted intensities as recorded ("counts"); the models have a scaling of their own: wire the image ' +
        'from before the normalize step',
      { port: 'image', found: image.intensity, wanted: 'counts' },
    );
  }
  const maps = await predictMaps(image, options, ctx);
  const sizes = scaleSizes(options, options.postScale);
  if (options.postScale !== 1)
    ctx.log.info({ fov: ctx.fov, ...sizes }, `sizes in px at postScale ${options.postScale}`);
  const found = labelCells(enlargeMaps(maps, ZOOM * options.postScale), { ...options, ...sizes });
  ctx.progress(STAGES, STAGES);
  return toNative(found, ZOOM * options.postScale, maps, image);
}

async function predictMaps(image: Image, options: Options, ctx: StepContext): Promise<HpaMaps> {
  const planes = choosePlanes(image, options);
  const nets = readNets(ctx, planes.er.length > 0);
  const frame = frameOf(image, nets.mpp, options.pad);
  const fullScale = fullScaleOf(image, options.fullScale);
  ctx.signal.throwIfAborted();
  ctx.progress(0, STAGES);
  const nuclear = toUnit(planes.nuclear, image, frame, fullScale);
  const nuclei = await predict(nets.nuclei, toTensor([nuclear, nuclear, nuclear], frame), frame);
  ctx.signal.throwIfAborted();
  ctx.progress(1, STAGES);
  const microtubules = toUnit(planes.microtubules, image, frame, fullScale);
  const er = toUnit(planes.er, image, frame, fullScale);
  const cells = await predict(nets.cells, toTensor([microtubules, er, nuclear], frame), frame);
  ctx.signal.throwIfAborted();
  ctx.progress(2, STAGES);
  return {
    height: frame.height,
    width: frame.width,
    nucleusBorder: nuclei.border,
    nucleus: nuclei.object,
    cellBorder: cells.border,
    cell: cells.object,
  };
}

/** Labels on the image's own grid by nearest pixel; ids stay 1..n where a pixel of that grid is larger than a cell. */
function toNative(
  found: LabelledCells,
  zoom: number,
  maps: HpaMaps,
  { height, width, mpp }: Image,
): { cells: Labels; nuclei: Labels } {
  const onImage = (labels: Int32Array): Int32Array =>
    resizeNearest(labels, zoom * maps.height, zoom * maps.width, height, width);
  const { labels: cells, map } = relabelSequential(onImage(found.cells));
  const nuclei = onImage(found.nuclei).map((id) => map.get(id) ?? 0);
  return { cells: { height, width, mpp, data: cells }, nuclei: { height, width, mpp, data: nuclei } };
}
