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

/** Labels of which every seventh is gone. */
const gapped = (k, d) => d.labels.map((id) => (id % 7 === 3 ? 0 : id));

const labels = (d) => new Int32Array(d.size ** 2);

export default [
  {
    name: 'h-maxima',
    title: 'h-maxima, h = 0.075, disk(2)',
    goal: 200,
    out: (d) => new Uint8Array(d.size ** 2),
    run: (k, d, _, out) => k.hMaxima(d.inner, d.size, d.size, { h: 0.075, radius: 2, out }),
  },
  ...['own', 'raised'].map((rule) => ({
    name: `watershed-${rule}`,
    title: `watershed, rule ${rule}`,
    goal: 12,
    // The peer is 0.26, which raises; own is what 0.24 does, and the golden arrays hold it to that.
    ...(rule === 'own' ? { note: 'the peer follows the rule raised' } : {}),
    prepare: (k, d) => d.interior.map((value) => -value),
    out: labels,
    run: (k, d, ground, out) => k.watershed(ground, d.markers, d.size, d.size, { mask: d.mask, rule, out }),
  })),
  {
    name: 'label',
    title: 'connected components, 8',
    goal: 6,
    out: labels,
    run: (k, d, _, out) => k.label(d.mask, d.size, d.size, 8, { out }).labels,
  },
  {
    name: 'small',
    title: 'remove small objects, 15',
    goal: null,
    prepare: rough,
    out: labels,
    run: (k, d, image, out) => k.removeSmall(image, 15, { out }),
  },
  {
    name: 'holes',
    title: 'fill holes, 15',
    goal: 24,
    prepare: rough,
    out: labels,
    run: (k, d, image, out) => k.fillHoles(image, d.size, d.size, 15, { out }),
  },
  {
    name: 'relabel',
    title: 'renumber',
    goal: null,
    prepare: gapped,
    out: labels,
    run: (k, d, image, out) => k.relabelSequential(image, { out }).labels,
  },
  {
    name: 'mesmer',
    title: "Mesmer's whole post-processing",
    goal: 30,
    scales: true,
    out: labels,
    run: (k, d, _, out) =>
      k.deepWatershed(d.inner, d.interior, d.size, d.size, {
        ...{ maxima: 'h-maxima', maximaThreshold: 0.075, radius: 2, maximaSmooth: 0 },
        ...{ interiorThreshold: 0.2, interiorSmooth: 2, pixelExpansion: 0, labelErosion: 0 },
        ...{ smallObjects: 15, fillHoles: 15, rule: 'raised', holes: 'compat', out },
      }),
  },
  {
    name: 'peaks',
    title: 'local maxima, distance 5',
    goal: null,
    run: (k, d) => k.peakLocalMax(d.inner, d.size, d.size, { minDistance: 5, thresholdAbs: 0.3, excludeBorder: false }),
  },
];
