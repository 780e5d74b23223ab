import fc from 'fast-check';
import { disk } from '../../kernels/morphology.ts';
import { measureStraightEdges } from '../../kernels/straight-edges.ts';

const draw = (...rows: string[]): Int32Array => Int32Array.from(rows.join(''), (c) => (c === '.' ? 0 : Number(c)));
const measure = (labels: Int32Array, height: number, width: number, longerThanPx: number): number[][] => {
  const { ids, outline, straight } = measureStraightEdges(labels, height, width, longerThanPx);
  return Array.from(ids, (id, k) => [id, outline[k]!, straight[k]!]);
};

/** The same by counting: along each side of pixels in turn, edges in a row that belong to one object. */
function count(labels: Int32Array, height: number, width: number, longerThanPx: number): number[][] {
  const at = (y: number, x: number): number => labels[y * width + x]!;
  const found = new Map<number, [outline: number, straight: number]>();
  const inside = (y: number, x: number): boolean => y >= 0 && x >= 0 && y < height && x < width;
  for (const [dy, dx] of [
    [-1, 0],
    [1, 0],
    [0, -1],
    [0, 1],
  ] as const) {
    const [lines, along] = dy === 0 ? [width, height] : [height, width];
    for (let line = 0; line < lines; line++) {
      let [id, run] = [0, 0];
      for (let i = 0; i <= along; i++) {
        const [y, x] = dy === 0 ? [i, line] : [line, i];
        const edge = i < along && inside(y + dy, x + dx) && at(y, x) !== at(y + dy, x + dx) ? at(y, x) : 0;
        if (edge !== id && id !== 0) {
          const sums = found.get(id) ?? [0, 0];
          found.set(id, [sums[0] + run, sums[1] + (run > longerThanPx ? run : 0)]);
        }
        run = edge === id ? run + 1 : 1;
        id = edge;
      }
    }
  }
  return [...new Set(labels)]
    .filter((id) => id !== 0)
    .sort((a, b) => a - b)
    .map((id) => [id, ...(found.get(id) ?? [0, 0])]);
}

describe('measureStraightEdges', () => {
  test('a rectangle within the plane is as straight as its sides are long', () => {
    const plane = draw('........', '.77777..', '.77777..', '........');
    expect(measure(plane, 4, 8, 0)).toEqual([[7, 14, 14]]);
    expect(measure(plane, 4, 8, 2)).toEqual([[7, 14, 10]]);
    expect(measure(plane, 4, 8, 4.9)).toEqual([[7, 14, 10]]);
    expect(measure(plane, 4, 8, 5)).toEqual([[7, 14, 0]]);
  });

  test('the border of the plane counts neither way; an object that fills the plane has no outline', () => {
    expect(measure(draw('222.', '222.', '....'), 3, 4, 2)).toEqual([[2, 5, 3]]);
    expect(measure(draw('11', '11'), 2, 2, 0)).toEqual([[1, 0, 0]]);
  });

  test('an edge between two objects belongs to both, and a hole has an outline', () => {
    expect(measure(draw('11222', '11222', '11222'), 3, 5, 2)).toEqual([
      [1, 3, 3],
      [2, 3, 3],
    ]);
    expect(measure(draw('.....', '.444.', '.4.4.', '.444.', '.....'), 5, 5, 2)).toEqual([[4, 16, 12]]);
  });

  test('a disk has no long straight stretch; half a disk has one along the cut', () => {
    const { data, height, width } = disk(15);
    const padded = new Int32Array((height + 2) * (width + 2));
    const half = padded.slice();
    data.forEach((value, i) => {
      const at = (Math.floor(i / width) + 1) * (width + 2) + (i % width) + 1;
      padded[at] = value;
      if (i >= width * 15) half[at] = value;
    });
    expect(measure(padded, height + 2, width + 2, 11)).toEqual([[1, 124, 0]]);
    expect(measure(half, height + 2, width + 2, 11)).toEqual([[1, 94, 31]]);
  });

  test('no objects, no pixels', () => {
    expect(measure(new Int32Array(6), 2, 3, 1)).toEqual([]);
    expect(measure(new Int32Array(0), 0, 0, 1)).toEqual([]);
  });

  test('is what counting edges gives, on any labels', () => {
    const size = fc.integer({ min: 1, max: 9 });
    const plane = fc.tuple(size, size).chain(([height, width]) =>
      fc.record({
        height: fc.constant(height),
        width: fc.constant(width),
        labels: fc
          .array(fc.constantFrom(0, 0, 1, 1, 2, 70000), { minLength: height * width, maxLength: height * width })
          .map((ids) => Int32Array.from(ids)),
      }),
    );
    fc.assert(
      fc.property(plane, fc.integer({ min: 0, max: 5 }), ({ labels, height, width }, longerThanPx) => {
        expect(measure(labels, height, width, longerThanPx)).toEqual(count(labels, height, width, longerThanPx));
      }),
      { numRuns: 500 },
    );
  });

  test('refuses bad input', () => {
    expect(() => measureStraightEdges(new Int32Array(5), 2, 3, 1)).toThrow('has 5 values');
    expect(() => measureStraightEdges(Int32Array.of(0, -4), 1, 2, 1)).toThrow('the label at index 1 is -4');
    expect(() => measureStraightEdges(new Int32Array(6), 2, 3, NaN)).toThrow(
      'measureStraightEdges: longerThanPx is NaN; pass a number of pixels ≥ 0',
    );
  });
});
