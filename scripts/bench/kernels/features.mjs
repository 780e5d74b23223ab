/** Cases of the features family; their peers are in features.py. */
const FOUR = ['area', 'boxes', 'centroidY', 'centroidX', 'eccentricity'];

/** Forty uint16 planes from one; the same rule stands in features.py. */
function forty(k, d) {
  const planes = Array.from({ length: 40 }, (_, c) => d.counts.map((value) => value * (2 * c + 1)));
  return {
    planes,
    floats: planes.slice(0, 4).map((plane) => Float32Array.from(plane)),
    runs: k.encodeRuns(d.labels, d.size, d.size),
  };
}

const joined = (lists) => {
  const all = new Float64Array(lists.reduce((sum, { length }) => sum + length, 0));
  lists.reduce((at, list) => (all.set(list, at), at + list.length), 0);
  return all;
};

export default [
  {
    name: 'four shapes',
    title: 'area, centroid, box, eccentricity',
    goal: 150,
    compare: 1e-8,
    run: (k, d) => k.measureRegions(d.labels, d.size, d.size, { properties: FOUR }),
    result: ({ area, centroidY, centroidX, eccentricity }) => [area, centroidY, centroidX, eccentricity],
  },
  {
    name: 'all shapes',
    title: 'shapes of all cells: every property',
    goal: 60,
    compare: 1e-12,
    run: (k, d) => k.measureRegions(d.labels, d.size, d.size),
    result: ({ area, centroidY, centroidX, eulerNumber }) => [area, centroidY, centroidX, eulerNumber],
  },
  {
    name: 'shapes and means',
    title: 'area, centroid, box, eccentricity; means of 40 channels, uint16',
    goal: 18,
    scales: true,
    prepare: forty,
    run: (k, d, { planes }) => {
      const runs = k.encodeRuns(d.labels, d.size, d.size);
      const shapes = k.measureRegions(d.labels, d.size, d.size, { properties: FOUR, runs });
      return { ...shapes, means: k.measurePlanes(planes, runs).map(({ mean }) => mean) };
    },
    result: ({ area, centroidY, means }) => [area, centroidY, joined(means)],
  },
  {
    name: 'means',
    title: 'means of 40 channels, uint16',
    goal: 4.5,
    compare: 1e-12,
    prepare: forty,
    run: (k, d, { planes }) => k.measurePlanes(planes, k.encodeRuns(d.labels, d.size, d.size)).map(({ mean }) => mean),
    result: joined,
  },
  {
    name: 'means float',
    title: 'means of 4 channels, float32',
    compare: 1e-12,
    prepare: forty,
    run: (k, d, { floats, runs }) => k.measurePlanes(floats, runs).map(({ mean }) => mean),
    result: joined,
  },
  {
    name: 'medians',
    title: 'medians of 4 channels, uint16',
    prepare: forty,
    run: (k, d, { planes, runs }) =>
      k.measurePlanes(planes.slice(0, 4), runs, { statistics: ['median'] }).map(({ median }) => median),
    result: joined,
  },
  {
    name: 'spread',
    title: 'min, max and standard deviation of 4 channels, uint16',
    compare: 1e-12,
    prepare: forty,
    run: (k, d, { planes, runs }) => k.measurePlanes(planes.slice(0, 4), runs, { statistics: ['min', 'max', 'std'] }),
    result: (all) => joined(all.flatMap(({ min, max, std }) => [min, max, std])),
  },
];
