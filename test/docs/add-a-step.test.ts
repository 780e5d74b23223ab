import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import ts from 'typescript';
import type { CellTable } from '../../kernels/image.ts';
import { readRevision } from '../../activities/engine/revisions.ts';
import { openStore } from '../../activities/store/store.ts';
import { codeBlocks, readText, root } from './markdown.ts';

const execute = promisify(execFile);
const cli = join(root, 'dist/cli/index.js');
const NAMED = /^(?:\/\/|#) (\S+\.(?:mjs|sh|yaml))\n/;
const WANTED = [
  ...['acme-steps/hot-pixels.mjs', 'acme-steps/index.mjs', 'acme-steps/flag-large.sh'],
  ...['acme-steps/index.test.mjs', 'pipeline.yaml'],
];

let folder = '';

/** The page's files in a folder of their own, with `fovea` and `zod` where a third party would have installed them. */
beforeAll(async () => {
  if (!existsSync(cli)) throw new Error('dist/ is not built: run npm run build first');
  folder = await mkdtemp(join(tmpdir(), 'fovea-add-a-step-'));
  for (const { text } of codeBlocks(readText('docs/add-a-step.md'))) {
    const name = NAMED.exec(text)?.[1];
    if (name === undefined) continue;
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  await mkdir(join(folder, 'node_modules/@types'), { recursive: true });
  await symlink(root, join(folder, 'node_modules/fovea'));
  for (const name of ['zod', '@types/node']) {
    await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const node = (...args: string[]): Promise<{ stdout: string; stderr: string }> => {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(NODE_OPTIONS|NODE_TEST_CONTEXT|(JEST|FOVEA|TEMPORAL)_.*)$/.test(name),
    ),
  );
  return execute(process.execPath, args, { cwd: folder, env, maxBuffer: 2 ** 24 });
};

test('the page has every file it speaks of', () => {
  expect(WANTED.filter((name) => !existsSync(join(folder, name)))).toEqual([]);
});

test('its modules pass the strict type check against the built package', () => {
  const files = WANTED.filter((name) => name.endsWith('.mjs')).map((name) => join(folder, name));
  const program = ts.createProgram(files, {
    ...{ allowJs: true, checkJs: true, noEmit: true, strict: true, skipLibCheck: true, types: ['node'] },
    ...{ noUncheckedIndexedAccess: true, target: ts.ScriptTarget.ES2022, lib: ['lib.es2023.d.ts'] },
    ...{ module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
    typeRoots: [join(folder, 'node_modules/@types')],
  });
  expect(program.getSourceFiles().map(({ fileName }) => fileName)).toEqual(
    expect.arrayContaining([join(root, 'dist/core/index.d.ts')]),
  );
  const problems = ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start ?? 0).line + 1;
    return `${file?.fileName ?? ''}:${line} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
  expect(problems).toEqual([]);
});

test('its suite passes under node --test', async () => {
  const { stdout } = await node('--test', '--test-reporter=tap', 'acme-steps/index.test.mjs');
  expect(stdout).toMatch(/^# fail 0$/m);
  // Its own test, two of the declaration and four of the case.
  expect(Number(/^# tests (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThanOrEqual(7);
});

test('fovea steps shows both steps', async () => {
  const { stdout } = await node(cli, 'steps', '--plugin', './acme-steps/index.mjs');
  expect(stdout).toContain('acme/remove-hot-pixels');
  expect(stdout).toContain('acme/flag-large-cells');
});

interface Ran {
  readonly run: string;
  readonly published: { readonly path: string } | null;
  readonly fovs: number;
  readonly failed: number;
}

test('its pipeline runs, and the shell script marks exactly the large cells', async () => {
  await node(cli, 'synth', '.', '--fovs', '1', '--size', '192', '--seed', '3');
  // A file changed within the last two seconds is hashed again by whoever asks next.
  await sleep(2_200);
  const ran = await node(cli, 'run', 'pipeline.yaml', '--samplesheet', 'fovs.csv', '--local', '--slots', '1', '--json');
  const { published } = (JSON.parse(ran.stdout) as { report: Ran }).report;
  expect(published).not.toBeNull();
  const { fovs } = await readRevision(published!.path);
  const [[fov, { refs }]] = Object.entries(fovs) as [[string, (typeof fovs)[string]]];
  const store = await openStore(join(folder, '.fovea/store'));
  const read = (name: string): Promise<CellTable> =>
    store.readArtifact({ kind: 'CellTable', digest: refs[name]!.digest });
  const [cells, large] = [await read('table'), await read('large')];
  const column = (table: CellTable, name: string): number[] =>
    [...(table.columns.find((one) => one.name === name)?.values ?? [])].map(Number);

  const areas = column(cells, 'area_um2');
  expect(areas.length).toBeGreaterThan(20);
  expect(column(large, 'cell_id')).toEqual(column(cells, 'cell_id'));
  expect(column(large, 'large')).toEqual(areas.map((area) => (area > 80 ? 1 : 0)));
  expect(new Set(column(large, 'large'))).toEqual(new Set([0, 1]));
  expect(existsSync(join(published!.path, 'fovs', `${fov}.zarr/tables/large/.zattrs`))).toBe(true);
});

test('a run that changes the script reruns the step that uses it', async () => {
  const script = join(folder, 'acme-steps/flag-large.sh');
  await writeFile(script, `${await readFile(script, 'utf8')}# another version\n`);
  const { stdout } = await node(cli, 'plan', 'pipeline.yaml', '--samplesheet', 'fovs.csv', '--json');
  const { units } = JSON.parse(stdout) as { units: { id: string; verdict: string; reasons: string[] }[] };
  expect(units.filter(({ verdict }) => verdict !== 'cached').map(({ id, verdict }) => [id, verdict])).toEqual([
    ['large', 'run'],
  ]);
  expect(units.find(({ id }) => id === 'large')?.reasons.join()).toContain('identity.script');
});
