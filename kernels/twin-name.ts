/** The two forms every fast kernel has: WebAssembly with SIMD, and plain TypeScript. Both give the same values. */
export type Twin = 'ts' | 'wasm';

/**
 * What a value of `FOVEA_KERNELS` asks for; null when it leaves the choice open (unset or empty).
 *
 * @throws RangeError for any other value.
 */
export function parseTwin(wanted: string | undefined): Twin | null {
  if (wanted === undefined || wanted === '') return null;
  if (wanted === 'ts' || wanted === 'wasm') return wanted;
  throw new RangeError(`FOVEA_KERNELS is '${wanted}'; set it to 'wasm' or 'ts', or leave it unset`);
}
