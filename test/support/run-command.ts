import type { Command } from 'commander';
import { exitCodeOf } from '../../cli/exit-codes.ts';

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  readonly error: Error | null;
}

/** Runs one command of the CLI in this process, as its entry point would, and catches what it prints. */
export async function runCommand(command: Command, ...args: string[]): Promise<Outcome> {
  const printed = { stdout: '', stderr: '' };
  const writes = { stdout: process.stdout.write, stderr: process.stderr.write };
  const before = process.exitCode;
  process.exitCode = 0;
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].write = ((text: string | Uint8Array): boolean => {
      printed[name] += typeof text === 'string' ? text : Buffer.from(text).toString();
      return true;
    }) as typeof process.stdout.write;
  }
  try {
    await command.exitOverride().parseAsync(args, { from: 'user' });
    return { ...printed, exitCode: Number(process.exitCode ?? 0), error: null };
  } catch (err) {
    return { ...printed, exitCode: exitCodeOf(err), error: err as Error };
  } finally {
    Object.assign(process.stdout, { write: writes.stdout });
    Object.assign(process.stderr, { write: writes.stderr });
    process.exitCode = before;
  }
}
