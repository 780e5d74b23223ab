import { labelPolygons, type Ring } from './label-polygons.ts';

/** How much of every object's outline is straight, in pixel edges; objects in ascending order of id. */
export interface StraightEdges {
  readonly ids: Int32Array;
  /** Pixel edges of the outline, holes included, without those on the plane's own border. */
  readonly outline: Int32Array;
  /** Those of them that lie on a straight stretch of more than `longerThanPx`. */
  readonly straight: Int32Array;
}

/**
 * The straight part of every object's outline in a (Y, X) label image: objects that a tile's edge has cut run along it, others hardly
 * ever run straight for long. The outline is that of {@link labelPolygons}: along pixel edges, between the object and anything else,
 * background or object. A stretch ends where the outline turns. Edges on the border of the plane count neither as outline nor as straight,
 * since every object there is cut.
 *
 * The outline of a disk of radius r is straight for at most about 2·√(2r) pixels, at its four extremes.
 *
 * Plain TypeScript only: all of the time goes into tracing, see {@link labelPolygons}.
 *
 * @param labels int32 ids, 0 is background; ids may have gaps.
 * @param longerThanPx stretches of this length and shorter are not straight; any number ≥ 0.
 * @throws RangeError for a wrong length, a negative id, or a `longerThanPx` that is not ≥ 0.
 */
export function measureStraightEdges(
  labels: Int32Array,
  height: number,
  width: number,
  longerThanPx: number,
): StraightEdges {
  if (!(longerThanPx >= 0)) {
    throw new RangeError(`measureStraightEdges: longerThanPx is ${longerThanPx}; pass a number of pixels ≥ 0`);
  }
  const objects = labelPolygons(labels, height, width);
  const [outline, straight] = [new Int32Array(objects.length), new Int32Array(objects.length)];
  objects.forEach(({ polygons }, k) => {
    for (const length of stretches(polygons.flat(), height, width)) {
      outline[k]! += length;
      if (length > longerThanPx) straight[k]! += length;
    }
  });
  return { ids: Int32Array.from(objects, ({ id }) => id), outline, straight };
}

/** The lengths of the sides of rings, but for those on the plane's border. */
function* stretches(rings: readonly Ring[], height: number, width: number): Generator<number> {
  for (const ring of rings) {
    let [x, y] = [ring.at(-2)!, ring.at(-1)!];
    for (let i = 0; i < ring.length; i += 2) {
      const [toX, toY] = [ring[i]!, ring[i + 1]!];
      const onBorder = x === toX ? x === 0 || x === width : y === 0 || y === height;
      if (!onBorder) yield Math.abs(toX - x) + Math.abs(toY - y);
      [x, y] = [toX, toY];
    }
  }
}
