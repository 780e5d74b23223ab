#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { FOVEA_VERSION } from '../activities/package-root.ts';
import { isFoveaError } from '../core/errors.ts';
import { cancelCommand } from './cancel.ts';
import { compileCommand } from './compile.ts';
import { demoCommand } from './demo.ts';
import { diffCommand } from './diff.ts';
import { duCommand } from './du.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { gcCommand } from './gc.ts';
import { planCommand } from './plan.ts';
import { runCommand } from './run.ts';
import { serverCommand } from './server.ts';
import { statusCommand } from './status.ts';
import { stepsCommand } from './steps.ts';
import { synthCommand } from './synth.ts';
import { verifyCommand } from './verify.ts';
import { whyCommand } from './why.ts';
import { workerCommand } from './worker.ts';

const COMMANDS = [
  ...[demoCommand, synthCommand, compileCommand, planCommand, runCommand, statusCommand, cancelCommand],
  ...[whyCommand, verifyCommand, diffCommand, stepsCommand, serverCommand, workerCommand, duCommand, gcCommand],
];

function program(): Command {
  const fovea = new Command('fovea')
    .description('Durable, auditable microscopy pipelines: fields of view in, trusted cell tables out.')
    .version(FOVEA_VERSION)
    .showHelpAfterError('(add --help for the options and examples)')
    .configureHelp({ sortSubcommands: false, showGlobalOptions: true });
  for (const command of COMMANDS) fovea.addCommand(command());
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

// `fovea why … | head`: a reader that has seen enough is no error.
process.stdout.on('error', (err: NodeJS.ErrnoException) => {
  if (err.code === 'EPIPE') process.exit(EXIT.ok);
  throw err;
});

try {
  const parser = program();
  for (const command of [parser, ...parser.commands]) command.exitOverride();
  await parser.parseAsync();
} catch (err) {
  if (err instanceof CommanderError) process.exitCode = err.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else process.exitCode = report(err);
  // A connection or a child left behind by the failure must not keep the command alive.
  setTimeout(() => process.exit(), LAST_WORDS_MS).unref();
}
