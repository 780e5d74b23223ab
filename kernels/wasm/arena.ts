import type { TypedArray } from '../image.ts';
import { kernelModule } from './module.ts';

/** An instance whose memory has outgrown this is dropped once no kernel runs: 256 MiB. */
const KEPT_BYTES = 2 ** 28;
const PAGE = 65_536;

type Constructor<T extends TypedArray> = new (buffer: ArrayBuffer, byteOffset: number, length: number) => T;

/**
 * The memory that one thread's WebAssembly kernels work in, handed out as a stack of 16-byte aligned stretches.
 *
 * A kernel's arrays are copied in, worked on and copied out; nothing in here outlives the outermost call of {@link inWasm}, and what a
 * stage has reserved is given back when its own call ends, so stages that follow each other share their scratch.
 */
export class Arena {
  readonly exports: Record<string, unknown>;
  readonly #memory: WebAssembly.Memory;
  #top: number;

  constructor() {
    const { exports } = new WebAssembly.Instance(kernelModule());
    this.exports = exports;
    this.#memory = exports['memory'] as WebAssembly.Memory;
    this.#top = aligned((exports['heapBase'] as () => number)());
  }

  get bytes(): number {
    return this.#memory.buffer.byteLength;
  }

  get top(): number {
    return this.#top;
  }

  /** Gives back everything reserved since `top` was read. */
  release(top: number): void {
    this.#top = top;
  }

  /**
   * Reserves a stretch whose bytes are whatever an earlier kernel left there.
   *
   * @throws RangeError when the 4 GiB that WebAssembly can address do not suffice.
   */
  reserve(bytes: number): number {
    const at = this.#top;
    const end = aligned(at + bytes);
    const missing = end - this.bytes;
    if (missing > 0) {
      try {
        this.#memory.grow(Math.ceil(missing / PAGE));
      } catch {
        throw new RangeError(
          `kernels: ${Math.ceil(end / 2 ** 20)} MiB of working memory cannot be had; crop or tile the image, or set FOVEA_KERNELS=ts`,
        );
      }
    }
    this.#top = end;
    return at;
  }

  /** Reserves a stretch of zeros. */
  zeros(bytes: number): number {
    const at = this.reserve(bytes);
    new Uint8Array(this.#memory.buffer, at, bytes).fill(0);
    return at;
  }

  /** Reserves a stretch and copies an array into it. */
  put(values: TypedArray): number {
    const at = this.reserve(values.byteLength);
    this.view(values.constructor as Constructor<TypedArray>, at, values.length).set(values);
    return at;
  }

  /** A window on a stretch; good until the next reservation, which may move the memory. */
  view<T extends TypedArray>(type: Constructor<T>, at: number, length: number): T {
    return new type(this.#memory.buffer as ArrayBuffer, at, length);
  }

  /** A copy of a stretch as an array of its own. */
  take<T extends TypedArray>(type: Constructor<T>, at: number, length: number): T {
    return this.view(type, at, length).slice() as T;
  }
}

let arena: Arena | null = null;
let depth = 0;

/**
 * Runs one kernel in WebAssembly memory and gives back what it reserved there. Calls may be nested.
 *
 * @param body gets the module's functions, typed by the caller, and the arena.
 */
export function inWasm<E extends object, T>(body: (exports: E, arena: Arena) => T): T {
  const used = (arena ??= new Arena());
  const { top } = used;
  depth++;
  try {
    return body(used.exports as E, used);
  } finally {
    used.release(top);
    depth--;
    if (depth === 0 && used.bytes > KEPT_BYTES) arena = null;
  }
}

/** Lets go of the working memory of this thread's kernels; the next call starts with a fresh, small one. */
export function releaseKernelMemory(): void {
  if (depth === 0) arena = null;
}

function aligned(address: number): number {
  return Math.ceil(address / 16) * 16;
}
