/** Cases of the resampling family; their peers are in resampling.py. */
const DOWN = 1544 / 2048;
const UP = 2716 / 2048;
const side = (d, scale) => Math.round(d.size * scale);

/** One array that is written again and again, as a worker does that resamples channel after channel. */
const reused = (type, scale) => (k, d) => new type(side(d, scale) ** 2);

export default [
  {
    name: 'nearest down reused',
    title: 'nearest, 0.377 → 0.5 µm, uint16, output reused',
    goal: 20,
    prepare: reused(Uint16Array, DOWN),
    run: (k, d, out) => k.resizeNearest(d.counts, d.size, d.size, side(d, DOWN), side(d, DOWN), { out }),
  },
  {
    name: 'nearest down',
    title: 'nearest, 0.377 → 0.5 µm, uint16',
    goal: 20,
    run: (k, d) => k.resizeNearest(d.counts, d.size, d.size, side(d, DOWN), side(d, DOWN)),
  },
  {
    name: 'nearest up reused',
    title: 'nearest, 0.5 → 0.377 µm, uint16, output reused',
    goal: 40,
    prepare: reused(Uint16Array, UP),
    run: (k, d, out) => k.resizeNearest(d.counts, d.size, d.size, side(d, UP), side(d, UP), { out }),
  },
  {
    name: 'nearest up',
    title: 'nearest, 0.5 → 0.377 µm, uint16',
    goal: 40,
    run: (k, d) => k.resizeNearest(d.counts, d.size, d.size, side(d, UP), side(d, UP)),
  },
];
