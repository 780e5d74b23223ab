import type { BlendPlan } from '../blend-tiles.ts';
import { inWasm } from './arena.ts';

export interface BlendExports {
  addTile(
    from: number,
    rows: number,
    rowBytes: number,
    step: number,
    rowWeights: number,
    columnWeights: number,
    width: number,
    sums: number,
    sumBytes: number,
  ): void;
  narrowSums(sums: number, to: number, count: number): void;
}

/** Rows that are summed at a time: with their tiles' rows they stay in a core's second-level cache. */
const STRIP = 16;

/** The WebAssembly twin of `blendTiles`, one channel: sums of strips of rows, for which each tile's rows are copied in. */
export function blendTilesWasm(tiles: Float32Array, plan: BlendPlan): Float32Array {
  const { height, width, tile, rows, columns, rowWeights, columnWeights, at, step, perTile } = plan;
  const out = new Float32Array(height * width);
  inWasm<BlendExports, void>((exports, arena) => {
    const rowsAt = rowWeights.map((weights) => arena.put(weights));
    const columnsAt = columnWeights.map((weights) => arena.put(weights));
    const sums = arena.reserve(8 * STRIP * width + 16);
    const target = arena.reserve(4 * STRIP * width + 16);
    const part = arena.reserve(4 * STRIP * tile * step + 64);
    const sumsView = arena.view(Float64Array, sums, STRIP * width);
    const targetView = arena.view(Float32Array, target, STRIP * width);
    const partView = arena.view(Float32Array, part, STRIP * tile * step);
    for (let y = 0; y < height; y += STRIP) {
      const end = Math.min(height, y + STRIP);
      sumsView.fill(0);
      for (let r = 0; r < rows.starts.length; r++) {
        const first = Math.max(y, rows.starts[r]!);
        const last = Math.min(end, rows.starts[r]! + tile);
        if (first >= last) continue;
        const i = first - rows.starts[r]!;
        for (let c = 0; c < columns.starts.length; c++) {
          const start = columns.starts[c]!;
          const j = Math.max(0, -start);
          const from = (r * columns.starts.length + c) * perTile + at + i * tile * step;
          // The last row of a channel among several ends before a whole pixel does.
          partView.set(tiles.subarray(from, Math.min(tiles.length, from + (last - first) * tile * step)));
          exports.addTile(
            part + 4 * j * step,
            last - first,
            4 * tile * step,
            step,
            rowsAt[r]! + 8 * i,
            columnsAt[c]! + 8 * j,
            Math.min(tile, width - start) - j,
            sums + 8 * ((first - y) * width + start + j),
            8 * width,
          );
        }
      }
      exports.narrowSums(sums, target, (end - y) * width);
      out.set(targetView.subarray(0, (end - y) * width), y * width);
    }
  });
  return out;
}
