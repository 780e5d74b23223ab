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
    goal: 5,
    run: (k, d) => k.greyDilate(d.unit, d.size, d.size, 2, { shape: 'square' }),
  },
  {
    name: 'dilate-disk',
    title: 'grey dilation, float32, disk of radius 5',
    goal: 6,
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
  {
    name: 'binary-open',
    title: 'opening of a mask, disk of radius 5',
    goal: 30,
    run: (k, d) => k.binaryOpen(d.mask, d.size, d.size, 5),
  },
  {
    name: 'binary-dilate',
    title: 'dilation of a mask, disk of radius 2',
    goal: 15,
    run: (k, d) => k.binaryDilate(d.mask, d.size, d.size, 2),
  },
  {
    name: 'binary-holes',
    title: 'holes of a mask filled',
    goal: 20,
    run: (k, d) => k.binaryFillHoles(d.mask, d.size, d.size),
  },
  {
    name: 'small-mask-objects',
    title: 'small parts of a mask removed, 40',
    goal: 5,
    run: (k, d) => k.removeSmallMaskObjects(d.mask, d.size, d.size, 40),
  },
  {
    name: 'boundaries',
    title: 'boundaries of labels, thick',
    goal: 10,
    run: (k, d) => k.findBoundaries(d.labels, d.size, d.size),
  },
  {
    name: 'otsu-counts',
    title: 'Otsu threshold, uint16',
    goal: null,
    run: (k, d) => Float64Array.of(k.otsu(d.counts)),
  },
  {
    name: 'otsu-unit',
    title: 'Otsu threshold, float32, 256 bins',
    goal: 5,
    run: (k, d) => Float64Array.of(k.otsu(d.unit)),
  },
];
