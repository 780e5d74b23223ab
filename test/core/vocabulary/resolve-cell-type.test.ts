import {
  cellTypeGuesses,
  cellTypeKinds,
  cellTypeSynonyms,
  NO_TYPE,
} from '../../../core/vocabulary/cell-type-aliases.ts';
import { cellTypes, cellTypes2026 } from '../../../core/vocabulary/cell-types.ts';
import { resolveCellType } from '../../../core/vocabulary/resolve-cell-type.ts';

test.each([
  ['CD8 T cells', 'CD8T', 'normalised'],
  ['CD8+ T cell', 'CD8T', 'normalised'],
  ['CD8-positive T cells', 'CD8T', 'normalised'],
  ['CD4-T cells', 'CD4T', 'normalised'],
  ['CD4- T cells', null, 'unknown'],
  ['CD3+CD8+', 'CD8T', 'alias'],
  ['CD3+CD4-', null, 'unknown'],
  ['B cells', 'Bcell', 'normalised'],
  ['Beta cells', 'BetaCell', 'normalised'],
  ['β-cell', 'BetaCell', 'normalised'],
  ['Mac', 'Macrophage', 'alias'],
  ['macrophages', 'Macrophage', 'normalised'],
  ['M2 macrophages', 'Macrophage', 'broader'],
  ['Tregs', 'Treg', 'normalised'],
  ['Cytotoxic T', 'CD8T', 'alias'],
  ['helper T cells', 'CD4T', 'alias'],
  ['γδ T cells', 'Tcell', 'broader'],
  ['tumour', 'Tumor', 'alias'],
  ['Tumour cells', 'Tumor', 'alias'],
  ['Epithelium', 'Epithelial', 'alias'],
  ['Smooth muscle', 'SmoothMuscle', 'normalised'],
  ['Langerhans cells', 'Langerhans', 'normalised'],
  ['Interstitial cells of Cajal', 'ICC', 'alias'],
  ['CD68+', 'Macrophage', 'guess'],
  ['Unassigned', null, 'unlabelled'],
  ['', null, 'unlabelled'],
  ['Other', null, 'unlabelled'],
  ['Lymphocytes', null, 'unknown'],
  ['Other myeloid cells', null, 'unknown'],
  ['constructor', null, 'unknown'],
])('%s is %s (%s)', (name, type, how) => {
  expect(resolveCellType(name)).toMatchObject({ name, type, how });
});

test('every type is exact, and found by case and spacing alone', () => {
  for (const { name } of cellTypes) {
    expect(resolveCellType(name)).toEqual({ name, type: name, how: 'exact', detail: '' });
    const spaced = name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
    expect(resolveCellType(`${spaced} cells`).type).toBe(name);
  }
});

test('no name stands for two types', () => {
  const tables = [
    [cellTypeSynonyms, 'alias'],
    [cellTypeKinds, 'broader'],
    [cellTypeGuesses, 'guess'],
  ] as const;
  for (const [groups, how] of tables) {
    for (const [type, ...others] of groups) {
      for (const name of others) {
        const decision = resolveCellType(name);
        expect([name, decision.type]).toEqual([name, type]);
        expect([how, 'normalised']).toContain(decision.how);
      }
    }
  }
  expect(NO_TYPE.map((name) => resolveCellType(name).how)).toEqual(NO_TYPE.map(() => 'unlabelled'));
});

test('a type that a vocabulary lacks is told by the one above, or is absent', () => {
  const vocabulary = cellTypes2026;
  expect(resolveCellType('Myofibroblasts', { vocabulary })).toEqual({
    ...{ name: 'Myofibroblasts', type: 'Fibroblast', how: 'broader' },
    detail: 'Myofibroblast is not among the types; it is a kind of Fibroblast',
  });
  expect(resolveCellType('Platelets', { vocabulary })).toMatchObject({ type: null, how: 'absent' });
  expect(resolveCellType('Stem', { vocabulary: ['Stem'] })).toMatchObject({ type: 'Stem', how: 'exact' });
});

test('a map comes first; a type it invents is refused', () => {
  expect(resolveCellType('PanCK+', { map: { 'PanCK+': 'Tumor' } })).toMatchObject({ type: 'Tumor', how: 'user' });
  expect(resolveCellType('Tcell', { map: { Tcell: null } })).toMatchObject({ type: null, how: 'user' });
  expect(() => resolveCellType('x', { map: { x: 'CD8 T cells' } })).toThrow(
    'map says that "x" is "CD8 T cells", which is no type; did you mean "CD8T"?',
  );
});

test('a slip is suggested, not taken', () => {
  expect(resolveCellType('Macrophag')).toMatchObject({
    ...{ type: null, how: 'unknown', detail: 'no type of that name; did you mean Macrophage?' },
  });
});
