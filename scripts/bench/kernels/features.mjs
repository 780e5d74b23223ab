/** Cases of the features family; their peers are in features.py. */
const FOUR = ['area', 'boxes', 'centroidY', 'centroidX', 'eccentricity'];

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
];
