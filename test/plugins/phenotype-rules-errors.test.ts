import { testContext } from '../../core/testing.ts';
import type { CellTable } from '../../kernels/image.ts';
import { phenotypeRules } from '../../plugins/phenotype-rules/index.ts';
import { intensityTable } from '../support/intensity-table.ts';

type Params = Parameters<typeof phenotypeRules.params.parse>[0];

const warned: string[] = [];
const silent = (): void => undefined;
const log = { debug: silent, info: silent, warn: (_: object, text: string) => void warned.push(text) };
beforeEach(() => void (warned.length = 0));

const typed = (table: CellTable, params: Params): CellTable =>
  (phenotypeRules.run({ table }, phenotypeRules.params.parse(params), testContext({ log })) as { types: CellTable })
    .types;

const values = (table: CellTable, name: string): (number | string)[] => [
  ...table.columns.find((one) => one.name === name)!.values,
];

/** `path: message` of each problem of the parameters. */
const problems = (params: unknown): string[] =>
  (phenotypeRules.params.safeParse(params).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );

const table = intensityTable([1, 2, 3], { PanCK: [1, 20, 30], CD45: [20, 1, 1], 'Ki-67': [1, 1, 2] });
const gates = { default: { value: 10 } };

test('rules or workflow, not both and not neither', () => {
  expect(problems({})).toEqual(['rules: give rules or workflow']);
  expect(problems({ rules: 'immune-oncology', workflow: ',,A\nall,T,pos' })).toEqual([
    'rules: rules and workflow are both given; keep one',
  ]);
});

test('a cycle is told at each of its rules, an unknown parent with the likely one', () => {
  expect(
    problems({
      rules: [
        { type: 'A', of: 'B', pos: ['x'] },
        { type: 'B', of: 'A', pos: ['x'] },
        { type: 'Immune', pos: ['x'] },
        { type: 'C', of: 'Imune', pos: ['x'] },
        { type: 'D', of: 'D', pos: ['x'] },
      ],
    }),
  ).toEqual([
    'rules.0: "A" is of "B" is of "A": a cycle; let one of them be of "all"',
    'rules.1: "B" is of "A" is of "B": a cycle; let one of them be of "all"',
    'rules.3: "C" is of "Imune", which no rule defines; did you mean "Immune"?',
    'rules.4: "D" is of "D": a cycle; let one of them be of "all"',
  ]);
});

test('two rules for one type, reserved names, no condition, a marker twice', () => {
  const found = problems({
    rules: [
      { type: 'T', pos: ['CD3'] },
      { type: 'T', pos: ['CD4'] },
      { type: 'all', pos: ['CD4'] },
      { type: 'B' },
      { type: 'M', pos: ['CD68'], neg: ['CD68'] },
    ],
  });
  expect(found).toHaveLength(4);
  expect(found[0]).toContain('rules.1: "T" has two rules, the first of them rule 1');
  expect(found[1]).toContain('rules.2: "all" is reserved');
  expect(found[2]).toContain(
    'rules.3: "B" has no condition; name markers under pos, neg, anypos, anyneg, allpos, allneg',
  );
  expect(found[3]).toContain('rules.4: "M" names "CD68" twice');
});

test('a workflow that cannot be read names its lines', () => {
  expect(problems({ workflow: '' })).toEqual([
    'workflow: the workflow has no markers; its first line is two fields and then a marker each, as in ",,CD45,CD3"',
  ]);
  expect(problems({ workflow: ',,CD45,CD3\n' })).toEqual([
    'workflow: the workflow has a first line only; add a line per type: parent,type,condition,…',
  ]);
  expect(problems({ workflow: ',,CD45,CD3\nall,Immune,alpos,\n,T,,pos\nall,B,,,pos' })).toEqual([
    'workflow: line 2: "alpos" under CD45 is no condition; did you mean "allpos"?',
    'workflow: line 3 names no parent; begin it with parent,type',
    'workflow: line 4 has "pos" under no marker; name it in the first line',
  ]);
  expect(problems({ workflow: ',,CD45\nall,A,pos\nX,B,pos' })).toEqual([
    'workflow: "B" is of "X", which no rule defines; types there are: "A", "all"',
  ]);
});

test('unknown markers are all told, with what may be meant', () => {
  const rules = [{ type: 'T', pos: ['CD54'], neg: ['PanCk', 'FoxP3'] }];
  expect(() => typed(table, { rules, gates })).toThrow(
    'no channel of the table is called "CD54" (did you mean "CD45"?), "FoxP3" (channels of the table: "PanCK", "CD45", "Ki-67")',
  );
  expect(() => typed(table, { rules: 'immune-oncology', gates: { CD9000: 'otsu' } })).toThrow(
    'no channel of the table is called "CD9000"',
  );
  const twice = intensityTable([1], { 'Ki-67': [1], Ki67: [2] });
  expect(() => typed(twice, { rules: [{ type: 'X', pos: ['KI67'] }], gates })).toThrow(
    '"KI67" (it may be any of Ki-67, Ki67; write it as one of them)',
  );
});

test('one channel cannot have two gates', () => {
  const both: Params = { rules: [{ type: 'X', pos: ['Ki67'] }], gates: { Ki67: { value: 1 }, 'Ki-67': { value: 2 } } };
  expect(() => typed(table, both)).toThrow('gates names channel "Ki-67" twice, once as "Ki-67"; keep one of them');
});

test('a table without intensities of cells, or without any marker of a set, is refused', () => {
  const bare = { rows: 3, columns: table.columns.slice(0, 1) };
  expect(() => typed(bare, { rules: 'immune-oncology' })).toThrow(
    'the table has no mean intensities of whole cells (compartment cell, statistic mean); wire table to quantify',
  );
  expect(() => typed(intensityTable([1], { DAPI: [1] }), { rules: 'immune-oncology' })).toThrow(
    'the table has none of the markers of the rules "immune-oncology"; write rules for its channels: "DAPI"',
  );
});

test('no cells: no rows, all columns', () => {
  const types = typed(intensityTable([], { PanCK: [] }), { rules: [{ type: 'Tumor', pos: ['PanCK'] }] });
  expect([types.rows, types.columns.map(({ name }) => name)]).toEqual([0, ['cell_id', 'cell_type', 'PanCK_positive']]);
  expect(types.reports).toMatchObject({
    gates: { PanCK: { threshold: null, note: '0 cells have a value, wanted 20 at least' } },
  });
});

test.each(['otsu', 'mixture', { percentile: 95 }] as const)(
  'a constant channel has no gate by %j: all are negative, and it is told',
  (gate) => {
    const flat = intensityTable(
      Array.from({ length: 30 }, (_, i) => i + 1),
      { PanCK: Array.from({ length: 30 }, () => 7) },
    );
    const types = typed(flat, {
      rules: [
        { type: 'Tumor', pos: ['PanCK'] },
        { type: 'Other', neg: ['PanCK'] },
      ],
      gates: { PanCK: gate },
    });
    expect(new Set(values(types, 'cell_type'))).toEqual(new Set(['Other']));
    expect(new Set(values(types, 'PanCK_positive'))).toEqual(new Set([0]));
    expect(new Set(types.matrices![0]!.values)).toEqual(new Set([0]));
    expect(types.reports).toMatchObject({
      gates: { PanCK: { threshold: null, note: 'all cells have the same value' } },
    });
    expect(warned).toEqual(['PanCK: all cells have the same value']);
  },
);

test('few cells have no gate unless it is given', () => {
  const rules = [{ type: 'Tumor', pos: ['PanCK'] }];
  expect(values(typed(table, { rules }), 'cell_type')).toEqual(['Unknown', 'Unknown', 'Unknown']);
  expect(warned).toEqual(['PanCK: 3 cells have a value, wanted 20 at least']);
  expect(values(typed(table, { rules, minCells: 3 }), 'cell_type')).toEqual(['Unknown', 'Tumor', 'Tumor']);
  expect(values(typed(table, { rules, gates }), 'cell_type')).toEqual(['Unknown', 'Tumor', 'Tumor']);
});

test('cells without a value are negative, and counted', () => {
  const holed = intensityTable([1, 2, 3], { PanCK: [NaN, 20, 1] });
  for (const semantics of ['strict', 'scimap'] as const) {
    const rules = [
      { type: 'Tumor', allpos: ['PanCK'] },
      { type: 'Other', allneg: ['PanCK'] },
    ];
    const types = typed(holed, { rules, gates, semantics });
    expect(values(types, 'cell_type')).toEqual(['Other', 'Tumor', 'Other']);
    expect(values(types, 'PanCK_positive')).toEqual([0, 1, 0]);
    // scimap moves the gate to the nearest cell, which is then at it.
    expect([...types.matrices![0]!.values]).toEqual([NaN, semantics === 'strict' ? 1 : 0.5, 0]);
    expect(types.reports).toMatchObject({ gates: { PanCK: { cells: 2, missing: 1, positive: 1 } } });
  }
});

test('values below 0 after background are taken for 0 on the logarithmic scale', () => {
  const below = intensityTable([1, 2], { PanCK: [-5, 20] });
  const types = typed(below, { rules: [{ type: 'Tumor', pos: ['PanCK'] }], gates });
  expect([...types.matrices![0]!.values]).toEqual([0, 1]);
});
