import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readImage, readLabelsTiff } from '../../activities/images/index.ts';
import { testContext } from '../../core/testing.ts';
import type { CellTable, Image, Labels } from '../../kernels/image.ts';
import { phenotypeRules } from '../../plugins/phenotype-rules/index.ts';
import { quantify } from '../../plugins/quantify/index.ts';
import { agreementOf } from '../support/agreement.ts';
import { intensityTable } from '../support/intensity-table.ts';
import { findRList, readRData } from '../support/r-data.ts';
import { describeWithData } from '../support/test-data.ts';

type Params = Parameters<typeof phenotypeRules.params.parse>[0];

const ctx = testContext();

function typed(table: CellTable, params: Params): CellTable {
  return (phenotypeRules.run({ table }, phenotypeRules.params.parse(params), ctx) as { types: CellTable }).types;
}

function measured(image: Image, cells: Labels): CellTable {
  const params = quantify.params.parse({ statistics: ['mean'], shape: false });
  return (quantify.run({ image, cells, nuclei: undefined }, params, ctx) as { table: CellTable }).table;
}

const typesOf = (table: CellTable): readonly string[] =>
  table.columns.find(({ name }) => name === 'cell_type')!.values as readonly string[];

const tally = (types: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const type of types) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
};

/** Rows of a table with a line of names. */
function rowsOf(path: string, separator: string): Record<string, string>[] {
  const [head = '', ...lines] = readFileSync(path, 'latin1').replace(/^ï»¿/, '').trim().split(/\r?\n/);
  const names = head.split(separator);
  return lines.map((line) => Object.fromEntries(line.split(separator).map((field, i) => [names[i] ?? '', field])));
}

describeWithData('vectra-phenoptr', (folder) => {
  const file = (name: string): string => join(folder, `FIHC4__0929309_HP_IM3_2_${name}`);

  test('phenotypes of inForm from the component image and its own masks', async () => {
    const { image } = await readImage({ image: file('component_data.tif'), mpp: null, forceMpp: false, panel: null });
    const rows = rowsOf(file('cell_seg_data.txt'), '\t');
    // A cell is its nucleus and its cytoplasm, pages 2 and 3 of the maps.
    const cells = await cellsOf(file('binary_seg_maps.tif'), image);
    const table = measured(image, cells);
    const given = new Map(rows.map((row) => [Number(row['Cell ID']), row['Phenotype'] ?? '']));
    const ids = table.columns[0]!.values as Int32Array;
    expect(ids.length).toBe(270);
    const params: Params = {
      rules: [
        { type: 'Cytotoxic T', allpos: ['Alexa 594'], neg: ['FITC'] },
        { type: 'Helper T', allpos: ['FITC'] },
        { type: 'B', allneg: ['Alexa 594', 'FITC'] },
      ],
      gates: { default: 'mixture' },
    };
    const found = typesOf(typed(table, params));
    const { agreement, macroF1 } = agreementOf(
      [...ids].map((id) => given.get(id)!),
      found,
    );
    console.info(`vectra-phenoptr: agreement ${agreement.toFixed(3)}, macro-F1 ${macroF1.toFixed(3)}`, tally(found));
    expect(agreement).toBeGreaterThan(0.9);
    expect(macroF1).toBeGreaterThan(0.7);
  });
});

async function cellsOf(path: string, { mpp }: Image): Promise<Labels> {
  const { image: maps } = await readImage({ image: path, mpp, forceMpp: true, panel: null });
  const [, nucleus, cytoplasm] = maps.planes;
  const data = Int32Array.from(nucleus!, (id, i) => (id === 0 ? cytoplasm![i]! : id));
  return { height: maps.height, width: maps.width, mpp, data };
}

describeWithData('imc-pancreas-cytomapper', (folder) => {
  const bytes = readRData(join(folder, 'pancreasSCE.RData'));
  const lacking = bytes === null ? ' (the program xz, to unpack the types, is not there)' : '';

  (bytes === null ? test.skip : test)(`the three types of both crops${lacking}`, async () => {
    const cells = findRList(bytes!, ['ImageName', 'CellNb', 'CellType']);
    const column = <T>(name: string): readonly T[] => cells.get(name) as readonly T[];
    for (const crop of ['E34', 'G01']) {
      const given = new Map(
        column<number>('CellNb').flatMap((id, i) =>
          column<string>('ImageName')[i]!.startsWith(crop) ? [[id, column<string>('CellType')[i]!] as const] : [],
        ),
      );
      const panel = ['H3', 'CD99', 'PIN', 'CD8a', 'CDH'].map((marker, c) => ({
        channel: String(c + 1),
        marker,
        role: null,
      }));
      const { image } = await readImage({ image: join(folder, `${crop}_imc.tiff`), mpp: 1, forceMpp: false, panel });
      const table = measured(image, await readLabelsTiff(join(folder, `${crop}_mask.tiff`), 1));
      const ids = [...(table.columns[0]!.values as Int32Array)];
      // Proinsulin: beta cells; CD99 without it: other cells of the islet; neither: the rest. The labels' names mean nothing.
      const types = typed(table, {
        rules: [
          { type: 'islet', allpos: ['CD99'] },
          { type: 'celltype_A', of: 'islet', allpos: ['PIN'] },
          { type: 'celltype_B', of: 'islet', allneg: ['PIN'] },
        ],
      });
      const found = typesOf(types).map((type) => (type === 'Unknown' ? 'celltype_C' : type));
      const { agreement, macroF1 } = agreementOf(
        ids.map((id) => given.get(id)!),
        found,
      );
      console.info(`imc-pancreas ${crop}: agreement ${agreement.toFixed(3)}, macro-F1 ${macroF1.toFixed(3)}`);
      expect(agreement).toBeGreaterThan(0.75);
      expect(macroF1).toBeGreaterThan(0.7);
    }
  });
});

describeWithData('mcmicro-exemplar001-csv', (folder) => {
  const rows = rowsOf(join(folder, 'exemplar-001--unmicst_cell.csv'), ',');
  const workflow = readFileSync(join(folder, 'phenotype_workflow.csv'), 'utf8');
  const gates = Object.fromEntries(
    rowsOf(join(folder, 'manual_gates.csv'), ',').map((row) => {
      const [marker, value] = Object.values(row);
      return [marker!, { log1p: Number(value) }] as const;
    }),
  );
  const markers = Object.keys(gates);
  const table = intensityTable(
    rows.map((row) => Number(row['CellID'])),
    Object.fromEntries(markers.map((marker) => [marker, rows.map((row) => Number(row[marker]))])),
  );

  test('its workflow and gates give the types that scimap gives', () => {
    expect(table.rows).toBe(11_201);
    const found = typesOf(typed(table, { workflow, gates, semantics: 'scimap' }));
    // scimap 2.3.6 with pandas 2.3.3: sm.pp.rescale with the manual gates, then sm.tl.phenotype_cells.
    expect(tally(found)).toEqual({
      ...{ Immune: 4746, 'ECAD+': 3015, Unknown: 2278, 'SMA+': 602, Treg: 282 },
      ...{ 'Other myeloid cells': 193, 'NK cells': 66, 'Dendritic cells': 19 },
    });
    expect(createHash('sha256').update(found.join('\n')).digest('hex')).toBe(
      'a1e7cf5eaee0991e6f2617b186340bf3bf69b443f456fb9ead0c87052ad44bbc',
    );
  });

  test('with strict rules and gates found from the data', () => {
    const counts = tally(typesOf(typed(table, { workflow })));
    console.info('mcmicro-exemplar001, strict:', counts);
    expect(Object.keys(counts)).toContain('ECAD+');
  });
});
