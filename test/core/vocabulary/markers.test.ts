import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { markerSynonyms } from '../../../core/vocabulary/marker-aliases.ts';
import { markerGuesses } from '../../../core/vocabulary/marker-guesses.ts';
import { markerIndex } from '../../../core/vocabulary/marker-registry.ts';
import {
  markers2025,
  markers2025Reachable,
  markers2026,
  upstreamAliases2025,
  upstreamAliases2026,
} from '../../../core/vocabulary/markers.ts';
import { normalForm } from '../../../core/vocabulary/normal-form.ts';
import { resolveMarker } from '../../../core/vocabulary/resolve-marker.ts';
import { describeWithData } from '../../support/test-data.ts';

test('there are 278 and 177 markers, 66 of these within reach of 72 names, and 21 aliases', () => {
  expect([markers2026.length, new Set(markers2026).size]).toEqual([278, 278]);
  expect([markers2025.length, new Set(markers2025).size]).toEqual([177, 177]);
  expect([Object.keys(upstreamAliases2025).length, markers2025Reachable.length]).toEqual([72, 66]);
  expect(markers2025Reachable.filter((marker) => !markers2025.includes(marker))).toEqual([]);
  expect(Object.keys(upstreamAliases2026)).toHaveLength(21);
  expect([markers2026[0], markers2026[269], markers2026[270], markers2026[277]]).toEqual([
    ...['AGER', 'uPAR', 'PGP9-5', 'CD79a'],
  ]);
});

describeWithData('registries', (path) => {
  const lists = JSON.parse(readFileSync(join(path, 'deepcell-types.json'), 'utf8')) as Record<string, unknown>;
  test('the lists are those of the registries file, in its order', () => {
    expect(markers2026).toEqual(lists['markers2026']);
    expect(markers2025).toEqual(lists['markers2025']);
    expect(upstreamAliases2025).toEqual(lists['markerAliases2025']);
    expect(upstreamAliases2026).toMatchObject(lists['markerAliases2026'] as object);
  });
});

const indexes = (['2026', '2025'] as const).map((id) => [id, markerIndex(id)] as const);

test.each(indexes)('every marker of %s resolves to itself, and by case and spelling alone', (id, { registry }) => {
  for (const marker of registry.markers) {
    expect(resolveMarker(marker, { registry: id })).toEqual({ channel: marker, marker, how: 'exact', detail: '' });
    const shouted = resolveMarker(` ${marker.toUpperCase().replaceAll('-', ' ')}. `, { registry: id });
    expect(['normalised', 'alias', 'stripped']).toContain(shouted.how);
    expect(shouted.marker).toBe(marker);
  }
});

test.each([
  ['2026', upstreamAliases2026],
  ['2025', upstreamAliases2025],
] as const)('every alias of DeepCell Types %s leads where it says', (registry, aliases) => {
  for (const [name, marker] of Object.entries(aliases)) expect(resolveMarker(name, { registry }).marker).toBe(marker);
});

test.each(indexes)('no two markers of %s, and no name of another antigen, share a normal form', (_, index) => {
  expect(index.normal.size).toBe(index.registry.markers.length);
  const shadowing = [...index.alias].filter(([form, marker]) => {
    const canonical = index.normal.get(form);
    // A registry may have two entries for one antigen; each keeps its own spelling.
    const group = markerSynonyms.map((names) => names.map(normalForm)).find((forms) => forms.includes(form))!;
    return canonical !== undefined && canonical !== marker && !group.includes(normalForm(canonical));
  });
  expect(shadowing).toEqual([]);
  expect([...index.guess.keys(), ...index.absent.keys()].filter((form) => index.alias.has(form))).toEqual([]);
});

test('a name stands in one group of synonyms and in one guess', () => {
  for (const groups of [markerSynonyms, markerGuesses.map(([, ...names]) => names)]) {
    const forms = groups.flatMap((group) => [...new Set(group.map(normalForm))]);
    expect(forms.filter((form, at) => forms.indexOf(form) !== at)).toEqual([]);
  }
});

test('a guess names a marker of 2026, and says so', () => {
  for (const [marker, ...names] of markerGuesses) {
    expect(markers2026).toContain(marker);
    for (const name of names) {
      const decision = resolveMarker(name);
      if (decision.how !== 'exact') expect(decision).toMatchObject({ marker, how: 'guess' });
    }
  }
});

test.each(markerSynonyms)('%s and its other names are one antigen', (...group) => {
  const marker = group.find((name) => markers2026.includes(name)) ?? null;
  for (const name of group) {
    const decision = resolveMarker(name);
    if (markers2026.includes(name) || name === 'IDO1') continue;
    expect([name, decision.marker, decision.how === 'absent']).toEqual([name, marker, marker === null]);
  }
});

test('normal forms: case, Greek letters and punctuation go, separators between digits stay', () => {
  expect(['αSMA', 'alpha-SMA', 'a_SMA', 'A SMA'].map(normalForm)).toEqual(['asma', 'asma', 'asma', 'asma']);
  expect(['CD3_2', 'CD32', 'CK 8/18', 'PGP9.5', 'IFN-γ', 'Na+/K+-ATPase'].map(normalForm)).toEqual([
    ...['cd3_2', 'cd32', 'ck8_18', 'pgp9_5', 'ifng', 'nakatpase'],
  ]);
});
