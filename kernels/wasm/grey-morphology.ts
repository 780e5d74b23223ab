import { chordsOf } from '../chords.ts';
import type { Plane } from '../image.ts';
import { inWasm, type Arena } from './arena.ts';
import { inHaloStrips } from './halo-strips.ts';

export interface GreyExports {
  dilateBySquare(
    kind: number,
    from: number,
    to: number,
    height: number,
    width: number,
    radiusY: number,
    radiusX: number,
    flip: number,
    outside: number,
    scratch: number,
  ): void;
  dilateByChords(
    kind: number,
    from: number,
    to: number,
    height: number,
    width: number,
    reach: number,
    halves: number,
    flip: number,
    outside: number,
    scratch: number,
  ): void;
  planeExtremes(at: number, pixels: number, to: number): number;
  subtractFrom(kind: number, at: number, to: number, pixels: number): void;
}

/** A dtype's lanes in the module (`kind`), its bytes, and the patterns xored to values for a dilation and an erosion. */
interface Lanes {
  readonly kind: number;
  readonly bytes: number;
  readonly raise: number;
  readonly lower: number;
}

const LANES = {
  Uint8Array: { kind: 0, bytes: 1, raise: 0, lower: 0xffffffff },
  Int8Array: { kind: 0, bytes: 1, raise: 0x80808080, lower: 0x7f7f7f7f },
  Uint16Array: { kind: 1, bytes: 2, raise: 0, lower: 0xffffffff },
  Int16Array: { kind: 1, bytes: 2, raise: 0x80008000, lower: 0x7fff7fff },
  Uint32Array: { kind: 2, bytes: 4, raise: 0, lower: 0xffffffff },
  Int32Array: { kind: 2, bytes: 4, raise: 0x80000000, lower: 0x7fffffff },
  Float32Array: { kind: 3, bytes: 4, raise: 0, lower: 0x80000000 },
  Float64Array: { kind: 4, bytes: 8, raise: 0, lower: NaN },
} satisfies Record<string, Lanes>;

export type LaneName = keyof typeof LANES;
export type Shape = 'square' | 'disk';
export type Direction = 'raise' | 'lower';

/** One dilation (`raise`) or erosion (`lower`) of the plane at `at` into the one at `to`; float64 can only be raised, by a square. */
export interface GreyStage {
  readonly lanes: LaneName;
  readonly at: number;
  readonly to: number;
  readonly height: number;
  readonly width: number;
  readonly radius: number;
  readonly shape: Shape;
  readonly direction: Direction;
}

/** The largest stretch that the pass along columns keeps at hand; see `squareColumns`. */
const KEPT_BYTES = 131_072;

/**
 * The WebAssembly twin of grey morphology: the stages one after the other, and the plane less the result if `remainder` is set.
 *
 * @param refuse called when a float plane holds NaN.
 */
export function greyWasm<T extends Plane>(
  plane: T,
  height: number,
  width: number,
  stages: readonly { radius: number; shape: Shape; direction: Direction }[],
  remainder: boolean,
  refuse: () => void,
): T {
  const lanes = plane.constructor.name as LaneName;
  const halo = stages.reduce((sum, { radius }) => sum + radius, 0);
  const out = new (plane.constructor as new (length: number) => T)(plane.length);
  const strips = { plane, out, height, width, halo };
  return inWasm<GreyExports, T>((exports, arena) =>
    inHaloStrips(arena, strips, (at, rows) => {
      const pixels = rows * width;
      const bytes = pixels * plane.BYTES_PER_ELEMENT;
      if (plane instanceof Float32Array && exports.planeExtremes(at, pixels, arena.reserve(16)) === 1) refuse();
      let from = at;
      let to = arena.reserve(bytes);
      const spare = remainder && stages.length > 1 ? arena.reserve(bytes) : at;
      for (const stage of stages) {
        greyStageInWasm(exports, arena, { ...stage, lanes, at: from, to, height: rows, width });
        [from, to] = [to, from === at ? spare : from];
      }
      if (remainder) exports.subtractFrom(LANES[lanes].kind, at, from, pixels);
      return from;
    }),
  );
}

/** Dilates the float32 plane at `at`, which holds no NaN, into the one at `to`. -0 comes out as 0. */
export function greyDilateInWasm(
  exports: GreyExports,
  arena: Arena,
  at: number,
  to: number,
  height: number,
  width: number,
  radius: number,
  shape: Shape,
): void {
  greyStageInWasm(exports, arena, { lanes: 'Float32Array', at, to, height, width, radius, shape, direction: 'raise' });
}

export function greyStageInWasm(exports: GreyExports, arena: Arena, stage: GreyStage): void {
  const { lanes, at, to, height, width, shape, direction } = stage;
  if (height === 0 || width === 0) return;
  const { top } = arena;
  const { kind, bytes, [direction]: flip } = LANES[lanes];
  const row = width * bytes;
  const outside = arena.reserve(row + 64);
  fillOutside(arena, lanes, outside, Math.ceil((row + 16) / bytes), direction);
  if (shape === 'square') {
    const radiusY = Math.min(stage.radius, height - 1);
    const radiusX = Math.min(stage.radius, width - 1);
    const span = 2 * radiusY + 1;
    const strip = Math.max(256, KEPT_BYTES / span);
    const scratch = arena.reserve(Math.max(2 * strip * (span + 1), row + 2 * radiusX * bytes) + 128);
    exports.dilateBySquare(kind, at, to, height, width, radiusY, radiusX, flip, outside, scratch);
  } else {
    const halves = chordsOf(stage.radius, height, width);
    const chords = arena.put(halves);
    const scratch = arena.reserve(2 * (row + 2 * halves[0]! * bytes + 256));
    exports.dilateByChords(kind, at, to, height, width, halves.length - 1, chords, flip, outside, scratch);
  }
  arena.release(top);
}

/** Fills a row with what wins over nothing: the lowest value for a dilation, the highest for an erosion. */
function fillOutside(arena: Arena, lanes: LaneName, at: number, count: number, direction: Direction): void {
  if (lanes === 'Float64Array') arena.view(Float64Array, at, count).fill(-Infinity);
  else if (lanes === 'Float32Array')
    arena.view(Float32Array, at, count).fill(direction === 'raise' ? -Infinity : Infinity);
  else {
    const { bytes, [direction]: flip } = LANES[lanes];
    arena.view(Uint32Array, at, Math.ceil((count * bytes) / 4)).fill(flip);
  }
}
