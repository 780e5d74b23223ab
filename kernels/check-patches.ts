import { outputFor } from './check-out.ts';
import { checkSize, checkWhole } from './check-size.ts';
import type { Plane } from './image.ts';
import type { PatchCells, PatchPadding } from './patch-sources.ts';

/** What stands in a batch per cell and channel: see `extractPatches`. */
export type PatchLayout = 'raw' | 'masked' | 'raw-self-neighbour';

export interface PatchOptions {
  /** Side of a window in pixels. */
  readonly size: number;
  /** `raw` unless given. */
  readonly layout?: PatchLayout;
  /** Beyond the image: `constant` unless given. */
  readonly padding?: PatchPadding;
  /** The constant, 0 unless given. There are no objects beyond the image then. */
  readonly fill?: number;
  /** Swaps rows and columns of the masks, but not of the raw patch; false unless given. */
  readonly transposeMasks?: boolean;
  /** Channels of the batch, if more than there are planes. */
  readonly channels?: number;
  /** The value of every plane of the channels that are too many, -1 unless given. */
  readonly unused?: number;
  /** A batch to be overwritten and returned; a new one unless given. */
  readonly out?: Float32Array;
}

/**
 * Checks the arguments of kernels that cut patches and provides the batch.
 *
 * @param perCell values of the batch per cell.
 * @throws RangeError that says what is wrong and what to do.
 */
export function checkPatches(
  name: string,
  planes: readonly Plane[],
  labels: Int32Array,
  height: number,
  width: number,
  { ids, y, x }: PatchCells,
  { size, padding = 'constant', out }: PatchOptions,
  perCell: number,
): Float32Array {
  checkSize(`${name}: labels`, labels.length, height, width);
  planes.forEach((plane, c) => checkSize(`${name}: plane ${c}`, plane.length, height, width));
  checkWhole(`${name}: size`, size, 1);
  if (padding !== 'constant' && padding !== 'reflect') {
    throw new RangeError(`${name}: padding is '${String(padding)}'; pass constant or reflect`);
  }
  if (y.length !== ids.length || x.length !== ids.length) {
    throw new RangeError(
      `${name}: ${ids.length} ids, but ${y.length} rows and ${x.length} columns; pass one of each per cell`,
    );
  }
  const background = ids.findIndex((id) => id < 1);
  if (background >= 0) {
    throw new RangeError(`${name}: id ${ids[background]} of cell ${background} is no object's; ids are > 0`);
  }
  if (height * width === 0 && ids.length > 0) {
    throw new RangeError(`${name}: the image is ${height}×${width}, so there are no cells in it; pass none`);
  }
  const needed = perCell * ids.length;
  if (needed > 2 ** 31 - 1) {
    throw new RangeError(`${name}: a batch of ${needed} values is too large; pass fewer cells at a time`);
  }
  return outputFor(name, Float32Array, needed, [...planes, labels], out);
}
