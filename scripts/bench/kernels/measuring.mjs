/** Cases of the measuring family; their peers are in measuring.py. Compared are areas, then centroids. */
const compared = ({ area, centroidY, centroidX, eulerNumber }) => [area, centroidY, centroidX, eulerNumber];

export default [
  {
    name: 'all shapes',
    title: 'shapes of all cells: every property',
    compare: 1e-12,
    run: (k, d) => k.measureRegions(d.labels, d.size, d.size),
    result: compared,
  },
];
