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
];
