import type { TypedArray } from './image.ts';

type Constructor<T extends TypedArray> = new (length: number) => T;

/**
 * The array that a kernel writes its result to: the caller's `out`, else a new one. A fresh plane of 2048² int32 costs the system about
 * 9 ms to provide, more than many kernels take, so loops over fields of view pass the same array each time.
 *
 * @param inputs arrays that `out` must not share memory with.
 * @throws RangeError for an `out` of another type or length, or on the memory of an input.
 */
export function outputFor<T extends TypedArray>(
  kernel: string,
  type: Constructor<T>,
  length: number,
  inputs: readonly (TypedArray | null)[],
  out: T | undefined,
): T {
  if (out === undefined) return new type(length);
  if (out.constructor !== type || out.length !== length) {
    throw new RangeError(
      `${kernel}: out is ${out.constructor.name} of ${out.length} values, but ${type.name} of ${length} is needed; ` +
        'pass such an array or leave it out',
    );
  }
  for (const input of inputs) {
    if (input !== null && overlap(input, out)) {
      throw new RangeError(`${kernel}: out lies on the memory of an input; pass an array of its own`);
    }
  }
  return out;
}

function overlap(a: TypedArray, b: TypedArray): boolean {
  return (
    a.buffer === b.buffer && a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength
  );
}
