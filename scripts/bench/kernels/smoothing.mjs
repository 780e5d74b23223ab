/** Cases of the smoothing family; their peers are in smoothing.py. */
export default [
  {
    name: 'gaussian',
    title: 'Gaussian σ = 2, float32',
    goal: 3,
    out: (d) => new Float32Array(d.size ** 2),
    run: (k, d, _, out) => k.gaussian(d.unit, d.size, d.size, 2, { out }),
  },
];
