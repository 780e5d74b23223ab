import { resolveMarker } from '../../../core/vocabulary/resolve-marker.ts';

type Row = readonly [name: string, marker: string | null, how: string];
const decided = (rows: readonly Row[], registry: '2026' | '2025' = '2026') =>
  rows.map(([name]) => {
    const { marker, how } = resolveMarker(name, { registry });
    return [name, marker, how];
  });

test('names that DeepCell Types drops in silence are resolved, or dropped with a reason', () => {
  const rows: readonly Row[] = [
    ...([
      ['HLA-DR', 'HLA-Class-2', 'alias'],
      ['HLA.DR', 'HLA-Class-2', 'alias'],
      ['Ki-67', 'Ki67', 'normalised'],
    ] as const),
    ...([
      ['PD-1', 'PD1', 'normalised'],
      ['PD-L1', 'PDL1', 'normalised'],
      ['CD8a', 'CD8', 'alias'],
    ] as const),
    ...([
      ['CD45-RO', 'CD45RO', 'normalised'],
      ['Granzyme B', 'GZMB', 'alias'],
      ['GranzymeB', 'GZMB', 'alias'],
    ] as const),
    ...([
      ['a-SMA', 'SMA', 'alias'],
      ['αSMA', 'SMA', 'alias'],
      ['SMActin', 'SMA', 'alias'],
    ] as const),
    ...([
      ['Collagen IV', 'Col4', 'alias'],
      ['Collagen_IV', 'Col4', 'alias'],
      ['Pan-CK', 'PanCK', 'normalised'],
    ] as const),
    ...([
      ['pan-Keratin', 'PanCK', 'alias'],
      ['Keratin', 'PanCK', 'guess'],
      ['ECAD', 'E-cadherin', 'alias'],
    ] as const),
    ...([
      ['b-Catenin1', 'Beta-catenin', 'alias'],
      ['IDO1', 'IDO-1', 'normalised'],
      ['TIM-3', 'TIM3', 'normalised'],
    ] as const),
    ...([
      ['LAG-3', 'LAG3', 'normalised'],
      ['VISTA', null, 'absent'],
      ['T-bet', null, 'absent'],
    ] as const),
    ...([
      ['TOX', 'Tox-Tox2', 'guess'],
      ['D2-40', 'PDPN', 'alias'],
      ['MART1', 'MelanA', 'alias'],
    ] as const),
    ...([
      ['S100', null, 'absent'],
      ['S100B', null, 'absent'],
      ['ER', 'ESR1', 'alias'],
      ['PR', null, 'absent'],
    ] as const),
    ...([
      ['MastCellTryptase', 'Tryptase', 'alias'],
      ['NaKATPase', 'Na-K-ATPase', 'normalised'],
    ] as const),
    ...([
      ['HLA-ABC', 'HLA-Class-1', 'alias'],
      ['CK8_18', 'CK8', 'guess'],
      ['NCAM', 'CD56', 'alias'],
    ] as const),
    ...([
      ['PECAM1', 'CD31', 'alias'],
      ['NeuN', null, 'absent'],
    ] as const),
  ];
  expect(decided(rows)).toEqual(rows);
});

test('stains of nuclei and channels without an antigen are no markers', () => {
  const nuclear = ['DAPI', 'Hoechst 33342', 'DRAQ5', 'HH3', 'H3', 'Histone H3', 'DNA1', 'DNA_6', '191Ir_DNA1', 'Ir193'];
  const control = [
    'BLANK',
    'Empty',
    'EMPYT',
    'Background',
    'Rabbit IgG',
    'Mouse IgG',
    'CH2',
    'CH3Cy3',
    'ArAr80',
    'Xe131',
    'CD8 (unused)',
  ];
  expect([...nuclear, ...control].map((name) => [name, resolveMarker(name).how, resolveMarker(name).marker])).toEqual([
    ...nuclear.map((name) => [name, 'nuclear', null]),
    ...control.map((name) => [name, 'control', null]),
  ]);
  expect(decided([['dsDNA', '', '']])).toEqual([['dsDNA', 'dsDNA', 'exact']]);
  expect(decided([['dsDNA', '', '']], '2025')).toEqual([['dsDNA', null, 'nuclear']]);
  expect(['IRF3', 'CHGA', 'CHX10', 'EMA'].map((name) => resolveMarker(name).marker)).toEqual([
    ...['IRF3', 'CHGA', 'CHX10', 'MUC1'],
  ]);
});

test('isotopes, fluorophores, cycles and clones come off', () => {
  const rows: readonly Row[] = [
    ...(['CD3(Cd111)Di', 'CD3_Er170', 'Er170_CD3', '(Er170)Di_CD3', 'Er(170)Di CD3', 'cyc002_ch003_CD3'] as const),
    ...([
      'reg001_cyc010_ch004_CD3',
      'anti-CD3',
      'Anti-human CD3',
      'CD3 [UCHT1]',
      'CD3 EPR1234',
      'CD3 (polyclonal)',
    ] as const),
    ...([
      'CD3 x Opal 520',
      'CD3 (Opal 690)',
      'Opal Polaris 780 CD3',
      'PE-Cy7 CD3',
      'CD3-Alexa Fluor 488',
      'CD3 AF647',
    ] as const),
  ].map((name): Row => [name, 'CD3', 'stripped']);
  const others: readonly Row[] = [
    ...([
      ['141Pr_CD38', 'CD38', 'stripped'],
      ['Ki67 (clone SP6)', 'Ki67', 'stripped'],
    ] as const),
    ...([
      ['CD8a-C8/144B', 'CD8', 'stripped'],
      ['CD20_L26', 'CD20', 'stripped'],
      ['FITC-CD4', 'CD4', 'stripped'],
    ] as const),
    ...([
      ['HLA-DR_L243', 'HLA-Class-2', 'stripped'],
      ['CD45RO_UCHL1', 'CD45RO', 'stripped'],
    ] as const),
    ...([
      ['CD68_clone_KP1', 'CD68', 'stripped'],
      ['CD279 (PD-1)', 'PD1', 'stripped'],
    ] as const),
    ...([
      ['Keratin (Yb174)Di', 'PanCK', 'guess'],
      ['T-bet 145Nd', null, 'absent'],
    ] as const),
  ];
  expect(decided([...rows, ...others])).toEqual([...rows, ...others]);
});

test('letters and numbers that belong to a marker stay', () => {
  const rows: readonly Row[] = [
    ...([
      'CD45RA',
      'CD45RO',
      'CD45R',
      'CD3e',
      'CD3d',
      'CD11b',
      'CD1c',
      'CD49a',
      'CD66b',
      'TCF1_TCF7',
      'CD107a',
    ] as const),
  ].map((name): Row => [name, name, 'exact']);
  const others: readonly Row[] = [
    ...([
      ['CD45 (RO)', 'CD45RO', 'normalised'],
      ['CD45 RA', 'CD45RA', 'normalised'],
      ['CD45 (RB)', null, 'absent'],
    ] as const),
    ...([
      ['CD3_2', null, 'unknown'],
      ['CD4-0', null, 'unknown'],
      ['CD15 2', null, 'unknown'],
      ['CD111', null, 'unknown'],
    ] as const),
    ...([
      ['CD44v6', null, 'unknown'],
      ['CD3/CD20', null, 'unknown'],
      ['H3K27ac', null, 'absent'],
    ] as const),
  ];
  expect(decided([...rows, ...others])).toEqual([...rows, ...others]);
});

test('what is not known is told with what may be meant, and never taken', () => {
  const details = ['Vimentn', 'CD163_CD206', 'CD3 (CD8)', 'Pr141', 'FITC', 'CD3_2', 'CD98765', 'x'.repeat(201)].map(
    (name) => {
      const { marker, how, detail } = resolveMarker(name);
      return [marker, how, detail];
    },
  );
  expect(details).toEqual([
    [null, 'unknown', 'no marker of that name; did you mean Vimentin?'],
    [null, 'unknown', 'names CD163 and CD206; settle it in map'],
    [null, 'unknown', 'names CD3 and CD8; settle it in map'],
    [null, 'unknown', 'only a label, no marker; name the marker in map'],
    [null, 'unknown', 'only a label, no marker; name the marker in map'],
    [null, 'unknown', 'no marker of that name; did you mean CD3?'],
    [null, 'unknown', 'no marker of that name'],
    [null, 'unknown', 'longer than 200 characters'],
  ]);
  expect(resolveMarker('ELANE').detail).toBe('known antigen (Elastase), not among the markers of 2026');
  expect(resolveMarker('Fab12 (CD3)')).toMatchObject({ marker: 'CD3', how: 'guess' });
});

test('names that object members have are harmless', () => {
  for (const name of ['constructor', '__proto__', 'toString', ''])
    expect(resolveMarker(name)).toMatchObject({ channel: name, marker: null, how: 'unknown' });
});

test('the registry of 2025 has its own markers', () => {
  const rows: readonly Row[] = [
    ...([
      ['CD8a', 'CD8a', 'exact'],
      ['ESR1', 'ER', 'alias'],
      ['Chromogranin A', 'CgA', 'alias'],
    ] as const),
    ...([
      ['IDO1', 'IDO', 'alias'],
      ['CEACAM8', null, 'absent'],
      ['CD66b', 'CD66', 'guess'],
      ['CD27', 'CD27', 'exact'],
    ] as const),
  ];
  expect(decided(rows, '2025')).toEqual(rows);
  expect(decided([['CD27', '', '']])).toEqual([['CD27', null, 'absent']]);
});

test('a model may bring a list of its own', () => {
  const registry = { id: 'mine', markers: ['Ki-67', 'HLA-DR', 'X9'], aliases: { nine: 'X9', gone: 'Y1' } };
  expect(['MKI67', 'HLA-Class-2', 'Nine', 'gone'].map((name) => resolveMarker(name, { registry }).marker)).toEqual([
    ...['Ki-67', 'HLA-DR', 'X9', null],
  ]);
});
