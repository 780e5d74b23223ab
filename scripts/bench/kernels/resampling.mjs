/** Cases of the resampling family; their peers are in resampling.py. */
const DOWN = 1544 / 2048;
const UP = 2716 / 2048;
const side = (d, scale) => Math.round(d.size * scale);

export default [
  {
    name: 'nearest down',
    title: 'nearest, 0.377 → 0.5 µm, uint16',
    goal: 20,
    out: (d) => new Uint16Array(side(d, DOWN) ** 2),
    run: (k, d, _, out) => k.resizeNearest(d.counts, d.size, d.size, side(d, DOWN), side(d, DOWN), { out }),
  },
  {
    name: 'nearest up',
    title: 'nearest, 0.5 → 0.377 µm, uint16',
    goal: 40,
    out: (d) => new Uint16Array(side(d, UP) ** 2),
    run: (k, d, _, out) => k.resizeNearest(d.counts, d.size, d.size, side(d, UP), side(d, UP), { out }),
  },
];
