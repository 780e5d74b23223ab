import { choosePlanes } from '../../core/choose-planes.ts';
import { invalidInput } from '../../core/errors.ts';
import type { StepContext } from '../../core/step.ts';
import { deepWatershed, relabelSequential, resizeNearest } from '../../kernels/index.ts';
import type { Image, Labels, Table } from '../../kernels/image.ts';
import { smoothingOf } from './ions.ts';
import { readSignature, type Signature } from './locate.ts';
import { matchByArk } from './match.ts';
import { networkInput } from './network-input.ts';
import { keepSignal, leastSignal } from './nuclear-signal.ts';
import { keepNucleated } from './nucleated.ts';
import { enlargement } from './nucleus-size.ts';
import type { Options, Postprocessing } from './params.ts';
import { combinePlanes, modelGrid, type Grid } from './prepare.ts';
import { profileOf, type Compartment, type Profile } from './profiles.ts';
import { runTiles } from './run-tiles.ts';
import { growSmallest } from './smallest.ts';

export interface Segmented {
  readonly cells: Labels;
  readonly nuclei?: Labels;
  readonly matches?: Table;
}

/** Sizes that differ by less than this share are one size: what files write is rounded. */
const SAME_MPP = 1e-3;

/** Segments an image of intensities as recorded; labels 1..n on its own grid. The method is told in README.md. */
export async function segmentImage(image: Image, options: Options, ctx: StepContext): Promise<Segmented> {
  if (image.intensity !== 'counts') {
    throw invalidInput(
      'image is normalised already (intensity "unit"), wanted intensities as recorded ("counts"): the model prepares its ' +
        'input itself; wire the port to the image before normalize',
      { port: 'image', found: image.intensity, wanted: 'counts' },
    );
  }
  if (options.nucleated > 0 && options.compartments !== 'both') {
    throw invalidInput(
      `nucleated is ${options.nucleated} and compartments is ${options.compartments}: only where both are found can cells without a nucleus ` +
        'be told; set compartments: both or nucleated: 0',
      { param: 'nucleated' },
    );
  }
  const net = ctx.models['net']!;
  const profile = profileOf(net.name, net.spec.profile);
  const signature = readSignature(net.name, net.spec);
  const compat = options.mode === 'compat';
  const parts: readonly Compartment[] =
    options.compartments === 'both' ? ['cell', 'nucleus'] : [options.compartments === 'cells' ? 'cell' : 'nucleus'];

  const plan: Preparation = { profile, signature, compat };
  const ratio = image.mpp / signature.mpp;
  const scale = options.scale === 'nuclei' ? await scaleByNuclei(image, options, plan, ctx) : ratio;
  const { grid, labels } = await segmentAt(image, scale, parts, options, plan, ctx);
  const found: ByCompartment = {};
  for (const part of parts) found[part] = toNative(labels[part]!, grid, image, compat && parts.length === 1);
  if (found.cell !== undefined) found.cell = dropDim(found.cell, image, options, profile, ctx);
  return assemble(image, found, options);
}

interface Preparation {
  readonly profile: Profile;
  readonly signature: Signature;
  readonly compat: boolean;
}

type ByCompartment = Partial<Record<Compartment, Int32Array>>;

/** Labels of the compartments on the model's grid, the image being `scale` times as large there. */
async function segmentAt(
  image: Image,
  scale: number,
  parts: readonly Compartment[],
  options: Options,
  { profile, signature, compat }: Preparation,
  ctx: StepContext,
): Promise<{ grid: Grid; labels: ByCompartment }> {
  const grid = modelGrid(image, Math.abs(scale - 1) < SAME_MPP ? 1 : scale, compat);
  const places = parts.flatMap((part) => [signature.maps[part].distance, signature.maps[part].interior]);
  // The prepared planes go out of reach before the post-processing starts, which needs their memory.
  const maps = await runTiles(
    ctx.models['net']!,
    preparePlanes(image, grid, options, { profile, signature, compat }, ctx),
    grid,
    { signature, places, compat, padding: profile.padding, batch: options.batch },
    ctx,
  );
  const labels: ByCompartment = {};
  for (const part of parts) {
    ctx.signal.throwIfAborted();
    const [distance, interior] = maps.splice(0, 2) as [Float32Array, Float32Array];
    const given = part === 'cell' ? options.cells : options.nuclei;
    const { smallest, ...watershed } = { ...profile.watershed[part], ...defined(given) };
    const found = deepWatershed(distance, interior, grid.height, grid.width, {
      ...watershed,
      rule: compat ? 'own' : 'raised',
      holes: compat ? 'compat' : 'fixed',
    });
    labels[part] = growSmallest(found, grid, smallest);
  }
  return { grid, labels };
}

/** The scale at which the nuclei that are found at the pixel size's scale have the size the model knows. */
async function scaleByNuclei(image: Image, options: Options, plan: Preparation, ctx: StepContext): Promise<number> {
  const { nucleusPx } = plan.profile;
  if (nucleusPx === null) {
    throw invalidInput(
      `scale: nuclei needs a profile that says how large nuclei are, and "${ctx.models['net']!.spec.profile}" does not; use scale: pixel-size`,
      { param: 'scale' },
    );
  }
  const first = image.mpp / plan.signature.mpp;
  const { labels } = await segmentAt(image, first, ['nucleus'], options, plan, ctx);
  const scale = first * enlargement(labels.nucleus!, nucleusPx);
  ctx.log.info({ fov: ctx.fov, scale, pixelSizeScale: first }, 'the scale follows the nuclei found at first');
  return scale;
}

/** Overrides without the keys that are not given. */
const defined = (given: Postprocessing): Partial<Profile['watershed']['cell']> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));

function preparePlanes(
  image: Image,
  grid: Grid,
  options: Options,
  { profile, compat }: Preparation,
  ctx: StepContext,
): Record<'nuclear' | 'membrane', Float32Array> {
  const chosen = choosePlanes(image, options.nuclear, options.membrane);
  const combined = {
    nuclear: combinePlanes(chosen.nuclear, options.combineNuclear),
    membrane: combinePlanes(chosen.membrane, options.combineMembrane),
  };
  const smoothUm = smoothingOf(combined, image, options.smoothUm, profile.ionsUm);
  if (smoothUm > 0) ctx.log.info({ fov: ctx.fov, smoothUm }, 'the inputs are smoothed');
  const one = (role: 'nuclear' | 'membrane'): Float32Array => {
    const plane = combined[role];
    const prepared = networkInput(plane, image, grid, { smoothUm, prepare: profile.prepare, compat });
    if (plane !== null && !prepared.some((value) => value > 0)) {
      ctx.log.warn({ fov: ctx.fov, channel: role }, `the ${role} input is the same everywhere; the network sees zeros`);
    }
    return prepared;
  };
  const nuclear = one('nuclear');
  ctx.signal.throwIfAborted();
  return { nuclear, membrane: one('membrane') };
}

/** Labels of the model's grid on the image's, ids without gaps. One compartment alone went through OpenCV's rule upstream. */
function toNative(labels: Int32Array, grid: Grid, { height, width }: Grid, opencv: boolean): Int32Array {
  if (grid.height === height && grid.width === width) return labels;
  const rule = opencv ? 'opencv' : 'scikit-image';
  const native = resizeNearest(labels, grid.height, grid.width, height, width, { rule });
  return relabelSequential(native).labels;
}

/** Cells without those of whose nuclei too little lies in the section, where that is asked for. */
function dropDim(
  cells: Int32Array,
  image: Image,
  options: Options,
  { sparseSignal }: Profile,
  ctx: StepContext,
): Int32Array {
  if (options.minNuclearSignal === 'auto' && sparseSignal === 0) return cells;
  const chosen = choosePlanes(image, options.nuclear, options.membrane);
  const membrane = combinePlanes(chosen.membrane, options.combineMembrane);
  const share = leastSignal(membrane, image, options.minNuclearSignal, sparseSignal);
  if (share === 0) return cells;
  const kept = keepSignal(cells, combinePlanes(chosen.nuclear, options.combineNuclear)!, image, share);
  const count = (labels: Int32Array): number => labels.reduce((most, id) => Math.max(most, id), 0);
  const dropped = count(cells) - count(kept);
  ctx.log.info({ fov: ctx.fov, dropped, minNuclearSignal: share }, 'cells of next to no nuclear signal are dropped');
  return kept;
}

function assemble(image: Image, found: ByCompartment, { match, nucleated }: Options): Segmented {
  const { height, width, mpp } = image;
  const labels = (data: Int32Array): Labels => ({ height, width, mpp, data });
  const { nucleus } = found;
  if (found.cell === undefined) return { cells: labels(nucleus!), nuclei: labels(nucleus!) };
  if (nucleus === undefined) return { cells: labels(found.cell) };
  const cell = keepNucleated(found.cell, nucleus, nucleated);
  if (match === 'none') return { cells: labels(cell), nuclei: labels(nucleus) };
  const matched = matchByArk(cell, nucleus, image, match);
  return { cells: labels(cell), nuclei: labels(matched.nuclei), matches: matched.matches };
}
