/** Cases of the tiles family, tiles of 256 with a stride of 192 as Mesmer has them; their peers are in tiles.py. */
const plan = (k, d) => k.planTiles(d.size, d.size, { tile: 256, rule: 'compat' });

export default [
  {
    name: 'cut',
    title: 'two float32 channels to a batch of tiles',
    prepare: (k, d) => {
      const tiles = plan(k, d);
      return { tiles, batch: k.cutTiles([d.unit, d.inner], tiles, { layout: 'NHWC' }) };
    },
    run: (k, d, { tiles, batch }) => k.cutTiles([d.unit, d.inner], tiles, { layout: 'NHWC', batch }),
  },
  {
    name: 'cut planes',
    title: 'the same, channels first',
    prepare: (k, d) => {
      const tiles = plan(k, d);
      return { tiles, batch: k.cutTiles([d.unit, d.inner], tiles) };
    },
    run: (k, d, { tiles, batch }) => k.cutTiles([d.unit, d.inner], tiles, { batch }),
  },
  {
    name: 'blend',
    title: 'one channel of a batch of tiles blended',
    compare: 1e-6,
    prepare: (k, d) => {
      const tiles = plan(k, d);
      return { tiles, batch: k.cutTiles([d.unit], tiles) };
    },
    run: (k, d, { tiles, batch }) => k.blendTiles(batch, tiles)[0],
  },
  {
    name: 'stitch',
    title: 'labels of 25 tiles of 512 stitched',
    prepare: (k, d) => {
      const grid = k.planTiles(d.size, d.size, { tile: 512, overlap: 64 });
      const values = Int32Array.from(k.cutTiles([d.labels], grid));
      const area = 512 * 512;
      return { grid, tiles: Array.from({ length: grid.count }, (_, i) => values.slice(i * area, (i + 1) * area)) };
    },
    run: (k, d, { grid, tiles }) => k.stitchLabels(tiles, grid).labels,
  },
];
