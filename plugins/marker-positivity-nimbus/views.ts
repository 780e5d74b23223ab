/** A square or oblong (Y, X) plane. */
export interface Raster {
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
}

/** A way to look at a plane and back: `turns` quarter turns counter-clockwise (numpy's rot90), after an optional flip. */
interface View {
  readonly flip: 'none' | 'rows' | 'columns';
  readonly turns: 0 | 1 | 2 | 3;
  /** Its share in the mean. */
  readonly weight: number;
}

const view = (flip: View['flip'], turns: View['turns'], weight: number): View => ({ flip, turns, weight });

/**
 * The views that are averaged. `fixed`: the six that were meant. `compat`: what the published code runs: its four turns share a variable that is
 * read after the loop, so that all of them are by 270°.
 */
export const VIEWS: Readonly<Record<'fixed' | 'compat' | 'none', readonly View[]>> = {
  fixed: [
    ...([0, 1, 2, 3] as const).map((turns) => view('none', turns, 1 / 6)),
    ...(['rows', 'columns'] as const).map((flip) => view(flip, 0, 1 / 6)),
  ],
  compat: [view('none', 3, 4 / 6), view('rows', 0, 1 / 6), view('columns', 0, 1 / 6)],
  none: [view('none', 0, 1)],
};

/** The plane as the view shows it. */
export function lookThrough(raster: Raster, { flip, turns }: View): Raster {
  return turned(flipped(raster, flip), turns);
}

/** What was seen through the view, back in place. */
export function takeBack(raster: Raster, { flip, turns }: View): Raster {
  return flipped(turned(raster, ((4 - turns) % 4) as View['turns']), flip);
}

function flipped(raster: Raster, flip: View['flip']): Raster {
  if (flip === 'none') return raster;
  const { height, width, data } = raster;
  const out = new Float32Array(data.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      out[i] = flip === 'rows' ? data[(height - 1 - y) * width + x]! : data[y * width + width - 1 - x]!;
    }
  }
  return { height, width, data: out };
}

function turned(raster: Raster, turns: View['turns']): Raster {
  if (turns === 0) return raster;
  const { height, width, data } = raster;
  if (turns === 2) return { height, width, data: data.slice().reverse() };
  const out = new Float32Array(data.length);
  for (let y = 0, i = 0; y < width; y++) {
    for (let x = 0; x < height; x++, i++) {
      out[i] = turns === 1 ? data[x * width + width - 1 - y]! : data[(height - 1 - x) * width + y]!;
    }
  }
  return { height: width, width: height, data: out };
}
