/** Cases of the bilinear family: resizing and halving by means; their peers are in bilinear.py. */
const side = (d, scale) => Math.round(d.size * scale);
const resize = (plane, scale, options) => (k, d) =>
  k.resizeBilinear(d[plane], d.size, d.size, side(d, scale), side(d, scale), options);

export default [
  {
    name: 'bilinear down',
    title: 'bilinear × 0.65, uint16',
    compare: 1e-6,
    goal: 8,
    run: resize('counts', 0.65),
  },
  {
    name: 'bilinear up',
    title: 'bilinear × 1.3, uint16',
    compare: 1e-6,
    goal: 8,
    run: resize('counts', 1.3),
  },
  {
    name: 'bilinear down float',
    title: 'bilinear × 0.65, float32',
    compare: 1e-6,
    run: resize('unit', 0.65),
  },
  {
    name: 'bilinear up float',
    title: 'bilinear × 1.3, float32, zero border',
    compare: 1e-6,
    run: resize('unit', 1.3, { border: 'zero' }),
  },
  {
    name: 'antialiased down',
    title: 'anti-aliased as PyTorch × 0.5, float32',
    run: (k, d) => k.resizeAntialiased(d.unit, d.size, d.size, d.size / 2, d.size / 2),
  },
  {
    name: 'antialiased up',
    title: 'anti-aliased as PyTorch × 2, float32',
    run: (k, d) => k.resizeAntialiased(d.unit, d.size, d.size, 2 * d.size, 2 * d.size),
  },
  {
    name: 'area',
    title: 'mean of areas × 0.65, uint16',
    run: (k, d) => k.resizeArea(d.counts, d.size, d.size, side(d, 0.65), side(d, 0.65)),
  },
  {
    name: 'area blocks',
    title: 'mean of blocks of 4×4, uint16',
    run: (k, d) => k.resizeArea(d.counts, d.size, d.size, d.size / 4, d.size / 4),
  },
  {
    name: 'halve means',
    title: 'pyramid level by means, uint16',
    run: (k, d) => k.halveArea(d.counts, d.size, d.size).data,
  },
  {
    name: 'halve means float',
    title: 'pyramid level by means, float32',
    run: (k, d) => k.halveArea(d.unit, d.size, d.size).data,
  },
  {
    name: 'halve labels',
    title: 'pyramid level of labels, int32',
    run: (k, d) => k.halveNearest(d.labels, d.size, d.size).data,
  },
];
