/** Cases of the morphology family; their peers are in morphology.py. */
export default [
  {
    name: 'erode-edges',
    title: 'edges of objects taken off, 1 layer',
    goal: 8,
    run: (k, d) => k.erodeEdges(d.labels, d.size, d.size, 1),
  },
  {
    name: 'dilate-square',
    title: 'grey dilation, float32, square of side 5',
    goal: 8,
    run: (k, d) => k.greyDilate(d.unit, d.size, d.size, 2, { shape: 'square' }),
  },
  {
    name: 'dilate-disk',
    title: 'grey dilation, float32, disk of radius 5',
    goal: 30,
    run: (k, d) => k.greyDilate(d.unit, d.size, d.size, 5, { shape: 'disk' }),
  },
  {
    name: 'top-hat',
    title: 'white top hat, uint16, disk of radius 5',
    goal: 30,
    run: (k, d) => k.whiteTopHat(d.counts, d.size, d.size, 5, { shape: 'disk' }),
  },
  {
    name: 'distance',
    title: 'Euclidean distance transform',
    goal: 8,
    run: (k, d) => k.distanceTransform(d.mask, d.size, d.size),
  },
  {
    name: 'expand',
    title: 'labels expanded by 6 px',
    goal: 10,
    run: (k, d) => k.expandLabels(d.labels, d.size, d.size, 6),
  },
];
