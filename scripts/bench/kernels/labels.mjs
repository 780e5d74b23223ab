/** Cases of the labels family; their peers are in labels.py. */

/** Labels as a watershed leaves them: specks, punched holes, gaps in the ids. The same rule stands in labels.py. */
function rough(k, d) {
  const labels = d.labels.slice();
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] % 7 === 3) labels[i] = i % 64 === 0 ? labels[i] : 0;
    else if (i % 211 === 0) labels[i] = 0;
  }
  return labels;
}

export default [
  {
    name: 'h-maxima',
    title: 'h-maxima, h = 0.075, disk(2)',
    goal: 200,
    run: (k, d) => k.hMaxima(d.inner, d.size, d.size, { h: 0.075, radius: 2 }),
  },
  ...['own', 'raised'].map((rule) => ({
    name: `watershed-${rule}`,
    title: `watershed, rule ${rule}`,
    goal: 12,
    prepare: (k, d) => d.interior.map((value) => -value),
    run: (k, d, ground) => k.watershed(ground, d.markers, d.size, d.size, { mask: d.mask, rule }),
  })),
  {
    name: 'label',
    title: 'connected components, 8',
    goal: 6,
    run: (k, d) => k.label(d.mask, d.size, d.size, 8).labels,
  },
  {
    name: 'small',
    title: 'remove small objects, 15',
    goal: null,
    prepare: rough,
    run: (k, d, labels) => k.removeSmall(labels, 15),
  },
  {
    name: 'holes',
    title: 'fill holes, 15',
    goal: 24,
    prepare: rough,
    run: (k, d, labels) => k.fillHoles(labels, d.size, d.size, 15),
  },
  {
    name: 'relabel',
    title: 'renumber',
    goal: 14,
    prepare: rough,
    run: (k, d, labels) => k.relabelSequential(labels).labels,
  },
  {
    name: 'peaks',
    title: 'local maxima, distance 5',
    goal: null,
    run: (k, d) => k.peakLocalMax(d.inner, d.size, d.size, { minDistance: 5, thresholdAbs: 0.3, excludeBorder: false }),
  },
];
