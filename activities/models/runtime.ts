import { FoveaError } from '../../core/errors.ts';

export interface Runtime {
  /** Execution provider by the name ONNX Runtime gives it. */
  readonly provider: string;
}

const RUNTIME = /^ort-(\d+\.\d+)(?:\.\d+)?-([a-z][a-z0-9]*)$/;

/**
 * A queue's runtime, `ort-<major.minor>-<provider>`. Results of different runtimes have different keys, so a worker must
 * not compute for a queue that promises another one. Throws WRONG_VERSION.
 */
export function parseRuntime(runtime: string, installed: string): Runtime {
  const [, version, provider] = RUNTIME.exec(runtime) ?? [];
  if (version === undefined || provider === undefined) {
    throw new FoveaError(
      'WRONG_VERSION',
      `the queue's runtime is "${runtime}", wanted ort-<version>-<provider>, such as ort-${minor(installed)}-cpu; correct queues.yaml`,
      { retryable: false, fields: { runtime } },
    );
  }
  if (version !== minor(installed)) {
    throw new FoveaError(
      'WRONG_VERSION',
      `the plan wants ${runtime} and this worker has ONNX Runtime ${installed}; start a worker with that runtime, or ` +
        `write ort-${minor(installed)}-${provider} in queues.yaml and run again: results get new keys`,
      { fields: { runtime, installed } },
    );
  }
  return { provider };
}

/** The name of an installed ONNX Runtime on CPUs, as queues give it. */
export const cpuRuntimeOf = (installed: string): string => `ort-${minor(installed)}-cpu`;

const minor = (version: string): string => version.split('.').slice(0, 2).join('.');
