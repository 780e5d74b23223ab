import { parseTwin, type Twin } from './twin-name.ts';
import { compileKernels } from './wasm/module.ts';

let chosen: Twin | null = null;

/**
 * The twin in use, chosen once per thread at the first call: the environment variable `FOVEA_KERNELS` (`ts` or `wasm`) decides;
 * without it WebAssembly, or TypeScript where the engine or the processor has no WebAssembly SIMD.
 *
 * @throws RangeError for another value of the variable, or for `wasm` where it cannot be compiled.
 */
export function twin(): Twin {
  chosen ??= chooseTwin(globalThis.process?.env['FOVEA_KERNELS']);
  return chosen;
}

/** Runs `body` with one twin, whatever was chosen: for tests and benchmarks that compare the two. */
export function withTwin<T>(wanted: Twin, body: () => T): T {
  const before = twin();
  chosen = wanted;
  try {
    return body();
  } finally {
    chosen = before;
  }
}

/** The twin that a value of `FOVEA_KERNELS` stands for; see {@link twin} for the errors. */
export function chooseTwin(wanted: string | undefined): Twin {
  const asked = parseTwin(wanted);
  if (asked === 'ts') return 'ts';
  const cause = compileKernels();
  if (cause === null) return 'wasm';
  if (asked === 'wasm') {
    throw new RangeError(
      `FOVEA_KERNELS is 'wasm', but the kernels do not compile here (${cause}); unset it or set 'ts'`,
    );
  }
  return 'ts';
}
