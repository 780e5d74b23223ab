import { isDeepStrictEqual } from 'node:util';
import { withTwin } from '../../kernels/twin.ts';

/** Whether the two twins of a kernel return the same, typed arrays compared element by element and bit for bit (-0 is not 0). */
export function twinsAgree(compute: () => unknown): boolean {
  return isDeepStrictEqual(withTwin('ts', compute), withTwin('wasm', compute));
}
