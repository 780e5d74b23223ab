import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeLabelsTiff } from '../../activities/images/index.ts';
import { scoreCommand } from '../../cli/score.ts';
import type { LabelScore } from '../../kernels/score-labels.ts';
import { runCommand } from '../support/run-command.ts';

let folder: string;
const at = (...parts: string[]): string => join(folder, ...parts);

function put(path: string, rows: readonly string[], mpp = 0.5): Promise<void> {
  const data = Int32Array.from(rows.join(''), (digit) => (digit === '.' ? 0 : Number(digit)));
  return writeLabelsTiff(path, { height: rows.length, width: rows[0]!.length, mpp, data });
}

/** In a: 1 found whole, 2 in two pieces, 3 and 4 as one. In b: one object found with IoU 2/3, one missed. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fovea-score-'));
  for (const name of ['truth', 'predicted']) await mkdir(at(name));
  await put(at('truth', 'a.tif'), ['11.2222.', '11.2222.', '........', '333.444.']);
  await put(at('predicted', 'a.tif'), ['77.5566.', '77.5566.', '........', '8888888.']);
  await put(at('truth', 'b.tif'), ['111....5']);
  await put(at('predicted', 'b.tif'), ['11......']);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (...args: string[]) => runCommand(scoreCommand(), ...args);

test('prints pooled figures as an aligned table', async () => {
  const { stdout, stderr, exitCode, error } = await run(at('truth'), at('predicted'));
  expect(error).toBeNull();
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(stdout).toBe(
    [
      '2 images: 6 true objects, 5 predicted; pooled over all objects',
      '',
      'IoU ≥  found  false  missed  precision  recall     F1  F1 by image     AP  mean IoU',
      '0.5        3      2       3      0.600   0.500  0.545        0.583  0.375     0.722',
      '0.7        1      4       5      0.200   0.167  0.182        0.125  0.100     1.000',
      '',
      'figure   value  meaning',
      'mean AP  0.164  mean of AP = found / (found + false + missed) at IoU 0.5, 0.55 … 0.95',
      'Dice     0.930  of the foreground, objects not told apart',
      'splits   1      true objects in which two or more predicted objects mostly lie',
      'merges   1      predicted objects in which two or more true objects mostly lie',
      '',
    ].join('\n'),
  );
});

test('--iou, --small and --per-image', async () => {
  const options = ['--iou', '0.75, 0.6,0.75', '--small', '4', '--per-image'];
  const { stdout, error } = await run(at('truth'), at('predicted'), ...options);
  expect(error).toBeNull();
  const lines = stdout.split('\n');
  expect(lines.filter((line) => line.startsWith('0.')).map((line) => line.split(/ +/).slice(0, 4))).toEqual([
    ['0.6', '2', '3', '4'],
    ['0.75', '1', '4', '5'],
  ]);
  expect(stdout).toContain('\nsmall objects  1 of 4  true objects under 4 px, found at IoU 0.5\n');
  expect(lines.slice(-4, -1)).toEqual([
    'image  true  predicted  F1 at 0.6  F1 at 0.75  mean AP   Dice  splits  merges  small found',
    'a         4          4      0.250       0.250    0.162  0.973       1       1       0 of 2',
    'b         2          1      0.667       0.000    0.200  0.667       0       0       1 of 2',
  ]);
});

test('--json: one value, all ten thresholds and those asked for', async () => {
  const { stdout } = await run(at('truth', 'a.tif'), at('predicted', 'a.tif'), '--iou', '0.77', '--json');
  const { pooled, images } = JSON.parse(stdout) as { pooled: LabelScore; images: (LabelScore & { name: string })[] };
  expect(pooled.thresholds.map(({ iou }) => iou)).toEqual([
    0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.77, 0.8, 0.85, 0.9, 0.95,
  ]);
  expect(images).toEqual([{ name: 'a', ...pooled }]);
});

test('labels against themselves score 1', async () => {
  const { stdout } = await run(at('truth'), at('truth'), '--json');
  const { pooled } = JSON.parse(stdout) as { pooled: LabelScore };
  expect(pooled).toMatchObject({ truth: 6, predicted: 6, meanAp: 1, dice: 1, splits: 0, merges: 0 });
});

test('a prediction without any object is scored, and said to be empty', async () => {
  await put(at('zero.tif'), ['........']);
  const { stdout, stderr, exitCode } = await run(at('truth', 'b.tif'), at('zero.tif'));
  expect(stderr).toBe(`${at('zero.tif')} holds no object: it is 0 everywhere\n`);
  expect(stdout).toContain('1 image: 2 true objects, 0 predicted');
  expect(exitCode).toBe(0);
});

test.each([
  [
    '--iou',
    '0.4',
    '--iou takes thresholds from 0.5 to 1 with commas between, found "0.4"; below 0.5 an object may have',
  ],
  ['--iou', '0.5,,0.7', 'found "0.5,,0.7"'],
  ['--iou', 'half', 'found "half"'],
  ['--iou', '1.1', 'found "1.1"'],
  ['--small', '0', '--small takes an area in pixels above 0, found "0"'],
  ['--small', 'ten', 'found "ten"'],
  ['--labels', 'cells', '--labels cells picks nothing: no zarr is named, and no file ends in _cells'],
])('%s %s is refused', async (option, value, message) => {
  const { exitCode, error, stdout } = await run(at('truth'), at('predicted'), option, value);
  expect(error).toMatchObject({ code: 'USAGE', message: expect.stringContaining(message) as string });
  expect([exitCode, stdout]).toEqual([2, '']);
});

test('files that cannot be scored end with 2 and say why', async () => {
  await put(at('small.tif'), ['11', '..']);
  await put(at('coarse.tif'), ['111....5'], 0.65);
  await put(at('zero.tif'), ['........']);
  await writeFile(at('text.tif'), 'these are no pixels at all');
  await mkdir(at('bare'));
  await mkdir(at('alone'));
  await put(at('alone', 'a.tif'), ['11']);
  const truth = at('truth', 'b.tif');
  for (const [wanted, found, message] of [
    [truth, at('small.tif'), 'is 1×8 pixels'],
    [truth, at('coarse.tif'), '0.65 µm per pixel'],
    [at('zero.tif'), truth, 'the truth holds no object'],
    [truth, at('text.tif'), 'is not a TIFF'],
    [truth, at('none.tif'), 'none.tif does not exist'],
    [truth, at('predicted'), 'name two folders or two label images'],
    [at('truth'), at('alone'), `only in ${at('truth')}: b.tif`],
    [at('truth'), at('bare'), 'holds no label files'],
  ] as const) {
    const { exitCode, error, stdout } = await run(wanted, found);
    expect(error?.message).toContain(message);
    expect([exitCode, stdout]).toEqual([2, '']);
  }
});
