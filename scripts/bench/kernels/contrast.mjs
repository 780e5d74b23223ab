/** Cases of the contrast family; their peers are in contrast.py. */
const unit = (d) => new Float32Array(d.size ** 2);

export default [
  {
    name: 'clahe 128',
    title: 'CLAHE, blocks of 128',
    goal: 9,
    out: unit,
    run: (k, d, _, out) => k.equalizeAdaptive(d.unit, d.size, d.size, { kernelSize: 128, out }),
  },
  {
    name: 'clahe 100',
    title: 'CLAHE, blocks of 100',
    goal: null,
    out: unit,
    run: (k, d, _, out) => k.equalizeAdaptive(d.unit, d.size, d.size, { kernelSize: 100, out }),
  },
];
