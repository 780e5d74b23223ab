/** Cases of the contrast family; their peers are in contrast.py. */
const unit = (d) => new Float32Array(d.size ** 2);

export default [
  {
    name: 'percentile',
    title: '99th percentile of non-zero, uint16',
    goal: null,
    run: (k, d) => Float64Array.of(k.percentile(d.counts, 99, { nonZero: true })),
  },
  {
    name: 'normalise',
    title: '99th percentile, clip, scale to 0–1, uint16',
    goal: 7,
    out: unit,
    run: (k, d, _, out) => k.normalizePercentile(d.counts, 99, { nonZero: true, out }).data,
  },
  {
    name: 'normalise float',
    title: '99th percentile, clip, scale to 0–1, float32',
    goal: null,
    out: unit,
    run: (k, d, _, out) => k.normalizePercentile(d.interior, 99, { nonZero: true, out }).data,
  },
  {
    name: 'hot pixels',
    title: 'hot pixels cut at 5 robust σ, uint16',
    goal: null,
    out: (d) => new Uint16Array(d.size ** 2),
    run: (k, d, _, out) => k.removeHotPixels(d.counts, { out }).data,
  },
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
