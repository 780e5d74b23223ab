import { isFoveaError } from '../core/errors.ts';

/** What `fovea` exits with. Documented in docs/cli.md. */
export const EXIT = {
  ok: 0,
  /** A bug or an unforeseen fault. */
  unexpected: 1,
  /** The command, pipeline file, samplesheet or another input is wrong; nothing has started. */
  usage: 2,
  /** The run finished, but some fields of view failed. */
  someFailed: 3,
  /** The run failed as a whole. */
  runFailed: 4,
  /** No Temporal server could be had. */
  noServer: 5,
  /** `verify` found damage, or `plan --check` found work to do. */
  differs: 6,
  /** Interrupted by Ctrl-C or SIGTERM. */
  interrupted: 130,
} as const;

/** The exit code an error ends the command with. */
export function exitCodeOf(err: unknown): number {
  if (isFoveaError(err, 'NO_SERVER', 'PORT_TAKEN')) return EXIT.noServer;
  if (isFoveaError(err, 'PIPELINE', 'PLUGIN', 'USAGE', 'SAMPLESHEET', 'NOT_FOUND', 'STORE_VERSION', 'LICENCE'))
    return EXIT.usage;
  if (isFoveaError(err, 'CANCELLED')) return EXIT.interrupted;
  return isFoveaError(err) ? EXIT.runFailed : EXIT.unexpected;
}
