import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  cellTypeColours,
  cellTypeOf,
  cellTypes,
  cellTypes2025,
  cellTypes2026,
  combinedCellTypes2026,
  lineages,
} from '../../../core/vocabulary/cell-types.ts';
import { convertCellType, countsAsRight, isAncestor } from '../../../core/vocabulary/convert-cell-type.ts';
import { tissueCellTypes, typesOfTissue } from '../../../core/vocabulary/tissues.ts';
import { describeWithData } from '../../support/test-data.ts';

const names = cellTypes.map(({ name }) => name);
const NEW = ['Basophil', 'Club', 'Eosinophil', 'Foveolar', 'Keratocyte', 'Photoreceptor', 'Telocyte'];

test('there are 51 and 48 types in 8 lineages', () => {
  expect([cellTypes2026.length, cellTypes2025.length, cellTypes.length]).toEqual([51, 48, 55]);
  expect(cellTypes2026.filter((name) => !cellTypes2025.includes(name))).toEqual(NEW);
  expect([...names].sort()).toEqual([...new Set([...cellTypes2025, ...cellTypes2026])].sort());
  const counts = (of: readonly string[]) =>
    lineages.map((lineage) => of.filter((name) => cellTypeOf(name)!.lineage === lineage).length);
  expect(counts(cellTypes2025)).toEqual([8, 8, 10, 5, 9, 4, 1, 3]);
  expect(counts(names)).toEqual([8, 10, 12, 5, 11, 5, 1, 3]);
  expect(new Set(Object.values(combinedCellTypes2026)).size).toBe(16);
});

test('the tree has known parents, no circles, and kinds within the lineage of their parent', () => {
  const astray = cellTypes.filter(({ parent, lineage }) => parent !== null && cellTypeOf(parent)!.lineage !== lineage);
  // Of the published tree and lineages, this is where they differ.
  expect(astray.map(({ name }) => name)).toEqual(['Melanocyte']);
  for (const name of names) expect(isAncestor(name, name)).toBe(false);
  expect(cellTypes.filter(({ parent }) => parent === null).length).toBe(24);
});

test('ancestors at any depth', () => {
  expect([
    isAncestor('Stromal', 'Myofibroblast'),
    isAncestor('Fibroblast', 'Stellate'),
    isAncestor('Tcell', 'Treg'),
  ]).toEqual([...[true, true, true]]);
  expect([isAncestor('Treg', 'Tcell'), isAncestor('Tcell', 'NK'), isAncestor('Nerve', 'Astrocyte')]).toEqual([
    ...[false, false, false],
  ]);
  expect(() => isAncestor('Tcel', 'NK')).toThrow('there is no cell type "Tcel"; did you mean "Tcell"?');
});

test('types are told at other levels', () => {
  const levels = ['type', 'parent', 'combined', 'lineage'] as const;
  const told = (name: string) => levels.map((level) => convertCellType(name, level));
  expect(told('Myofibroblast')).toEqual(['Myofibroblast', 'Fibroblast', 'Fibroblast', 'Stromal']);
  expect(told('Treg')).toEqual(['Treg', 'Tcell', 'Tcell', 'Lymphocyte']);
  expect(told('Macrophage')).toEqual(['Macrophage', 'Macrophage', 'Macrophage', 'Myeloid']);
  expect(told('Unknown')).toEqual(['Unknown', 'Unknown', 'Unknown', 'Unknown']);
  expect(() => convertCellType('T cells', 'lineage')).toThrow('there is no cell type "T cells"');
});

test('a kind counts as right for Tcell and Stromal only', () => {
  const right = (truth: string) => names.filter((name) => countsAsRight(truth, name)).sort();
  expect(right('Tcell')).toEqual(['CD4T', 'CD8T', 'NKT', 'Tcell', 'Treg']);
  expect(right('Stromal')).toEqual(['Fibroblast', 'Pericyte', 'Stromal']);
  expect([right('Treg'), right('Fibroblast'), right('Bcell')]).toEqual([['Treg'], ['Fibroblast'], ['Bcell']]);
});

test('colours are distinct to the eye, and neither near white nor near black', () => {
  const linear = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  /** Björn Ottosson's OKLab: lightness 0–1 and two opponent axes; 0.02 is about what one sees between large patches. */
  const oklab = (hex: string): readonly [number, number, number] => {
    const [r, g, b] = [1, 3, 5].map((at) => linear(parseInt(hex.slice(at, at + 2), 16) / 255)) as [
      number,
      number,
      number,
    ];
    const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return [
      0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
    ];
  };
  const colours = Object.values(cellTypeColours);
  expect(colours.filter((colour) => !/^#[0-9a-f]{6}$/.test(colour))).toEqual([]);
  const points = colours.map(oklab);
  for (const [lightness] of points) {
    expect(lightness).toBeGreaterThan(0.4);
    expect(lightness).toBeLessThan(0.9);
  }
  const apart = points.flatMap((a, i) =>
    points.slice(0, i).map((b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])),
  );
  expect(Math.min(...apart)).toBeGreaterThan(0.06);
});

test('tissues have the published numbers of types, every type of 2025 is in one', () => {
  expect(Object.values(tissueCellTypes).map((types) => types.length)).toEqual([
    ...[23, 23, 26, 20, 23, 22, 17, 25, 20, 20, 8, 24, 22, 22, 22, 24, 19, 16, 25],
  ]);
  expect([...new Set(Object.values(tissueCellTypes).flat())].sort()).toEqual(cellTypes2025);
  expect(typesOfTissue('Kidney')).toEqual(typesOfTissue('Renal'));
  expect(typesOfTissue('Lymph_Node')).toEqual(typesOfTissue('Lymphnode'));
});

test('a tissue is found without regard to case, after the user’s own; an unknown one lists what there is', () => {
  expect(typesOfTissue('lymph node')).toBe(tissueCellTypes['Lymph_Node']);
  expect(typesOfTissue('Breast', { Breast: ['Tumor'] })).toEqual(['Tumor']);
  expect(typesOfTissue('Eye', { Eye: ['Photoreceptor'] })).toEqual(['Photoreceptor']);
  expect(() => typesOfTissue('Brest', { Eye: ['Photoreceptor'] })).toThrow(
    /^there is no tissue "Brest"; did you mean "Breast"\? The tissues are Eye, Barretts_Esophagus, Breast, .*, Tonsil$/,
  );
  expect(() => typesOfTissue('constructor')).toThrow('there is no tissue "constructor"');
});

describeWithData('registries', (path) => {
  const lists = JSON.parse(readFileSync(join(path, 'deepcell-types.json'), 'utf8')) as Record<string, unknown>;
  type Tree = { readonly [name: string]: Tree };
  const parents = (tree: Tree, parent: string | null): [string, string | null][] =>
    Object.entries(tree).flatMap(([name, kinds]) => [[name, parent], ...parents(kinds, name)]);

  test('types, tree, groups and tissues are those of the registries file', () => {
    expect(cellTypes2026).toEqual(lists['cellTypes2026']);
    expect(cellTypes2025).toEqual(lists['cellTypes2025']);
    expect(tissueCellTypes).toEqual(lists['tissueCellTypes2025']);
    expect(combinedCellTypes2026).toMatchObject(lists['combinedCellTypes2026'] as object);
    const tree = parents(lists['cellTypeTree2025'] as Tree, null);
    expect(tree.map(([name]) => [name, cellTypeOf(name)!.parent])).toEqual(tree);
  });
});
