import { inWasm, type Arena } from './arena.ts';
import { greyStageInWasm, type Direction, type GreyExports } from './grey-morphology.ts';
import { inHaloStrips } from './halo-strips.ts';
import type { LabelExports } from './label.ts';

export interface MasksExports extends LabelExports, GreyExports {
  maskToBits(mask: number, pixels: number, flip: number): void;
  sumComponents(runs: number, count: number, areas: number): void;
  markOpen(runs: number, count: number, height: number, width: number, open: number): void;
  paintKept(runs: number, count: number, table: number, least: number, mask: number, pixels: number): void;
}

/** Erodes (`lower`) and dilates (`raise`) a mask by disks, one after the other; the result is 0 and 1. */
export function morphMaskWasm(
  mask: Uint8Array,
  height: number,
  width: number,
  radius: number,
  directions: readonly Direction[],
): Uint8Array {
  const strips = { plane: mask, out: new Uint8Array(mask.length), height, width, halo: directions.length * radius };
  return inWasm<MasksExports, Uint8Array>((exports, arena) =>
    inHaloStrips(arena, strips, (at, rows) => {
      exports.maskToBits(at, rows * width, 0);
      let [from, to] = [at, arena.reserve(rows * width)];
      for (const direction of directions) {
        const stage = { lanes: 'Uint8Array', at: from, to, height: rows, width, radius, shape: 'disk' } as const;
        greyStageInWasm(exports, arena, { ...stage, direction });
        [from, to] = [to, from];
      }
      return from;
    }),
  );
}

/** Which connected components stay: those of at least so many pixels, or those that touch the plane's border. */
export interface Kept {
  readonly connectivity: 4 | 8;
  /** Take the components of the background, and leave those that go as foreground. */
  readonly background: boolean;
  readonly least: number | 'open';
}

/** The WebAssembly twin of what keeps some connected components of a mask; the result is 0 and 1. */
export function keepComponentsWasm(mask: Uint8Array, height: number, width: number, kept: Kept): Uint8Array {
  return inWasm<MasksExports, Uint8Array>((exports, arena) => {
    const at = arena.put(mask);
    keepComponentsInWasm(exports, arena, at, height, width, kept);
    return arena.take(Uint8Array, at, mask.length);
  });
}

/** Keeps components of the uint8 mask at `mask` in its place. */
export function keepComponentsInWasm(
  exports: MasksExports,
  arena: Arena,
  mask: number,
  height: number,
  width: number,
  { connectivity, background, least }: Kept,
): void {
  if (height === 0 || width === 0) return;
  const { top } = arena;
  const pixels = height * width;
  exports.maskToBits(mask, pixels, background ? 1 : 0);
  const runs = arena.reserve(12 * height * Math.ceil(width / 2) + 16);
  const found = exports.joinRuns(mask, height, width, connectivity === 8 ? 1 : 0, runs);
  const count = exports.numberRuns(runs, found);
  const table = arena.zeros(4 * (count + 1));
  if (least === 'open') exports.markOpen(runs, found, height, width, table);
  else exports.sumComponents(runs, found, table);
  exports.paintKept(runs, found, table, least === 'open' ? 1 : least, mask, pixels);
  if (background) exports.maskToBits(mask, pixels, 1);
  arena.release(top);
}
