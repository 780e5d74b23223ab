import { checkSameGrid } from '../../core/same-grid.ts';
import type { StepContext } from '../../core/step.ts';
import { usableChannels } from '../../core/vocabulary/usable-channels.ts';
import type { Image, Labels, Patches } from '../../kernels/image.ts';
import { patchProfile, preparePatches, type PatchSource } from '../../kernels/index.ts';
import type { Options } from './params.ts';

/** The windows of a field of view. Indices of markers are those of the registry of the profile's year; -1 for a channel without a marker. */
export function cutPatches(
  image: Image,
  cells: Labels,
  options: Options,
  ctx: Pick<StepContext, 'progress' | 'signal'>,
): Patches {
  checkSameGrid(image, { cells });
  const profile = patchProfile(options.profile);
  const sources = sourcesOf(image, options);
  return preparePatches(sources, cells.data, image, profile, (done) => {
    ctx.signal.throwIfAborted();
    ctx.progress(done, sources.length);
  });
}

function sourcesOf(image: Image, { profile, channels, map, strict }: Options): readonly PatchSource[] {
  const registry = profile === 'dct-2026-resmlp' ? '2026' : '2025';
  if (channels === 'markers') return usableChannels(image, { map, strict, registry }).channels;
  return image.channels.flatMap(({ name }, c) => {
    const marker = Object.hasOwn(map, name) ? map[name]! : name;
    return marker === null ? [] : [{ name, marker, index: -1, plane: image.planes[c]! }];
  });
}
