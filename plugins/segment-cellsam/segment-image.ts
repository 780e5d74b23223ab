import type { z } from 'zod';
import { FoveaError, invalidInput, isFoveaError } from '../../core/errors.ts';
import type { StepContext } from '../../core/step.ts';
import type { Image, Labels } from '../../kernels/image.ts';
import { chooseChannels } from './choose-channels.ts';
import { modelChannels, type Channels } from './model-channels.ts';
import { connect, type Networks } from './networks.ts';
import type { params } from './params.ts';
import { segmentTile, type Tile, type TileOptions } from './segment-tile.ts';
import { stitchTiles } from './stitch-tiles.ts';
import { cutTile, layTiles, type CellGrid } from './tile-grid.ts';

type Options = z.output<typeof params>;

/** What the published program compares scores with when it is shown the image as one, whatever it was told. */
const ONE_SHOT_THRESHOLD = 0.4;

/**
 * Cells of a `counts` image, ids 1…n; an image without cells gives labels without objects. Tiles are taken one at a time, in raster order.
 * The method is told in README.md.
 *
 * @throws INVALID_INPUT for a `unit` image or unfit channels, MODEL_MISMATCH for models that are not CellSAM's, and for a tile that fails
 *   what its model threw, with the tile's row and column (`compat`: a failure of the runtime is logged and the tile taken as empty).
 */
export async function segmentImage(image: Image, options: Options, ctx: StepContext): Promise<{ cells: Labels }> {
  const { height, width, mpp, intensity } = image;
  if (intensity !== 'counts') {
    throw invalidInput(
      'image is normalised already (intensity "unit"), wanted intensities as recorded ("counts"), which CellSAM normalises in its ' +
        'own way; wire the port to the image before the normalize step',
      { port: 'image', found: intensity, wanted: 'counts' },
    );
  }
  const chosen = chooseChannels(image, options.nuclear, options.membrane);
  const networks = connect(ctx.models, options.advMode, ctx.signal);
  const grid = layTiles(height, width, options);
  const channels = modelChannels(chosen, { nuclear: options.combineNuclear, membrane: options.combineMembrane });
  const wanted = Math.min(1, chosen.nuclear.length) + Math.min(1, chosen.membrane.length);
  if (channels.filter((plane) => plane !== null).length < wanted) {
    ctx.log.warn(
      { fov: ctx.fov },
      'the nuclear or the membrane signal is the same everywhere and tells nothing of cells',
    );
  }
  const tiles = await segmentTiles(channels, grid, networks, options, ctx);
  return { cells: { height, width, mpp, data: stitchTiles(tiles, grid, options) } };
}

async function segmentTiles(
  channels: Channels,
  grid: CellGrid,
  networks: Networks,
  options: Options,
  ctx: StepContext,
): Promise<Int32Array[]> {
  const [rows, columns] = [grid.rows.starts.length, grid.columns.starts.length];
  const oneShot = options.mode === 'compat' && options.whole;
  const tileOptions: TileOptions = oneShot ? { ...options, bboxThreshold: ONE_SHOT_THRESHOLD } : options;
  const tiles: Int32Array[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      ctx.signal.throwIfAborted();
      ctx.progress(tiles.length, rows * columns);
      const tile = tileAt(channels, grid, row, column);
      try {
        tiles.push(await segmentTile(tile, networks, tileOptions));
      } catch (err) {
        const failure = tileFailure(err, row + 1, column + 1, `${rows}×${columns}`);
        if (options.mode === 'fixed' || failure === null || failure.code !== 'MODEL_FAILED') throw failure ?? err;
        ctx.log.warn({ fov: ctx.fov, ...failure.fields }, `${failure.message}; mode compat takes the tile as empty`);
        tiles.push(new Int32Array(tile.height * tile.width));
      }
    }
  }
  ctx.progress(rows * columns, rows * columns);
  return tiles;
}

function tileAt(channels: Channels, grid: CellGrid, row: number, column: number): Tile {
  const cut = (plane: Float32Array | null): Float32Array | null =>
    plane === null ? null : cutTile(plane, grid, row, column);
  const [y, height] = [grid.rows.starts[row]!, grid.rows.sizes[row]!];
  const [x, width] = [grid.columns.starts[column]!, grid.columns.sizes[column]!];
  return {
    ...{ channels: [cut(channels[0]), cut(channels[1]), cut(channels[2])], height, width },
    inside: {
      ...{ y0: Math.max(0, -y) / height, y1: Math.min(height, grid.height - y) / height },
      ...{ x0: Math.max(0, -x) / width, x1: Math.min(width, grid.width - x) / width },
    },
  };
}

/** The error of a model with the tile it happened in; null for anything that no model threw, and for cancellation. */
function tileFailure(err: unknown, row: number, column: number, grid: string): FoveaError | null {
  if (!isFoveaError(err) || err.code === 'CANCELLED' || err.fields['model'] === undefined) return null;
  const { code, message, fields, retryable } = err;
  return new FoveaError(code, `the tile in row ${row}, column ${column} of ${grid} failed: ${message}`, {
    fields: { ...fields, row, column },
    ...{ retryable, cause: err },
  });
}
