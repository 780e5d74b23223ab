/** Cases of the patches family; their peers are in patches.py. */
const SIZE = 64;
const CELLS = 256;
const CHANNELS = 40;

/** The first cells whose patch lies within the image; 40 channels made of one, shifted. The same rules stand in patches.py. */
function scene(k, d) {
  const { ids, centroidY, centroidX } = k.measureRegions(d.labels, d.size, d.size);
  const half = SIZE / 2;
  const inside = (centre) => centre >= half && centre < d.size - half;
  const chosen = [...ids.keys()].filter((i) => inside(centroidY[i]) && inside(centroidX[i])).slice(0, CELLS);
  const pick = (values) => Int32Array.from(chosen, (i) => values[i]);
  const cells = {
    ids: pick(ids),
    top: k.patchCorners(
      chosen.map((i) => centroidY[i]),
      SIZE,
    ),
    left: k.patchCorners(
      chosen.map((i) => centroidX[i]),
      SIZE,
    ),
  };
  const planes = Array.from({ length: CHANNELS }, (_, c) => {
    const plane = new Uint16Array(d.counts.length);
    plane.set(d.counts.subarray(c), 0);
    plane.set(d.counts.subarray(0, c), d.counts.length - c);
    return plane;
  });
  return { cells, planes };
}

const batch = (planesPerChannel) => () => new Float32Array(CELLS * CHANNELS * planesPerChannel * SIZE * SIZE);

export default [
  {
    name: 'raw-self-neighbour',
    title: 'patches of 256 cells × (40, 3, 64, 64), uint16 planes',
    goal: 4,
    sizes: [2048],
    prepare: scene,
    out: batch(3),
    run: (k, d, { cells, planes }, out) =>
      k.extractPatches(planes, d.labels, d.size, d.size, cells, { size: SIZE, layout: 'raw-self-neighbour', out }),
  },
  {
    name: 'masked',
    title: 'patches of 256 cells × (40, 1, 64, 64), masked, uint16 planes',
    goal: null,
    sizes: [2048],
    prepare: scene,
    out: batch(1),
    run: (k, d, { cells, planes }, out) =>
      k.extractPatches(planes, d.labels, d.size, d.size, cells, { size: SIZE, layout: 'masked', out }),
  },
];
