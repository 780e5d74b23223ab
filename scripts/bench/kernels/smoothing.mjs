/** Cases of the smoothing family; their peers are in smoothing.py. */
export default [
  {
    name: 'gaussian',
    title: 'Gaussian σ = 2, float32',
    goal: 3,
    run: (k, d) => k.gaussian(d.unit, d.size, d.size, 2),
  },
];
