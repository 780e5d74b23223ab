import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { panelCommand } from '../../cli/panel/index.ts';
import { runCommand, type Outcome } from '../support/run-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'fovea-panel-'));
const write = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

function panel(...args: string[]): Promise<Outcome> {
  const command = panelCommand();
  for (const sub of command.commands) sub.exitOverride();
  return runCommand(command, ...args);
}

const list = write('list.csv', 'DAPI\nHLA-DR\nKi-67\nCD3(Cd111)Di\nKeratin\nT-bet\n');

test('check prints each channel with its marker and why, then how many of each', async () => {
  const { stdout, stderr, exitCode, error } = await panel('check', list);
  expect([error, exitCode, stderr]).toEqual([null, 0, '']);
  expect(stdout).toBe(
    [
      'channel       marker       decision    note',
      'DAPI          -            nuclear     nuclear stain, no marker',
      'HLA-DR        HLA-Class-2  alias       another name of the antigen',
      'Ki-67         Ki67         normalised  differs in spelling',
      'CD3(Cd111)Di  CD3          stripped    read as CD3',
      'Keratin       PanCK        guess       likely, but another specificity; confirm it in map',
      'T-bet         -            absent      known antigen, not among the markers of 2026',
      '',
      '4 of 6 channels have a marker of 2026: 1 by alias, 1 by spelling, 1 without tags, 1 guessed, 1 nuclear, 1 not in the registry',
      '',
    ].join('\n'),
  );
});

test('strict exits with 6 for a guess, and with 0 once the map confirms it', async () => {
  const refused = await panel('check', list, '--strict');
  expect([refused.exitCode, refused.error]).toEqual([6, null]);
  expect(refused.stderr).toBe('1 guess to confirm in a map, or to leave out with null:\n  "Keratin": PanCK\n');
  const map = write('map.yaml', 'Keratin: PanCK\nCD20: null\n');
  const confirmed = await panel('check', list, '--strict', '--map', map);
  expect([confirmed.exitCode, confirmed.stderr]).toEqual([0, '']);
  expect(confirmed.stdout).toContain('\nthe map names "CD20", which is no channel here\n');
});

test('names come from the column that holds them', async () => {
  const files = {
    'panel.csv': 'channel,marker,role\n1,CD8a,\n2,DAPI,nuclear\n',
    'mcmicro.csv': 'channel_number,cycle_number,marker_name\n21,6,CD8a\n22,6,DAPI\n',
    'steinbock.csv': 'channel,name,keep\nAg107,CD8a,1\nPr141,DAPI,1\nSm147,,0\n',
    'channels.csv': 'Channel,colour\nCD8a,red\nDAPI,blue\n',
  };
  for (const [name, text] of Object.entries(files)) {
    const { stdout } = await panel('check', write(name, text), '--json');
    const { channels } = JSON.parse(stdout) as { channels: { channel: string; index: number | null }[] };
    expect(channels.map(({ channel, index }) => [channel, index])).toEqual([
      ['CD8a', 88],
      ['DAPI', null],
    ]);
  }
});

test('the registry of 2025 is another list', async () => {
  const { stdout } = await panel('check', write('one.csv', 'ESR1\n'), '--registry', '2025');
  expect(stdout).toContain('ESR1     ER      alias');
});

test('a panel without any marker exits with 6', async () => {
  const { exitCode, stderr } = await panel('check', write('none.csv', 'DAPI\nPr141\n'));
  expect(exitCode).toBe(6);
  expect(stderr).toMatch(/^no channel has a canonical marker/);
});

test('files that are none, and maps that cannot be, end with 2', async () => {
  const bad = [
    [await panel('check', join(folder, 'gone.csv')), /gone\.csv: does not exist; check the path/],
    [await panel('check', write('wide.csv', 'a,b\n1,2\n')), /has no column of names .* found a, b; name one/],
    [await panel('check', write('empty.csv', 'marker\n')), /names no channels; add a line for each/],
    [
      await panel('check', list, '--map', join(folder, 'gone.yaml')),
      /the map .* cannot be read \(ENOENT\); check the path/,
    ],
    [await panel('check', list, '--map', write('list.yaml', '- a\n')), /list\.yaml is no map of markers/],
    [await panel('check', list, '--map', write('slip.yaml', 'DAPI: HLA-DR\n')), /did you mean "HLA-Class-2"\?/],
    [await panel('types', '--tissue', 'Brest'), /there is no tissue "Brest"; did you mean "Breast"\?/],
  ] as const;
  for (const [{ exitCode, error }, message] of bad) {
    expect(exitCode).toBe(2);
    expect(error?.message).toMatch(message);
  }
  expect((await panel('check', list, '--registry', '1999')).error?.message).toContain('Allowed choices are 2026, 2025');
});

test('markers and types are listed', async () => {
  expect((await panel('markers')).stdout).toMatch(
    /^AGER ANXA1 .*\n\n278 markers of 2026; the index of the first is 0\n$/s,
  );
  expect((await panel('markers', '--registry', '2025')).stdout).toContain('177 markers of 2025');
  const all = (await panel('types')).stdout;
  expect(all).toMatch(/^Lymphocyte +Treg +Tcell +Tcell +2025, 2026$/m);
  expect(all).toMatch(/^Stromal +Myofibroblast +Fibroblast +Fibroblast +2025$/m);
  expect(all).toMatch(/\n55 types\ntissues: Barretts_Esophagus, Breast, /);
  const { stdout } = await panel('types', '--tissue', 'lymph node', '--json');
  expect((JSON.parse(stdout) as { types: unknown[] }).types).toHaveLength(20);
});
