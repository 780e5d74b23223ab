import { inWasm, releaseKernelMemory } from '../../kernels/wasm/arena.ts';

const top = (): number => inWasm((_, arena) => arena.top);
const bytes = (): number => inWasm((_, arena) => arena.bytes);

describe('the working memory of WebAssembly kernels', () => {
  afterEach(releaseKernelMemory);

  test('arrays go in and come out as copies, each at a multiple of 16', () => {
    const given = Uint16Array.of(1, 2, 65535);
    const [copy, addresses] = inWasm((_, arena) => {
      const ats = [arena.put(given), arena.put(Uint8Array.of(7)), arena.reserve(1)];
      return [arena.take(Uint16Array, ats[0]!, 3), ats] as const;
    });
    expect(copy).toEqual(given);
    expect(copy.buffer.byteLength).toBe(6);
    expect(addresses.map((at) => at % 16)).toEqual([0, 0, 0]);
    expect(new Set(addresses).size).toBe(3);
  });

  test('what a call reserved is given back when it ends, also by an error', () => {
    const before = top();
    inWasm((_, outer) => {
      outer.reserve(100);
      const inner = inWasm((_, arena) => arena.reserve(1000));
      expect(inner).toBeGreaterThan(before);
      expect(outer.reserve(1)).toBe(inner);
    });
    expect(() =>
      inWasm((_, arena) => {
        arena.reserve(5000);
        throw new Error('midway');
      }),
    ).toThrow('midway');
    expect(top()).toBe(before);
  });

  test('zeros are zeros, also where another kernel has been', () => {
    inWasm((_, arena) => arena.view(Uint8Array, arena.reserve(4096), 4096).fill(9));
    const clean = inWasm((_, arena) => arena.take(Uint8Array, arena.zeros(4096), 4096));
    expect(clean.every((value) => value === 0)).toBe(true);
  });

  test('memory grows with need; a large one is let go when the kernel ends, a small one is kept', () => {
    inWasm((_, arena) => arena.reserve(2 ** 24));
    expect(bytes()).toBeGreaterThanOrEqual(2 ** 24);
    inWasm((_, arena) => arena.reserve(2 ** 28 + 1));
    expect(bytes()).toBeLessThan(2 ** 24);
    inWasm((_, arena) => arena.reserve(2 ** 24));
    releaseKernelMemory();
    expect(bytes()).toBeLessThan(2 ** 24);
  });

  test('an image that cannot be had is refused with the way out', () => {
    expect(() => inWasm((_, arena) => arena.reserve(2 ** 33))).toThrow(
      /kernels: 8\d{3} MiB of working memory cannot be had; crop or tile the image, or set FOVEA_KERNELS=ts/,
    );
    expect(bytes()).toBeLessThan(2 ** 24);
  });
});
