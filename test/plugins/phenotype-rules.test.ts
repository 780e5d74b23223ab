import type { z } from 'zod';
import { testContext, testStep } from '../../core/testing.ts';
import type { CellTable } from '../../kernels/image.ts';
import { synthesizeTissue } from '../../kernels/synth/index.ts';
import { assignTypes } from '../../plugins/phenotype-rules/assign-types.ts';
import { phenotypeRules } from '../../plugins/phenotype-rules/index.ts';
import { readWorkflow } from '../../plugins/phenotype-rules/read-workflow.ts';
import type { ScaledMarker } from '../../plugins/phenotype-rules/scale-marker.ts';
import { quantify } from '../../plugins/quantify/index.ts';
import { agreementOf } from '../support/agreement.ts';
import { goldens } from '../support/goldens.ts';
import { intensityTable } from '../support/intensity-table.ts';
import { testGolden } from '../support/step-golden.ts';

type Params = z.input<typeof phenotypeRules.params>;

const typed = (table: CellTable, params: Params): CellTable =>
  (phenotypeRules.run({ table }, phenotypeRules.params.parse(params), testContext()) as { types: CellTable }).types;

const column = ({ columns }: CellTable, name: string): readonly (number | string)[] => [
  ...columns.find((one) => one.name === name)!.values,
];

const report = (table: CellTable, name: string): unknown => table.reports?.[name];

/** Six cells, all gates at 10: raw values, so that scaled ones can be worked out by hand. */
const table = intensityTable([1, 2, 5, 6, 7, 9], {
  PanCK: [20, 2, 0, 15, 0, 1],
  CD45: [0, 20, 14, 12, 30, 1],
  CD3: [0, 20, 12, 1, 3, 2],
  CD20: [0, 1, 16, 0, 2, 20],
});
const fixed = {
  rules: [
    { type: 'Tumor', allpos: ['PanCK'] },
    { type: 'Immune', allpos: ['CD45'] },
    { type: 'Tcell', of: 'Immune', allpos: ['CD3'] },
    { type: 'Bcell', of: 'Immune', pos: ['CD20'] },
  ],
  gates: { default: { value: 10 } },
  transform: 'none',
} satisfies Params;
const tissue = synthesizeTissue({ seed: 5, height: 160, width: 160 });
const measured = (synthetic: typeof tissue): CellTable => {
  const params = quantify.params.parse({ statistics: ['mean'], shape: false });
  const { image, cells } = synthetic;
  return (quantify.run({ image, cells, nuclei: undefined }, params, testContext()) as { table: CellTable }).table;
};

testStep(phenotypeRules, [
  { name: 'fixed gates', inputs: { table }, params: fixed },
  { name: 'a set of rules', inputs: { table: measured(tissue) }, params: { rules: 'immune-oncology' } },
  {
    name: 'no cells',
    inputs: { table: intensityTable([], { PanCK: [], CD45: [], CD3: [], CD20: [] }) },
    params: fixed,
  },
]);
testGolden(phenotypeRules, [
  { name: 'tissue', inputs: { table: measured(tissue) }, params: { rules: 'immune-oncology' } },
  { name: 'scimap', inputs: { table }, params: { ...fixed, semantics: 'scimap' } },
]);

test('cells go down the tree to the best of the types that match', () => {
  const types = typed(table, fixed);
  // 4th: PanCK 15 of 20 is 0.75, CD45 12 of 30 is 0.55. 3rd: CD3 12 of 20 is 0.6, CD20 16 of 20 is 0.8. 5th: no kind of Immune.
  expect(column(types, 'cell_type')).toEqual(['Tumor', 'Tcell', 'Bcell', 'Tumor', 'Immune', 'Unknown']);
  expect(column(types, 'cell_id')).toEqual([1, 2, 5, 6, 7, 9]);
  expect(types.columns.map(({ name }) => name)).toEqual([
    ...['cell_id', 'cell_type', 'PanCK_positive', 'CD45_positive', 'CD3_positive', 'CD20_positive'],
  ]);
  expect(column(types, 'CD45_positive')).toEqual([0, 1, 1, 1, 1, 0]);
  const scaled = types.matrices![0]!;
  expect([scaled.name, scaled.columns]).toEqual(['marker_scaled', ['PanCK', 'CD45', 'CD3', 'CD20']]);
  expect([...scaled.values].slice(0, 8)).toEqual([1, 0, 0, 0, 0.1, 0.75, 1, 0.05].map((value) => Math.fround(value)));
  expect(types.colours!['cell_type']).toMatchObject({ Tumor: '#ff2400', Unknown: '#c8c8c8' });
  expect(report(types, 'gates')).toMatchObject({
    CD45: { method: 'value', threshold: 10, threshold_as_recorded: 10, cells: 6, missing: 0, positive: 4, note: null },
  });
});

test.each<[string, Params['gates'], number]>([
  ['value', { default: { value: 99 } }, 99],
  ['log1p', { default: { log1p: Math.log(100) } }, 99],
  ['percentile', { default: { percentile: 50 } }, Math.sqrt(11 * 1001) - 1],
  ['otsu', {}, NaN],
  ['mixture', { default: 'mixture' }, NaN],
])('a gate by %s is reported as found and as recorded', (method, gates, expected) => {
  const values = [...Array.from({ length: 20 }, () => 10), ...Array.from({ length: 20 }, () => 1000)];
  const cells = intensityTable(
    values.map((_, i) => i + 1),
    { CD3: values },
  );
  const types = typed(cells, { rules: [{ type: 'Tcell', pos: ['CD-3'] }], gates: gates ?? {} });
  const { CD3 } = report(types, 'gates') as { CD3: Record<string, number | string> };
  expect([CD3!['method'], CD3!['transform'], CD3!['positive']]).toEqual([method, 'log1p', 20]);
  expect(CD3!['threshold']).toBeCloseTo(Math.log1p(CD3!['threshold_as_recorded'] as number), 8);
  if (Number.isNaN(expected)) expect(CD3!['threshold_as_recorded']).toBeGreaterThan(10);
  else expect(CD3!['threshold_as_recorded']).toBeCloseTo(expected, 6);
  expect(report(types, 'rules')).toMatchObject({ markers: [{ marker: 'CD-3', channel: 'CD3', how: 'spelling' }] });
});

test('cells without signal and hot ones do not draw the gate to themselves', () => {
  const values = Array.from({ length: 1000 }, (_, i) => (i < 6 ? 0 : i < 700 ? 400 + (i % 60) : 5000 + 7 * (i % 60)));
  const cells = intensityTable(
    values.map((_, i) => i + 1),
    { CD3: values },
  );
  for (const gate of ['otsu', 'mixture'] as const) {
    const types = typed(cells, { rules: [{ type: 'Tcell', pos: ['CD3'] }], gates: { CD3: gate } });
    const positive = column(types, 'CD3_positive').filter((one) => one === 1).length;
    // Otsu's threshold is the middle of a bin, and a few of the lower group lie in its upper half.
    expect(positive).toBeGreaterThanOrEqual(300);
    expect(positive).toBeLessThan(330);
  }
});

test('the text of a phenotype_workflow.csv is the same as rules', () => {
  const workflow =
    '\uFEFF,,PanCK,CD45,CD3,"CD20"\nall,Tumor,allpos,,,\r\nall,Immune,,allpos,,\n\nImmune,Tcell,,,allpos,\nImmune,Bcell,,,,pos\n';
  const { gates, transform } = fixed;
  expect(column(typed(table, { workflow, gates, transform }), 'cell_type')).toEqual(
    column(typed(table, fixed), 'cell_type'),
  );
});

test('scimap semantics equal scimap, all six words', () => {
  const [golden] = goldens<{ markers: string[]; names: string[]; workflow: string }>('phenotype-scimap');
  const { markers, names, workflow } = golden!.params;
  const values = golden!.get('scaled', Float64Array);
  const cells = values.length / markers.length;
  const markerOf = (name: string): ScaledMarker => {
    const scaled = Float64Array.from({ length: cells }, (__, i) => values[i * markers.length + markers.indexOf(name)]!);
    return { scaled, positive: Int32Array.from(scaled, (value) => Number(value >= 0.5)) };
  };
  const expected = [...golden!.get('labels', Int32Array)].map((label) => names[label]);
  expect(names.filter((name) => name.startsWith('likely-')).length).toBeGreaterThan(1);
  expect(assignTypes(readWorkflow(workflow).rules, markerOf, cells, 'scimap')).toEqual(expected);
});

test('a marker by another name is found, a guess is not', () => {
  const cells = intensityTable([1, 2], { ECAD: [1, 20], CD45RO: [1, 20] });
  const gates = { default: { value: 10 } };
  const types = typed(cells, { rules: [{ type: 'Epithelial', pos: ['E-cadherin'] }], gates });
  expect(column(types, 'cell_type')).toEqual(['Unknown', 'Epithelial']);
  expect(report(types, 'rules')).toMatchObject({ markers: [{ marker: 'E-cadherin', channel: 'ECAD', how: 'alias' }] });
});

test('a set of rules leaves out what a panel lacks, and says so', () => {
  const cells = intensityTable([1, 2, 3], { PanCK: [50, 1, 1], CD45: [1, 50, 1], CD3: [1, 50, 1] });
  const types = typed(cells, { rules: 'immune-oncology', gates: { default: { value: 10 } } });
  expect(column(types, 'cell_type')).toEqual(['Tumor', 'Tcell', 'Unknown']);
  expect(report(types, 'rules')).toMatchObject({
    dropped: ['Endothelial', 'Fibroblast', 'Bcell', 'Macrophage', 'Dendritic', 'NK', 'CD8T', 'CD4T', 'Treg'],
    lacking: expect.arrayContaining(['E-cadherin', 'CD31', 'FoxP3']) as unknown,
  });
});

test('immune-oncology on synthetic tissue it was not made on: macro-F1 above 0.85', () => {
  // Without the markers that no rule names, for the sake of time.
  const markers = [
    'PanCK',
    'E-cadherin',
    'CD45',
    'CD3',
    'CD4',
    'CD8',
    'FoxP3',
    'CD20',
    'CD68',
    'CD11c',
    'CD56',
    'CD31',
  ];
  const field = synthesizeTissue({ seed: 101, height: 400, width: 400, markers: [...markers, 'Vimentin'] });
  const found = column(typed(measured(field), { rules: 'immune-oncology' }), 'cell_type') as readonly string[];
  const { macroF1 } = agreementOf(field.types, found);
  console.info(`phenotype-rules, ${found.length} cells of synthetic tissue: macro-F1 ${macroF1.toFixed(3)}`);
  expect(macroF1).toBeGreaterThan(0.85);
}, 240_000);
