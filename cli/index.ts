#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { FOVEA_VERSION } from '../activities/package-root.ts';
import { FoveaError, isFoveaError } from '../core/errors.ts';
import { parseTwin } from '../kernels/twin-name.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';

/** A command's module is loaded when it is named, so that a look-up does not wait for the Temporal SDK to load. */
const COMMANDS: Readonly<Record<string, () => Promise<() => Command>>> = {
  demo: async () => (await import('./demo.ts')).demoCommand,
  synth: async () => (await import('./synth.ts')).synthCommand,
  compile: async () => (await import('./compile.ts')).compileCommand,
  plan: async () => (await import('./plan.ts')).planCommand,
  run: async () => (await import('./run.ts')).runCommand,
  status: async () => (await import('./status.ts')).statusCommand,
  cancel: async () => (await import('./cancel.ts')).cancelCommand,
  why: async () => (await import('./why.ts')).whyCommand,
  verify: async () => (await import('./verify.ts')).verifyCommand,
  diff: async () => (await import('./diff.ts')).diffCommand,
  score: async () => (await import('./score.ts')).scoreCommand,
  steps: async () => (await import('./steps.ts')).stepsCommand,
  panel: async () => (await import('./panel/index.ts')).panelCommand,
  export: async () => (await import('./export/index.ts')).exportCommand,
  models: async () => (await import('./models/index.ts')).modelsCommand,
  server: async () => (await import('./server.ts')).serverCommand,
  worker: async () => (await import('./worker.ts')).workerCommand,
  du: async () => (await import('./du.ts')).duCommand,
  gc: async () => (await import('./gc.ts')).gcCommand,
};

async function program(): Promise<Command> {
  const fovea = new Command('fovea')
    .description('Durable, auditable microscopy pipelines: fields of view in, trusted cell tables out.')
    .version(FOVEA_VERSION)
    .showHelpAfterError('(add --help for the options and examples)')
    .configureHelp({ sortSubcommands: false, showGlobalOptions: true });
  const [named = ''] = process.argv.slice(2);
  const wanted = Object.hasOwn(COMMANDS, named) ? [named] : Object.keys(COMMANDS);
  for (const name of wanted) fovea.addCommand((await COMMANDS[name]!())());
  return fovea;
}

/** Time for what was written to reach a pipe. */
const LAST_WORDS_MS = 500;

/** An error as its reader needs it: the message alone; a stack only for what nobody foresaw. */
function report(err: unknown): number {
  if (process.argv.includes('--json') && isFoveaError(err)) {
    process.stdout.write(`${JSON.stringify({ error: err.toJSON() }, null, 2)}\n`);
  }
  const text = isFoveaError(err) ? `${err.message} (${err.code})` : ((err as Error).stack ?? String(err));
  process.stderr.write(`fovea: ${text}\n`);
  return exitCodeOf(err);
}

// `fovea why … | head`: a reader that has seen enough is no error, and a run goes on without one.
process.stdout.on('error', (err: NodeJS.ErrnoException) => {
  if (err.code !== 'EPIPE') throw err;
});

/** Which kernels run is asked for by a variable, so a slip in it is found here and not by the first step. */
function checkEnvironment(): void {
  try {
    parseTwin(process.env['FOVEA_KERNELS']);
  } catch (err) {
    throw new FoveaError('USAGE', (err as Error).message, { fields: { variable: 'FOVEA_KERNELS' }, cause: err });
  }
}

try {
  checkEnvironment();
  const parser = await program();
  for (const command of [parser, ...parser.commands.flatMap((sub) => [sub, ...sub.commands])]) command.exitOverride();
  await parser.parseAsync();
} catch (err) {
  if (err instanceof CommanderError) process.exitCode = err.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else process.exitCode = report(err);
  // A connection or a child left behind by the failure must not keep the command alive.
  setTimeout(() => process.exit(), LAST_WORDS_MS).unref();
}
