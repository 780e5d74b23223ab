import { Command, Option } from 'commander';
import { quietRuntime, startWorker, type Role } from '../activities/worker.ts';
import { FoveaError } from '../core/errors.ts';
import { builtinModule } from './builtin.ts';
import { modelFilesOf, moduleUrl, readQueues } from './load-pipeline.ts';
import { projectOf, withProjectOptions, type ProjectOptions } from './project.ts';

interface WorkerOptions extends ProjectOptions {
  readonly address: string;
  readonly namespace: string;
  readonly role: string[];
  readonly steps?: string[];
  readonly queues?: string;
  readonly models?: string[];
  readonly slots?: string;
}

/** A worker whose command is gone has this long to finish what is in flight; a dead server would let it wait for ever. */
const ORPHAN_MS = 15_000;

const ROLES: readonly Role[] = ['flow', 'cpu'];

/** Parses `--slots`. Throws USAGE. */
export function parseSlots(text: string | undefined): number | null {
  if (text === undefined) return null;
  const slots = Number(text);
  if (Number.isInteger(slots) && slots >= 1 && slots <= 1024) return slots;
  throw new FoveaError('USAGE', `--slots takes a whole number from 1 to 1024, found ${text}`);
}

async function work(options: WorkerOptions): Promise<void> {
  const unknown = options.role.find((role) => !ROLES.includes(role as Role));
  if (unknown !== undefined) throw new FoveaError('USAGE', `--role takes ${ROLES.join(' or ')}, found ${unknown}`);
  const slots = parseSlots(options.slots);
  quietRuntime();
  const worker = await startWorker({
    address: options.address,
    namespace: options.namespace,
    store: projectOf(options).storeRoot,
    roles: options.role as Role[],
    stepModules: options.steps ?? [builtinModule],
    queues: await readQueues(options.queues),
    modelFiles: modelFilesOf(options),
    ...(slots === null ? {} : { slots }),
  });
  process.stderr.write(
    `serving ${options.role.join(' and ')} of ${projectOf(options).storeRoot} at ${options.address}\n`,
  );
  process.send?.('serving');
  // A worker that belongs to another command ends with it, even when that was killed.
  process.once('disconnect', () => {
    worker.stop();
    setTimeout(() => process.exit(1), ORPHAN_MS).unref();
  });
  await worker.done;
  if (process.connected) process.disconnect();
}

/** `fovea worker`: serves a store's queues until it is told to stop. */
export function workerCommand(): Command {
  const command = new Command('worker')
    .description('serve a store: carry out its workflows (flow) and its steps (cpu) until stopped')
    .addOption(new Option('--address <host:port>', 'Temporal server').env('TEMPORAL_ADDRESS').default('127.0.0.1:7233'))
    .addOption(new Option('--namespace <name>', 'Temporal namespace').env('TEMPORAL_NAMESPACE').default('default'))
    .option('--role <role...>', 'flow, cpu, or both', [...ROLES])
    .option('--steps <module...>', 'modules of steps as file URLs or paths (default: the built-in steps)')
    .option('--queues <yaml>', "what each queue offers (default: Fovea's configs/queues.yaml)")
    .option('--models <yaml...>', "models files laid over Fovea's and the project's")
    .option('--slots <n>', 'compute processes (default: one per core)')
    .addHelpText(
      'after',
      `
Examples:
  fovea worker                                    both roles, on this machine's server
  fovea worker --role cpu --slots 8 --address temporal.example.org:7233 --store /data/fovea/store`,
    );
  return withProjectOptions(command).action(async (options: WorkerOptions) => {
    const steps = options.steps?.map((module) => (module.startsWith('file:') ? module : moduleUrl(module)));
    await work(steps === undefined ? options : { ...options, steps });
  });
}
