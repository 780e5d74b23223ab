import fc from 'fast-check';
import { doubleArea, geoJsonGeometry, labelPolygons, type LabelPolygons } from '../../kernels/label-polygons.ts';
import { differing, goldens } from '../support/goldens.ts';

const draw = (...rows: string[]): Int32Array => Int32Array.from(rows.join(''), (c) => (c === '.' ? 0 : Number(c)));
const rings = ({ polygons }: LabelPolygons): number[][][] => polygons.map((all) => all.map((ring) => [...ring]));

/** The image that polygons enclose, pixel middles tested ring by ring (even and odd crossings). */
function paint(objects: LabelPolygons[], height: number, width: number): Int32Array {
  const out = new Int32Array(height * width);
  for (const { id, polygons } of objects) {
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        let crossings = 0;
        for (const ring of polygons.flat()) {
          for (let k = 0, before = ring.length - 2; k < ring.length; before = k, k += 2) {
            if (ring[k]! > x + 0.5 && ring[k + 1]! > y + 0.5 !== ring[before + 1]! > y + 0.5) crossings++;
          }
        }
        if (crossings % 2 === 1) out[i] = id;
      }
    }
  }
  return out;
}

describe('labelPolygons', () => {
  test('a square, a ring, and pixels that share a corner', () => {
    const [square, ring] = labelPolygons(draw('11.222', '11.2.2', '...222'), 3, 6);
    expect(rings(square!)).toEqual([[[2, 0, 2, 2, 0, 2, 0, 0]]]);
    expect(rings(ring!)).toEqual([
      [
        [6, 0, 6, 3, 3, 3, 3, 0],
        [5, 2, 5, 1, 4, 1, 4, 2],
      ],
    ]);
    const [pair] = labelPolygons(draw('1.', '.1'), 2, 2);
    expect(pair!.polygons.map(([outer]) => doubleArea(outer))).toEqual([2, 2]);
  });

  test('a bay closed by a corner is a hole that touches its ring', () => {
    const [object] = labelPolygons(draw('11.', '1.1', '111'), 3, 3);
    expect(object!.polygons).toHaveLength(1);
    expect(object!.polygons[0]!.map(doubleArea)).toEqual([16, -2]);
  });

  test('areas are the pixels, pieces and holes are what scikit-image and scipy count', () => {
    for (const golden of goldens('label-pieces')) {
      const objects = labelPolygons(golden.get('labels', Int32Array), ...golden.size('labels'));
      const rows = golden.get('expected', Int32Array);
      expect(objects.map(({ id }) => id)).toEqual(objects.map((_, k) => rows[4 * k]));
      objects.forEach(({ polygons }, k) => {
        const area = polygons.flat().reduce((sum, ring) => sum + doubleArea(ring) / 2, 0);
        // A hole that touches the outside at a corner is none to scipy, whose background joins corners.
        expect([golden.name, area, polygons.length]).toEqual([golden.name, rows[4 * k + 1], rows[4 * k + 2]]);
        expect(polygons.flat().length - polygons.length).toBeGreaterThanOrEqual(rows[4 * k + 3]!);
      });
    }
  });

  test('polygons enclose just the pixels of their object; rings are simple and turn at every corner', () => {
    const scene = fc.record({
      height: fc.integer({ min: 1, max: 12 }),
      width: fc.integer({ min: 1, max: 14 }),
      ids: fc.integer({ min: 1, max: 3 }),
      seed: fc.integer({ min: 1, max: 2 ** 30 }),
    });
    fc.assert(
      fc.property(scene, ({ height, width, ids, seed }) => {
        let state = seed;
        const labels = Int32Array.from({ length: height * width }, () => {
          state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
          return (state >>> 16) % (ids + 1);
        });
        const objects = labelPolygons(labels, height, width);
        expect(differing(paint(objects, height, width), labels)).toBe(0);
        for (const { polygons } of objects) {
          for (const [outer, ...holes] of polygons) {
            expect(doubleArea(outer)).toBeGreaterThan(0);
            expect(holes.every((hole) => doubleArea(hole) < 0)).toBe(true);
            expect(Math.abs(holes.reduce((sum, hole) => sum + doubleArea(hole), 0))).toBeLessThan(doubleArea(outer));
          }
          for (const ring of polygons.flat()) {
            const corners = Array.from({ length: ring.length / 2 }, (_, k) => `${ring[2 * k]} ${ring[2 * k + 1]}`);
            expect(new Set(corners).size).toBe(corners.length);
            for (let k = 0; k < ring.length; k += 2) {
              // Edges are upright and level in turn.
              const next = (k + 2) % ring.length;
              const after = (k + 4) % ring.length;
              expect(ring[k] === ring[next]).toBe(ring[next + 1] === ring[after + 1]);
            }
          }
        }
      }),
      { numRuns: 1500 },
    );
  });

  test('GeoJSON closes its rings and scales them', () => {
    const [object] = labelPolygons(draw('1.', '.1'), 2, 2);
    expect(geoJsonGeometry(object!, 0.5)).toEqual({
      type: 'MultiPolygon',
      coordinates: [
        [
          [
            [0.5, 0],
            [0.5, 0.5],
            [0, 0.5],
            [0, 0],
            [0.5, 0],
          ],
        ],
        [
          [
            [1, 0.5],
            [1, 1],
            [0.5, 1],
            [0.5, 0.5],
            [1, 0.5],
          ],
        ],
      ],
    });
    expect(geoJsonGeometry(labelPolygons(draw('2'), 1, 1)[0]!).type).toBe('Polygon');
  });

  test('refuses wrong sizes and negative ids', () => {
    expect(() => labelPolygons(new Int32Array(3), 2, 2)).toThrow('labelPolygons: labels: has 3 values');
    expect(() => labelPolygons(Int32Array.of(0, -7), 1, 2)).toThrow('labelPolygons: the label at index 1 is -7');
    expect(labelPolygons(new Int32Array(0), 0, 0)).toEqual([]);
  });
});
