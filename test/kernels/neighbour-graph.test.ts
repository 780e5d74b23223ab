import {
  nearestNeighbours,
  neighboursWithin,
  symmetricGraph,
  type NeighbourGraph,
} from '../../kernels/neighbour-graph.ts';
import { goldens } from '../support/goldens.ts';

/** Points as columns, of an n × 2 golden array. */
const columns = (points: Float64Array): [Float64Array, Float64Array] => [
  points.filter((_, i) => i % 2 === 0),
  points.filter((_, i) => i % 2 === 1),
];

const rows = ({ indptr, indices, data }: NeighbourGraph): [number, number][][] =>
  Array.from({ length: indptr.length - 1 }, (_, i) =>
    [...indices.subarray(indptr[i], indptr[i + 1])].map((index, j) => [index, data[indptr[i]! + j]!]),
  );

/** Mulberry32: scattered points that are the same everywhere. */
function scattered(count: number, side: number): [Float64Array, Float64Array] {
  let state = 7;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * side;
  };
  return [Float64Array.from({ length: count }, next), Float64Array.from({ length: count }, next)];
}

test('neighbours and distances equal those of scikit-learn and scipy bit for bit', () => {
  const cases = goldens<{ k?: number; radius?: number }>('neighbour-graph');
  expect(cases.length).toBe(24);
  for (const golden of cases) {
    const [y, x] = columns(golden.get('points', Float64Array));
    const { k, radius } = golden.params;
    const graph = k === undefined ? neighboursWithin(y, x, radius!) : nearestNeighbours(y, x, k);
    expect([golden.name, graph.indptr]).toEqual([golden.name, golden.get('indptr', Int32Array)]);
    expect(graph.indices).toEqual(golden.get('indices', Int32Array));
    expect(graph.data).toEqual(golden.get('data', Float64Array));
  }
});

test('ties go to the smaller index, whatever the order of the points in the tree', () => {
  // A grid of 12 × 12: inner points have four neighbours at 1.
  const n = 144;
  const y = Float64Array.from({ length: n }, (_, i) => Math.floor(i / 12));
  const x = Float64Array.from({ length: n }, (_, i) => i % 12);
  const graph = rows(nearestNeighbours(y, x, 2));
  expect(graph[5 * 12 + 5]).toEqual([
    [4 * 12 + 5, 1],
    [5 * 12 + 4, 1],
  ]);
  expect(graph[0]).toEqual([
    [1, 1],
    [12, 1],
  ]);
  // All in one place: the first ones.
  const same = rows(nearestNeighbours(new Float64Array(40), new Float64Array(40), 3));
  expect(same[20]!.map(([index]) => index)).toEqual([0, 1, 2]);
  expect(same[1]!.map(([index]) => index)).toEqual([0, 2, 3]);
});

test('the radius itself is within it', () => {
  expect(rows(neighboursWithin([0, 3, 3], [0, 4, 4.001], 5))).toEqual([
    [[1, 5]],
    [
      [0, 5],
      [2, expect.closeTo(0.001, 12)],
    ],
    [[1, expect.closeTo(0.001, 12)]],
  ]);
});

test('few points: none, one, fewer than k', () => {
  const empty = { indptr: Int32Array.of(0), indices: new Int32Array(0), data: new Float64Array(0) };
  expect(nearestNeighbours([], [], 6)).toEqual(empty);
  expect(neighboursWithin([], [], 6)).toEqual(empty);
  const lone = { ...empty, indptr: Int32Array.of(0, 0) };
  expect(nearestNeighbours([5], [5], 6)).toEqual(lone);
  expect(neighboursWithin([5], [5], 6)).toEqual(lone);
  expect(rows(nearestNeighbours([0, 0, 0], [0, 1, 5], 6))).toEqual([
    [
      [1, 1],
      [2, 5],
    ],
    [
      [0, 1],
      [2, 4],
    ],
    [
      [0, 5],
      [1, 4],
    ],
  ]);
});

test('a symmetric graph holds every pair in both rows', () => {
  // 2's nearest is 1, 1's nearest is 0.
  const graph = nearestNeighbours([0, 0, 0], [0, 1, 3], 1);
  expect(rows(graph)).toEqual([[[1, 1]], [[0, 1]], [[1, 2]]]);
  expect(rows(symmetricGraph(graph))).toEqual([
    [[1, 1]],
    [
      [0, 1],
      [2, 2],
    ],
    [[1, 2]],
  ]);
});

test('100,000 points and 10 neighbours: about a second alone, and never all pairs', () => {
  const [y, x] = scattered(100_000, 5000);
  const graph = nearestNeighbours(y, x, 10);
  expect(graph.indices.length).toBe(1_000_000);
  // Ten thousand million pairs take minutes; the margin is for machines that do other work at the same time.
}, 60_000);

test('refuses what cannot be meant', () => {
  expect(() => nearestNeighbours([0], [0], 0)).toThrow('nearestNeighbours: k is 0; pass a whole number above 0');
  expect(() => nearestNeighbours([0], [0], 2.5)).toThrow('k is 2.5');
  expect(() => neighboursWithin([0], [0], 0)).toThrow('neighboursWithin: radius is 0; pass a finite number above 0');
  expect(() => neighboursWithin([0], [0], NaN)).toThrow('radius is NaN');
  expect(() => neighboursWithin([0, 1, 2], [0, 1, NaN], 3)).toThrow(
    'point 2 is at y 2, x NaN; pass finite coordinates',
  );
  expect(() => nearestNeighbours([0, Infinity], [0, 1], 3)).toThrow('point 1 is at y Infinity, x 1');
  expect(() => nearestNeighbours([0, 1], [0], 3)).toThrow('2 y for 1 x');
});
