import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Command } from 'commander';
import { cancelCommand } from '../../cli/cancel.ts';
import { compileCommand } from '../../cli/compile.ts';
import { demoCommand } from '../../cli/demo.ts';
import { diffCommand } from '../../cli/diff.ts';
import { duCommand } from '../../cli/du.ts';
import { exportCommand } from '../../cli/export/index.ts';
import { gcCommand } from '../../cli/gc.ts';
import { modelsCommand } from '../../cli/models/index.ts';
import { panelCommand } from '../../cli/panel/index.ts';
import { planCommand } from '../../cli/plan.ts';
import { runCommand } from '../../cli/run.ts';
import { scoreCommand } from '../../cli/score.ts';
import { serverCommand } from '../../cli/server.ts';
import { statusCommand } from '../../cli/status.ts';
import { stepsCommand } from '../../cli/steps.ts';
import { synthCommand } from '../../cli/synth.ts';
import { verifyCommand } from '../../cli/verify.ts';
import { whyCommand } from '../../cli/why.ts';
import { workerCommand } from '../../cli/worker.ts';
import { compile } from '../../core/compile.ts';
import { parseModels } from '../../core/models.ts';
import { parseQueues } from '../../core/queues.ts';
import { createRegistry } from '../../core/registry.ts';
import { builtinSteps } from '../../plugins/index.ts';
import { codeBlocks, markdownFiles, readText, root } from './markdown.ts';

const pages = markdownFiles().map((path) => ({ path, text: readText(path) }));
const withoutCode = (text: string): string => text.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, '');

/** GitHub's anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) => anchorOf(title ?? ''));

/** What is wrong with a page's links, a sentence each. */
function deadLinks({ path, text }: { path: string; text: string }): string[] {
  const targets = [...withoutCode(text).matchAll(/\]\(<?([^)\s>]+)>?\)/g)].map(([, target]) => target ?? '');
  return targets
    .filter((target) => !/^[a-z]+:/i.test(target))
    .flatMap((target) => {
      const [file = '', anchor] = target.split('#');
      const found = file === '' ? join(root, path) : join(root, dirname(path), decodeURI(file));
      if (relative(root, found).startsWith('..')) return [`${path}: ${target} leaves the repository`];
      if (!existsSync(found)) return [`${path}: ${target} does not exist`];
      if (anchor === undefined || statSync(found).isDirectory()) return [];
      return anchorsOf(readFileSync(found, 'utf8')).includes(anchor) ? [] : [`${path}: no heading for ${target}`];
    });
}

test('there are pages to check', () => {
  const wanted = [
    'README.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'docs/add-a-step.md',
    'docs/cli.md',
  ];
  expect(pages.map(({ path }) => path)).toEqual(expect.arrayContaining(wanted));
});

test.each(pages.map((page) => [page.path, page] as const))('links of %s lead somewhere', (_, page) => {
  expect(deadLinks(page)).toEqual([]);
});

test('a link that leads nowhere is found', () => {
  const text = '[a](docs/none.md) [b](README.md#none) [c](../x) `[d](docs/none.md)`';
  expect(deadLinks({ path: 'README.md', text })).toEqual([
    'README.md: docs/none.md does not exist',
    'README.md: no heading for README.md#none',
    'README.md: ../x leaves the repository',
  ]);
});

const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> };

test.each(pages.map((page) => [page.path, page.text] as const))('npm scripts named in %s exist', (_, text) => {
  const named = [...text.matchAll(/\bnpm run ([a-z][\w:-]*)/g)].map(([, name]) => name ?? '');
  expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
});

test('the README begins with the two commands', () => {
  const [first] = codeBlocks(readText('README.md'));
  expect(first?.line).toBeLessThanOrEqual(5);
  expect(first?.text.split('\n').map((line) => line.replace(/ *#.*/, ''))).toEqual(['npm run demo', 'npm test', '']);
  expect(scripts).toMatchObject({ demo: expect.any(String) as string, test: expect.any(String) as string });
});

const COMMANDS = new Map(
  [
    ...[demoCommand, synthCommand, compileCommand, planCommand, runCommand, statusCommand, cancelCommand, whyCommand],
    ...[
      verifyCommand,
      diffCommand,
      exportCommand,
      stepsCommand,
      scoreCommand,
      panelCommand,
      modelsCommand,
      serverCommand,
      workerCommand,
    ],
    ...[duCommand, gcCommand],
  ].map((make): [string, Command] => [make().name(), make()]),
);

/** What is wrong with the `fovea` commands in a text: unknown names and options. */
function badCommands(text: string): string[] {
  return [...text.matchAll(/(?:^|[`=(] ?|^ *)fovea ([a-z]+)([^`\n#]*)/gm)].flatMap(([whole, name = '', rest = '']) => {
    const command = COMMANDS.get(name);
    if (command === undefined) return [`${whole.trim()}: there is no command ${name}`];
    const sub = command.commands.find((one) => rest.trim().split(/\s+/)[0] === one.name());
    const known = [command, ...(sub === undefined ? command.commands : [sub])].flatMap(({ options }) => options);
    const longs = known.map(({ long }) => long);
    const used = [...rest.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([option]) => option);
    return used
      .filter((option) => option !== '--help' && !longs.includes(option))
      .map((option) => `${whole.trim()}: ${option}`);
  });
}

test.each(pages.map((page) => [page.path, page.text] as const))('fovea commands in %s exist', (_, text) => {
  expect(badCommands(text)).toEqual([]);
});

test('a command or option that does not exist is found', () => {
  expect(badCommands('`fovea rum x`\nfovea run p.yaml --locally\n`fovea server start --port 1`')).toEqual([
    '`fovea rum x: there is no command rum',
    'fovea run p.yaml --locally: --locally',
  ]);
});

const registry = createRegistry(builtinSteps);
const queues = parseQueues(readText('configs/queues.yaml'), 'configs/queues.yaml');
const models = parseModels(readText('configs/models.yaml'), 'configs/models.yaml');
const pipelines = pages.flatMap(({ path, text }) =>
  // Pipelines with plugins are compiled where their steps are at hand: add-a-step.test.ts.
  codeBlocks(indented(text))
    .filter((block) => block.language === 'yaml' && /^fovea: 1$/m.test(block.text) && !/^plugins:/m.test(block.text))
    .map((block) => [`${path}:${block.line}`, block.text] as const),
);

/** Blocks within list items, brought to the margin. */
function indented(text: string): string {
  return text.replaceAll(/^( +)```[\s\S]*?^\1```$/gm, (block, indent: string) =>
    block
      .split('\n')
      .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
      .join('\n'),
  );
}

test('pages hold pipelines', () => expect(pipelines.length).toBeGreaterThan(0));

test.each(pipelines)('the pipeline at %s compiles', (place, text) => {
  expect(compile(text, place, { registry, queues, models }).stages.length).toBeGreaterThan(0);
});

/** Names of machines, their folders and package registries have no place in what others read. */
test.each(pages.map((page) => [page.path, page.text] as const))('%s names no machine', (_, text) => {
  const FORBIDDEN =
    /(?:\/work\b|\/root\b|\/home\/\w|\/Users\/\w|\/tmp\/(?!fovea-demo)|registry\.|pypi\.|proxy\.golang|goproxy\.|\/mnt\/)/;
  expect(text.split('\n').filter((line) => FORBIDDEN.test(line))).toEqual([]);
});
