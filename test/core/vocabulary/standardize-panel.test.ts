import { parseMarkerMap } from '../../../core/vocabulary/marker-map.ts';
import { markers2026 } from '../../../core/vocabulary/markers.ts';
import { standardizePanel } from '../../../core/vocabulary/standardize-panel.ts';

test('a panel becomes markers with their indexes, decisions and counts', () => {
  const report = standardizePanel(['DAPI', 'CD8a', 'CD3', 'HLA-DR', 'Keratin', 'foo'], {
    map: { foo: 'CD20', 'not here': 'CD4' },
  });
  expect(report.registry).toBe('2026');
  expect(report.channels.map(({ channel, marker, how }) => [channel, marker, how])).toEqual([
    ['DAPI', null, 'nuclear'],
    ['CD8a', 'CD8', 'alias'],
    ['CD3', 'CD3', 'exact'],
    ['HLA-DR', 'HLA-Class-2', 'alias'],
    ['Keratin', 'PanCK', 'guess'],
    ['foo', 'CD20', 'user'],
  ]);
  for (const { marker, index } of report.channels)
    expect(index).toBe(marker === null ? null : markers2026.indexOf(marker));
  expect(report.counts).toEqual({
    ...{ user: 1, exact: 1, alias: 2, normalised: 0, stripped: 0, guess: 1 },
    ...{ nuclear: 1, control: 0, absent: 0, duplicate: 0, unknown: 0 },
  });
  expect(report.unused).toEqual(['not here']);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
});

test('the first of two channels has the marker, but a sure one comes before a guess', () => {
  const { channels } = standardizePanel(['CD8a', 'Keratin', 'CD8', 'PanCK', 'CD8 (C8/144B)']);
  expect(channels.map(({ marker, how, note }) => [marker, how, note])).toEqual([
    ['CD8', 'alias', 'another name of the antigen'],
    [null, 'duplicate', 'PanCK is the channel "PanCK" already'],
    [null, 'duplicate', 'CD8 is the channel "CD8a" already'],
    ['PanCK', 'exact', ''],
    [null, 'duplicate', 'CD8 is the channel "CD8a" already'],
  ]);
});

test('decisions do not depend on the order of channels', () => {
  const names = [
    'DAPI',
    'CD8a',
    'Ki-67',
    'HLA-DR',
    'TOX',
    'T-bet',
    'CD3(Cd111)Di',
    'Pr141',
    'CD45RA',
    'CD163_CD206',
    'Blank',
    'PD-1',
  ];
  const byName = (panel: readonly string[]) =>
    [...standardizePanel(panel).channels].sort((a, b) => (a.channel < b.channel ? -1 : 1));
  expect(byName(names.toReversed())).toEqual(byName(names));
  expect(byName([...names.slice(5), ...names.slice(0, 5)])).toEqual(byName(names));
});

test('strict refuses all guesses at once, with the map that confirms them', () => {
  const names = ['CD3', 'Keratin', 'TOX'];
  expect(() => standardizePanel(names, { strict: true })).toThrow(
    '2 channels are only guessed, which strict refuses; confirm in map, as {"Keratin": PanCK, "TOX": Tox-Tox2}, or leave a channel out with null',
  );
  const map = parseMarkerMap('{"Keratin": PanCK, "TOX": null}', 'map.yaml');
  expect(standardizePanel(names, { strict: true, map }).channels.map(({ marker, how }) => [marker, how])).toEqual([
    ['CD3', 'exact'],
    ['PanCK', 'user'],
    [null, 'user'],
  ]);
});

test('a map comes before everything else and may leave a channel out', () => {
  const { channels } = standardizePanel(['CD3', 'CD8', 'x'], { map: { CD3: 'CD20', CD8: null } });
  expect(channels.map(({ marker, how, note }) => [marker, how, note])).toEqual([
    ['CD20', 'user', 'named by map'],
    [null, 'user', 'left out by map'],
    [null, 'unknown', 'no marker of that name'],
  ]);
});

test('a map that names unknown markers is refused, with what may be meant', () => {
  expect(() => standardizePanel(['a', 'b'], { map: { a: 'HLA-DR', b: 'Vimentn' } })).toThrow(
    'map names 2 markers that the registry 2026 does not hold; write canonical names (fovea panel markers lists them): ' +
      '"a" → "HLA-DR": did you mean "HLA-Class-2"?; "b" → "Vimentn": did you mean "Vimentin"?',
  );
});

test('a model with a list of its own gets indexes into that list', () => {
  const registry = { id: 'tiny', markers: ['PanCK', 'CD3'] };
  const { channels } = standardizePanel(['CD3', 'Pan-CK', 'CD20'], { registry });
  expect(channels.map(({ index, how }) => [index, how])).toEqual([
    [1, 'exact'],
    [0, 'normalised'],
    [null, 'absent'],
  ]);
});

test('maps are YAML or JSON of names; anything else is refused with its line', () => {
  expect(parseMarkerMap('# mine\nFoo: CD3\nBar: null\n', 'map.yaml')).toEqual({ Foo: 'CD3', Bar: null });
  expect(parseMarkerMap('', 'map.yaml')).toEqual({});
  expect(() => parseMarkerMap('Foo: CD3\nBar: 3\n', 'map.yaml')).toThrow(
    /^map\.yaml is no map of markers .*\n +map\.yaml:2 Bar: /,
  );
  expect(() => parseMarkerMap('- CD3\n', 'map.yaml')).toThrow(/map\.yaml:1/);
});
