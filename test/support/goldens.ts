import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

const ARRAYS = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
};

type ArrayOf = { [K in keyof typeof ARRAYS]: InstanceType<(typeof ARRAYS)[K]> };
type AnyArray = ArrayOf[keyof ArrayOf];

interface Entry {
  dtype: keyof typeof ARRAYS;
  shape: [number, number?];
  offset: number;
}

/** One case of a golden file written by test/golden/reference/make_goldens.py. */
export interface GoldenCase<P> {
  readonly name: string;
  readonly params: P;
  /** Whether the case has an array of this name. */
  has(array: string): boolean;
  /** The array as the constructor given; the dtype in the file must be the same. */
  get<T extends AnyArray>(array: string, type: new (length: number) => T): T;
  /** The array in the dtype it was written with. */
  any(array: string): Exclude<AnyArray, Float64Array>;
  /** Height and width of an array. */
  size(array: string): [number, number];
}

/** Reads test/golden/reference/arrays/NAME.json and its arrays. */
export function goldens<P = Record<string, never>>(name: string): GoldenCase<P>[] {
  const folder = path.resolve(import.meta.dirname, '../golden/reference/arrays');
  const index = JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8')) as {
    cases: { name: string; params: P; arrays: Record<string, Entry> }[];
  };
  const bytes = gunzipSync(readFileSync(path.join(folder, `${name}.bin.gz`)));
  return index.cases.map(({ name: title, params, arrays }) => {
    const entry = (array: string): Entry => {
      const found = arrays[array];
      if (found === undefined) throw new Error(`golden ${name}, case ${title}: no array ${array}`);
      return found;
    };
    const read = (array: string): AnyArray => {
      const { dtype, shape, offset } = entry(array);
      const length = shape.reduce((product: number, side) => product * (side ?? 1), 1);
      const from = bytes.byteOffset + offset;
      return new ARRAYS[dtype](bytes.buffer.slice(from, from + length * ARRAYS[dtype].BYTES_PER_ELEMENT));
    };
    return {
      name: title,
      params,
      has: (array) => array in arrays,
      get: <T extends AnyArray>(array: string, type: new (length: number) => T): T => {
        const values = read(array);
        if (!(values instanceof type))
          throw new Error(`golden ${name}, case ${title}: ${array} is ${entry(array).dtype}`);
        return values;
      },
      any: (array) => {
        const values = read(array);
        if (values instanceof Float64Array) throw new Error(`golden ${name}, case ${title}: ${array} is float64`);
        return values;
      },
      size: (array) => [entry(array).shape[0], entry(array).shape[1] ?? 1],
    };
  });
}

/** How many elements differ, the arrays' lengths included; NaN equals NaN. */
export function differing(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let count = Math.abs(actual.length - expected.length);
  for (let i = 0; i < Math.min(actual.length, expected.length); i++) {
    if (actual[i] !== expected[i] && !(Number.isNaN(actual[i]) && Number.isNaN(expected[i]))) count++;
  }
  return count;
}

/** The largest number of float32 steps between two arrays' elements. */
export function largestUlps(actual: Float32Array, expected: Float32Array): number {
  const ordered = (values: Float32Array): Int32Array =>
    new Int32Array(values.buffer, values.byteOffset, values.length).map((bits) =>
      bits < 0 ? -(bits & 0x7fffffff) : bits,
    );
  const [a, b] = [ordered(actual), ordered(expected)];
  return a.reduce((largest, bits, i) => Math.max(largest, Math.abs(bits - (b[i] ?? Infinity))), 0);
}
