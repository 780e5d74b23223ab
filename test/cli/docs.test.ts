import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { cancelCommand } from '../../cli/cancel.ts';
import { compileCommand } from '../../cli/compile.ts';
import { demoCommand } from '../../cli/demo.ts';
import { diffCommand } from '../../cli/diff.ts';
import { duCommand } from '../../cli/du.ts';
import { EXIT } from '../../cli/exit-codes.ts';
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

const COMMANDS: readonly (() => Command)[] = [
  ...[demoCommand, synthCommand, compileCommand, planCommand, runCommand, statusCommand, cancelCommand],
  ...[
    whyCommand,
    verifyCommand,
    diffCommand,
    exportCommand,
    scoreCommand,
    stepsCommand,
    panelCommand,
    modelsCommand,
    serverCommand,
    workerCommand,
    duCommand,
    gcCommand,
  ],
];

/** Said once for all commands, at the top of the page. */
const COMMON = ['--json', '--home', '--store', '--results'];

const page = await readFile('docs/cli.md', 'utf8');
const section = (name: string): string => page.split(/^## /m).find((text) => text.startsWith(`fovea ${name}\n`)) ?? '';

test.each(COMMANDS.map((command) => [command().name(), command()] as const))(
  'docs/cli.md has fovea %s and its options',
  (name, command) => {
    const own = [command, ...command.commands].flatMap(({ options }) =>
      options.map(({ long, negate }) => ({ long, negate })),
    );
    const wanted = own.flatMap(({ long }) => (long === undefined || COMMON.includes(long) ? [] : [long]));
    const text = section(name);
    expect(text).not.toBe('');
    expect(
      [...new Set(wanted)].filter((option) => !text.includes(`${option}\``) && !text.includes(`${option} `)),
    ).toEqual([]);
    expect(command.description()).not.toBe('');
  },
);

test('docs/cli.md names every exit code', () => {
  const codes = [...page.matchAll(/^\| (\d+) +\|/gm)].map(([, code]) => Number(code));
  expect(codes).toEqual(Object.values(EXIT));
});

test('help of the inspecting commands ends in examples and fits 100 columns', () => {
  for (const make of [
    compileCommand,
    planCommand,
    statusCommand,
    cancelCommand,
    whyCommand,
    verifyCommand,
    diffCommand,
    exportCommand,
    scoreCommand,
    stepsCommand,
    panelCommand,
    duCommand,
    gcCommand,
  ]) {
    const command = make();
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text), getOutHelpWidth: () => 100 });
    command.outputHelp();
    expect(help).toContain(`Examples:\n  fovea ${command.name()}`);
    expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  }
});
