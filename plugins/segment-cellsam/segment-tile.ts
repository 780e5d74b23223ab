import { fillAndDrop, keepLargest } from './clean-objects.ts';
import { boxesWithin, findBoxes, type Boxes, type Region } from './find-boxes.ts';
import { MASK_SIDE, maskTaps } from './mask-taps.ts';
import type { Channels } from './model-channels.ts';
import { detectorInput, encoderInput, enlarge } from './model-inputs.ts';
import type { Networks } from './networks.ts';
import { dropDark, normaliseTile } from './normalise-tile.ts';
import { paintMask, type Canvas } from './paint-mask.ts';

/** One tile of an image. */
export interface Tile {
  readonly channels: Channels;
  readonly height: number;
  readonly width: number;
  /** The part of it that lies in the image. */
  readonly inside: Region;
}

export interface TileOptions {
  readonly mode: 'fixed' | 'compat';
  readonly perTileNormalisation: boolean;
  readonly bboxThreshold: number;
  readonly iouThreshold: number;
  readonly maskThreshold: number;
  readonly minVisible: number;
  readonly boxBatch: number;
}

/**
 * The objects of one tile, numbered from 1 on, perhaps with gaps. A tile without signal or without boxes has none; of a tile without
 * signal the networks are not asked. `fixed` leaves out what is found in the mirror image beyond the border, which would compete with the
 * cell that it mirrors.
 */
export async function segmentTile(
  { channels, height, width, inside }: Tile,
  networks: Networks,
  options: TileOptions,
): Promise<Int32Array> {
  const prepared = options.perTileNormalisation ? normaliseTile(channels, height, width) : dropDark(channels);
  const labels = new Int32Array(height * width);
  if (prepared.every((plane) => plane === null)) return labels;
  const enlarged = enlarge(prepared, height, width);
  const found = await networks.detect(detectorInput(enlarged, networks.adv));
  const compat = options.mode === 'compat';
  const all = findBoxes(found, options.bboxThreshold, compat ? 'last' : 'best');
  const boxes = compat ? all : boxesWithin(all, inside);
  if (boxes.count === 0) return labels;
  const embedding = await networks.embed(encoderInput(enlarged, networks.adv));
  const canvas = { height, width, labels, rows: maskTaps(height), columns: maskTaps(width) };
  const count = await paintBoxes(canvas, boxes, embedding, networks, options);
  if (!compat) return keepLargest(labels, height, width, count);
  fillAndDrop(labels, width, count);
  return labels;
}

/**
 * Decodes boxes batch by batch and paints their masks, best score first. `compat` paints over what is there, so that the least confident
 * object gets a pixel; `fixed` leaves it to the most confident one.
 *
 * @returns the largest number given.
 */
async function paintBoxes(
  canvas: Canvas,
  { count, corners }: Boxes,
  embedding: Float32Array,
  { decode }: Networks,
  { mode, boxBatch, iouThreshold, maskThreshold, minVisible }: TileOptions,
): Promise<number> {
  const over = mode === 'compat';
  const above = Math.log(maskThreshold / (1 - maskThreshold));
  const area = MASK_SIDE * MASK_SIDE;
  let id = 0;
  for (let from = 0; from < count; from += boxBatch) {
    const { masks, ious } = await decode(embedding, corners.slice(4 * from, 4 * (from + boxBatch)));
    for (const [k, iou] of ious.entries()) {
      if (iou < iouThreshold) continue;
      const mask = masks.subarray(k * area, (k + 1) * area);
      if (paintMask(canvas, mask, id + 1, { above, over, minVisible: over ? 0 : minVisible })) id++;
    }
  }
  return id;
}
