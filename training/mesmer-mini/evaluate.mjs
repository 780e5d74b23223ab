#!/usr/bin/env node
/**
 * Scores a model through segment-mesmer itself, beside segment-watershed, on what it was not trained on: the validation rows of the
 * nuclei, synthetic tissue of other seeds and of kinds held out, the same as ion counts and without membrane, and real tissue: the MIBI
 * field, once more with settings chosen on its other half, and fields of two other instruments.
 * Prints the tables of the model card. Counts are pooled over all objects.
 *
 *   node training/mesmer-mini/evaluate.mjs --models FILE --data FOLDER [--fields 2] [--only TEXT] [--groups 360x360,…]
 *
 * With --groups only nuclei of these image sizes are scored, validation or not: for a model trained with the same --leave-out.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { smallObjects } from '../../dist/kernels/index.js';
import { normalize } from '../../dist/plugins/normalize/index.js';
import { segmentMesmer } from '../../dist/plugins/segment-mesmer/index.js';
import { segmentWatershed } from '../../dist/plugins/segment-watershed/index.js';
import { HELD_OUT, KINDS } from './kinds.mjs';
import { combinations, remembering, scoreByHalves } from './halves.mjs';
import { asCounts, nucleiRows, readMibi, readNuclei, unseenTissue } from './images.mjs';
import { readLymphoid, readPancreas } from './real-images.mjs';
import { openModel } from './record.mjs';
import { SMALL, THRESHOLDS, addScore, emptyScore, f1Of } from './scores.mjs';

const { values: options } = parseArgs({
  options: {
    models: { type: 'string' },
    data: { type: 'string' },
    fields: { type: 'string', default: '2' },
    only: { type: 'string', default: '' },
    groups: { type: 'string', default: '' },
  },
});
const net = await openModel(path.resolve(options.models));
const silent = () => {};
const ctx = {
  ...{ fov: 'evaluation', models: { net }, progress: silent, signal: new AbortController().signal },
  log: { debug: silent, info: silent, warn: silent },
};

const mesmer = (given) => async (image) => {
  const { cells, nuclei } = await segmentMesmer.run({ image }, segmentMesmer.params.parse(given), ctx);
  return { cell: cells, nucleus: nuclei };
};

async function watershed(image, { percentile, ...given } = {}) {
  const unit = (await normalize.run({ image }, normalize.params.parse({ percentile }), ctx)).image;
  const { cells, nuclei } = await segmentWatershed.run({ image: unit }, segmentWatershed.params.parse(given), ctx);
  return { cell: cells, nucleus: nuclei };
}

const nuclearOnly = (image) => ({ ...image, channels: image.channels.slice(0, 1), planes: image.planes.slice(0, 1) });

/** What settings are worth that were chosen on one half of a field, on its other half. */
async function halves({ image, truth }) {
  const title = 'MIBI breast field, cells, settings chosen on one half and scored on the other';
  if (!title.includes(options.only)) return;
  const remembered = { ...ctx, models: { net: remembering(net) } };
  const mini = async ({ membrane, maximaThreshold, ...given }) => {
    const params = segmentMesmer.params.parse({ ...given, cells: { maximaThreshold } });
    const shown = membrane ? image : nuclearOnly(image);
    return (await segmentMesmer.run({ image: shown }, params, remembered)).cells;
  };
  const shared = {
    ...{ smoothUm: [0, 1, 1.5, 2], nucleated: [0, 0.35], maximaThreshold: [0.05, 0.1, 0.15] },
    minNuclearSignal: [0, 0.35, 0.5],
  };
  const own = {
    ...{ percentile: [99], nucleusDiameterUm: [7, 9], smoothingUm: [0.3, 0.7, 1], minBrightness: [0.6, 0.7] },
    ...{ minNucleusAreaUm2: [6, 20], maxExpansionUm: [3, 4], minMembrane: [0.1, 0.3] },
  };
  const rows = [
    ['mesmer-mini', combinations({ membrane: [true, false], ...shared }), mini],
    ['mesmer-mini, with membrane', combinations({ membrane: [true], ...shared }), mini],
    ['segment-watershed', combinations(own), async (given) => (await watershed(image, given)).cell],
  ];
  console.log(`\n${title}\n\n| method | F1 at ${THRESHOLDS.join(' / ')} | for the left half | for the right half |`);
  console.log('| --- | --- | --- | --- |');
  for (const [method, settings, run] of rows) {
    const { pooled, chosen } = await scoreByHalves(truth.cell, settings, run);
    const given = chosen.map((each) => JSON.stringify(each).replaceAll('"', '')).join(' | ');
    console.log(`| ${method} | ${pooled.at.map((at) => f1Of(at).toFixed(3)).join(' / ')} | ${given} |`);
  }
}

/** Rows of one table: every method over the same scenes. */
async function table(title, scenes, methods, parts) {
  if (!title.includes(options.only)) return;
  const scores = new Map();
  for await (const scene of scenes) {
    for (const [method, run] of Object.entries(methods)) {
      const found = await run(scene.image);
      for (const part of parts) {
        if (scene.truth[part] === undefined) continue;
        for (const group of new Set([scene.group, 'all'])) {
          const key = JSON.stringify([group, part, method]);
          if (!scores.has(key)) scores.set(key, { ...emptyScore(), small: 0, found: 0 });
          const score = scores.get(key);
          const overlaps = addScore(score, scene.truth[part], found[part]);
          const small = smallObjects(overlaps, SMALL, 0.5);
          score.small += small.objects;
          score.found += small.found;
        }
      }
    }
  }
  console.log(`\n${title}\n`);
  const f1 = THRESHOLDS.map((threshold) => `F1 at ${threshold}`).join(' | ');
  console.log(
    `| images | objects of | method | images | objects | ${f1} | precision, recall at 0.5 | under ${SMALL} px found |`,
  );
  console.log(`| --- | --- | --- | --- | --- | ${THRESHOLDS.map(() => '---').join(' | ')} | --- | --- |`);
  for (const [key, score] of [...scores].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [group, part, method] = JSON.parse(key);
    const { tp, fp, fn } = score.at[0];
    const values = score.at.map((at) => f1Of(at).toFixed(3)).join(' | ');
    const both = `${(tp / (tp + fp || 1)).toFixed(3)}, ${(tp / (tp + fn || 1)).toFixed(3)}`;
    const small = score.small === 0 ? '–' : `${score.found} of ${score.small}`;
    console.log(
      `| ${group} | ${part} | ${method} | ${score.images} | ${score.objects} | ${values} | ${both} | ${small} |`,
    );
  }
}

async function* each(items, read) {
  for (const item of items) yield read(item);
}

const nuclei = path.join(options.data, 'dsb2018-nuclei');
const both = {
  'mesmer-mini': mesmer({}),
  'mesmer-mini, scale by nuclei': mesmer({ scale: 'nuclei' }),
  'segment-watershed': watershed,
};
if (existsSync(nuclei)) {
  const groups = options.groups.split(',').filter(Boolean);
  const { training, validation } = nucleiRows(nuclei);
  const rows =
    groups.length === 0 ? validation : [...training, ...validation].filter(({ group }) => groups.includes(group));
  const title =
    groups.length === 0 ? 'Nuclei, validation rows' : `Nuclei of ${groups.join(', ')}, left out of the training`;
  await table(
    title,
    each(rows, (row) => readNuclei(nuclei, row)),
    both,
    ['nucleus'],
  );
} else console.error(`evaluate: there are no nuclei at ${nuclei}; their table is left out`);

if (options.groups === '') {
  const numbers = Array.from({ length: Number(options.fields) }, (_, n) => n);
  const fields = [...Object.keys(KINDS), ...Object.keys(HELD_OUT)].flatMap((kind) => numbers.map((n) => [kind, n]));
  const withMembrane = { 'mesmer-mini': mesmer({}), 'segment-watershed': watershed };
  await table(
    'Synthetic tissue of other seeds',
    each(fields, ([kind, n]) => unseenTissue(kind, n)),
    withMembrane,
    ['cell', 'nucleus'],
  );
  await table(
    'The same as ion counts, 3 at the bright end',
    each(fields, ([kind, n]) => asCounts(unseenTissue(kind, n), 3, n)),
    withMembrane,
    ['cell', 'nucleus'],
  );
  const alone = (scene) => ({ ...scene, image: nuclearOnly(scene.image) });
  await table(
    'The same without membrane channels',
    each(fields, ([kind, n]) => alone(unseenTissue(kind, n))),
    withMembrane,
    ['cell', 'nucleus'],
  );
  const mibi = path.join(options.data, 'mibi-breast-fov8');
  if (existsSync(mibi)) {
    await table(
      'MIBI breast field, against the mask of the published Mesmer',
      each([mibi], (folder) => readMibi(folder)),
      { ...both, 'mesmer-mini, minNuclearSignal 0': mesmer({ minNuclearSignal: 0 }) },
      ['cell'],
    );
    await halves(await readMibi(mibi));
  } else console.error(`evaluate: there is no MIBI field at ${mibi}; its tables are left out`);
  const pancreas = path.join(options.data, 'imc-pancreas-cytomapper');
  const lymphoid = path.join(options.data, 'vectra-phenoptr');
  const real = [
    ...(existsSync(pancreas) ? ['E34', 'G01'].map((crop) => () => readPancreas(pancreas, crop)) : []),
    ...(existsSync(lymphoid) ? [() => readLymphoid(lymphoid)] : []),
  ];
  const methods = { 'mesmer-mini': mesmer({}), 'segment-watershed': watershed };
  await table(
    'Other real tissue',
    each(real, (read) => read()),
    methods,
    ['cell', 'nucleus'],
  );
}
