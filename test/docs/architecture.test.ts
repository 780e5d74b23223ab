import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readText, root } from './markdown.ts';

/** TypeScript and JavaScript sources below a folder, relative to the root. */
const sourceFiles = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(ts|mjs)$/.test(path))
    .map((path) => `${folder}/${path}`);

test('ARCHITECTURE.md names files that exist', () => {
  const named = [
    ...readText('ARCHITECTURE.md').matchAll(
      /`((?:kernels|core|plugins|workflows|activities|cli|scripts|configs)\/[\w./-]+\.\w+)/g,
    ),
  ];
  expect(named.length).toBeGreaterThan(20);
  expect([...new Set(named.map(([, path]) => path ?? ''))].filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

const inCode = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text ?? '');

test('the walk of ARCHITECTURE.md names functions where its files have them', () => {
  const walk = readText('ARCHITECTURE.md').split('## Walk 1')[1]!.split('\n## ')[0]!;
  const rows = [...walk.matchAll(/^\| \d+ +\|([^|]+)\|([^|]+)\|/gm)];
  expect(rows.length).toBeGreaterThanOrEqual(20);
  for (const [row, files = '', functions = ''] of rows) {
    const [first = '', ...others] = inCode(files);
    // Files after the first lie beside it.
    const paths = [first, ...others.map((name) => join(dirname(first), name))];
    const text = paths.map(readText).join('\n');
    const missing = inCode(functions).filter((name) => !new RegExp(`\\b${name.split('.').at(-1)}\\b`).test(text));
    expect({ row, missing }).toEqual({ row, missing: [] });
  }
});

test('ARCHITECTURE.md names functions that their files have', () => {
  const places = readText('ARCHITECTURE.md').matchAll(
    /`((?:core|plugins|workflows|activities|cli|images|engine|store)\/[\w./-]+\.ts): (\w+)/g,
  );
  const named = [...places].map(
    ([, path = '', name = '']) => [/^(images|engine|store)/.test(path) ? `activities/${path}` : path, name] as const,
  );
  expect(named.length).toBeGreaterThanOrEqual(6);
  expect(named.filter(([path, name]) => !new RegExp(`\\b${name}\\b`).test(readText(path)))).toEqual([]);
});

test('ARCHITECTURE.md has a row for every error code and no other', () => {
  const section = readText('ARCHITECTURE.md').split('## Errors and retries')[1]!.split('\n## ')[0]!;
  const codes = [...section.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, code]) => code);
  const table = readText('core/errors.ts').split('const CODES = {')[1]!.split('} as const')[0]!;
  expect(codes).toEqual([...table.matchAll(/^ {2}([A-Z_]+):/gm)].map(([, code]) => code));
  expect(codes.length).toBeGreaterThan(15);
});

test('the README names every environment variable that the code reads', () => {
  const sources = ['activities', 'cli', 'scripts'].flatMap((folder) => sourceFiles(folder));
  const read = sources.flatMap((path) => [
    ...readText(path).matchAll(/\benv\b(?:\.|\(?['"[]+)((?:FOVEA|TEMPORAL)_[A-Z_]+)/g),
  ]);
  const names = [...new Set(read.map(([, name]) => name ?? ''))].filter((name) => !INTERNAL.includes(name));
  expect(names).toEqual(expect.arrayContaining(['FOVEA_TEMPORAL_BIN', 'TEMPORAL_ADDRESS', 'FOVEA_HOME']));
  expect(names.filter((name) => !readText('README.md').includes(name))).toEqual([]);
});

/** How the test script tells Jest what was checked before. */
const INTERNAL = ['FOVEA_FAILED_CHECKS', 'FOVEA_PASSED_CHECKS'];
