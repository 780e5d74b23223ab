import { exponential, normalQuantile } from './elementary.ts';

/** A stream of pseudo-random numbers, the same on every platform and engine. */
export interface Random {
  /** An integer 0 … 2³² − 1. */
  uint32(): number;
  /** A number in [0, 1), a multiple of 2⁻³². */
  unit(): number;
  /** A number in [low, high). */
  between(low: number, high: number): number;
  /** A standard normal number, cut at ±4.3 by the table of 65,536 quantiles it is drawn from. */
  normal(): number;
  /** exp(sigma · normal), divided by its mean: a factor around 1 for cell-to-cell variation. */
  spread(sigma: number): number;
  /** A direction as a unit vector [y, x]. */
  direction(): readonly [number, number];
}

/** MurmurHash3's 32-bit finaliser: every input bit reaches every output bit. */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The seed of an independent stream: `seed` and `stream` are integers 0 … 2³² − 1, and so is the result. */
export function deriveSeed(seed: number, stream: number): number {
  return mix(mix(seed ^ 0x9e3779b9) + Math.imul(stream, 0x6d2b79f5));
}

let quantiles: Float32Array | undefined;

/** Quantiles of the standard normal distribution at (i + ½) / 65,536: one 16-bit number picks a normal one. */
export function normalTable(): Float32Array {
  return (quantiles ??= Float32Array.from({ length: 65536 }, (_, i) => normalQuantile((i + 0.5) / 65536)));
}

/**
 * The generator xoshiro128** 1.1 (Blackman and Vigna, ACM TOMS 47, 2021): returns integers 0 … 2³² − 1 and advances
 * `state`, four numbers not all zero. The state is a typed array so that the engine keeps all 32 bits unboxed.
 */
export function xoshiro128(state: Uint32Array): () => number {
  return () => {
    const s1 = state[1] as number;
    const s5 = Math.imul(s1, 5);
    const result = Math.imul((s5 << 7) | (s5 >>> 25), 9) >>> 0;
    const s2 = (state[2] as number) ^ (state[0] as number);
    const s3 = (state[3] as number) ^ s1;
    state[1] = s1 ^ s2;
    state[0] = (state[0] as number) ^ s3;
    state[2] = s2 ^ (s1 << 9);
    state[3] = (s3 << 11) | (s3 >>> 21);
    return result;
  };
}

/** The stream of random numbers named by two integers 0 … 2³² − 1. */
export function createRandom(seed: number, stream = 0): Random {
  const key = deriveSeed(seed, stream);
  const uint32 = xoshiro128(Uint32Array.from([1, 2, 3, 4], (n) => deriveSeed(key, n)));
  const normals = normalTable();
  const unit = (): number => uint32() / 4294967296;
  const normal = (): number => normals[uint32() >>> 16] as number;

  return {
    uint32,
    unit,
    normal,
    between: (low, high) => low + (high - low) * unit(),
    spread: (sigma) => exponential(sigma * normal() - (sigma * sigma) / 2),
    direction() {
      for (;;) {
        const y = 2 * unit() - 1;
        const x = 2 * unit() - 1;
        const squared = y * y + x * x;
        if (squared > 0.01 && squared <= 1) {
          const length = Math.sqrt(squared);
          return [y / length, x / length];
        }
      }
    },
  };
}
