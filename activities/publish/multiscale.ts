import { FORMAT } from './format.ts';

type Axis = { readonly name: string; readonly type: string; readonly unit?: string };

/**
 * The `multiscales` attribute of NGFF 0.4 that spatialdata reads as well.
 *
 * Each level's scale is in µm. SpatialData looks at the levels' relative sizes only and takes its coordinate systems from
 * the list beside them; that list is 0.4's own and is applied after the levels' scales, so it may hold one scale of 1
 * (to "global", pixels of level 0) and no second one to µm: a strict reader would apply both.
 *
 * @param axes `['c', 'y', 'x']` or `['y', 'x']`.
 * @param levels number of levels, each half the size of the one before.
 * @param blocks true when a level's pixel is the mean of a block, whose centre lies between the pixels of level 0; false
 *   when it is the block's top-left pixel.
 */
export function multiscales(
  name: string,
  axes: readonly ('c' | 'y' | 'x')[],
  mpp: number,
  levels: number,
  blocks: boolean,
): readonly object[] {
  const perAxis = (space: number, channel: number): number[] => axes.map((axis) => (axis === 'c' ? channel : space));
  const described = (unit: string): Axis[] =>
    axes.map((axis) => (axis === 'c' ? { name: 'c', type: 'channel' } : { name: axis, type: 'space', unit }));
  const datasets = Array.from({ length: levels }, (_, level) => {
    const shift = ((2 ** level - 1) / 2) * mpp;
    return {
      path: String(level),
      coordinateTransformations: [
        { type: 'scale', scale: perAxis(mpp * 2 ** level, 1) },
        ...(blocks && level > 0 ? [{ type: 'translation', translation: perAxis(shift, 0) }] : []),
      ],
    };
  });
  return [
    {
      version: FORMAT.ngff,
      name,
      type: blocks ? 'mean' : 'nearest',
      axes: described('micrometer'),
      datasets,
      coordinateTransformations: [
        {
          type: 'scale',
          scale: axes.map(() => 1),
          input: { name: axes.join(''), axes: described('unit') },
          output: { name: 'global', axes: described('unit') },
        },
      ],
    },
  ];
}

/** Levels of a pyramid whose smallest one is at most 512 pixels high and wide. */
export function pyramidLevels(height: number, width: number): number {
  let levels = 1;
  for (let size = Math.max(height, width); size > SMALLEST_LEVEL; size = Math.ceil(size / 2)) levels++;
  return levels;
}

const SMALLEST_LEVEL = 512;
