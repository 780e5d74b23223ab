/** Real fields with cells that others outlined: scored on, never trained on. */
import path from 'node:path';
import { readImage, readLabelsTiff } from '../../dist/activities/images/index.js';

const request = (image, mpp, panel) => ({ image, mpp, forceMpp: mpp !== null, panel });

/** Imaging mass cytometry of pancreas at 1 µm per pixel, masks as published with it. Crops are E34 and G01. */
export async function readPancreas(folder, crop) {
  const markers = ['H3', 'CD99', 'PIN', 'CD8a', 'CDH'];
  const roles = { H3: 'nuclear', CD99: 'membrane', CDH: 'membrane' };
  const panel = markers.map((marker, c) => ({ channel: String(c + 1), marker, role: roles[marker] ?? null }));
  const { image } = await readImage(request(path.join(folder, `${crop}_imc.tiff`), 1, panel));
  const cell = await readLabelsTiff(path.join(folder, `${crop}_mask.tiff`), 1);
  return {
    name: crop,
    group: `pancreas, ${crop}`,
    image,
    truth: { cell },
  };
}

/** A field of lymphoid tissue by fluorescence, unmixed; nuclei and cells as inForm found them. DAPI alone: no stain shows all membranes. */
export async function readLymphoid(folder) {
  const file = (name) => path.join(folder, `FIHC4__0929309_HP_IM3_2_${name}.tif`);
  const { image } = await readImage(request(file('component_data'), null, null));
  const { image: maps } = await readImage(request(file('binary_seg_maps'), image.mpp, null));
  const { height, width, mpp } = image;
  const [, nucleus, cytoplasm] = maps.planes;
  const labels = (data) => ({ height, width, mpp, data });
  const cell = labels(Int32Array.from(nucleus, (id, i) => (id === 0 ? cytoplasm[i] : id)));
  const at = image.channels.findIndex(({ name }) => name === 'DAPI');
  const shown = { ...image, channels: [{ name: 'DAPI', role: 'nuclear' }], planes: [image.planes[at]] };
  return {
    name: 'lymphoid',
    group: 'lymphoid',
    image: shown,
    truth: { cell, nucleus: labels(Int32Array.from(nucleus)) },
  };
}
