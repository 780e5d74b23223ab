/** Cases of the patches family: 256 cells, all over the image; their peers are in patches.py. */
const CHANNELS = 40;

/** Forty uint16 planes from one, and the middles of every 27th cell's box; the same rules stand in patches.py. */
function prepare(size) {
  return (k, d) => {
    const planes = Array.from({ length: CHANNELS }, (_, c) => d.counts.map((value) => value * (2 * c + 1)));
    const { ids, boxes } = k.measureRegions(d.labels, d.size, d.size, { properties: ['boxes'] });
    const picked = Array.from({ length: 256 }, (_, n) => (27 * n) % ids.length);
    const origin = (low, high) => Int32Array.from(picked, (i) => ((boxes[i][low] + boxes[i][high]) >> 1) - size / 2);
    const cells = { ids: Int32Array.from(picked, (i) => ids[i]), y: origin('y0', 'y1'), x: origin('x0', 'x1') };
    return { planes, floats: planes.map((plane) => Float32Array.from(plane)), cells };
  };
}

const batch = (values) => () => new Float32Array(256 * CHANNELS * values);
const extract = (source, options) => (k, d, state, out) =>
  k.extractPatches(state[source], d.labels, d.size, d.size, state.cells, { ...options, out });

export default [
  {
    name: 'raw and masks',
    title: '256 cells × (40, 3, 64, 64), uint16',
    goal: 4,
    sizes: [2048],
    scales: true,
    prepare: prepare(64),
    out: batch(3 * 64 * 64),
    run: extract('planes', { size: 64, layout: 'raw-self-neighbour' }),
  },
  {
    name: 'raw and masks float',
    title: 'the same, float32',
    sizes: [2048],
    prepare: prepare(64),
    out: batch(3 * 64 * 64),
    run: extract('floats', { size: 64, layout: 'raw-self-neighbour' }),
  },
  {
    name: 'masked',
    title: '256 cells × (40, 1, 32, 32), raw times mask, float32',
    sizes: [2048],
    prepare: prepare(32),
    out: batch(32 * 32),
    run: extract('floats', { size: 32, layout: 'masked' }),
  },
  {
    name: 'contexts',
    title: '256 cells × (3, 32, 32): self, neighbours, distance',
    compare: 1e-6,
    sizes: [2048],
    prepare: prepare(32),
    out: () => new Float32Array(256 * 3 * 32 * 32),
    run: (k, d, { cells }, out) => k.extractContexts(d.labels, d.size, d.size, cells, { size: 32, out }),
  },
];
