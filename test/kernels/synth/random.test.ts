import { createPoisson } from '../../../kernels/synth/camera.ts';
import { exponential, logarithm, normalQuantile } from '../../../kernels/synth/elementary.ts';
import { createRandom, deriveSeed, xoshiro128 } from '../../../kernels/synth/random.ts';

function moments(draw: () => number, count = 100_000): { mean: number; variance: number } {
  const values = Array.from({ length: count }, draw);
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count };
}

describe('elementary functions', () => {
  test.each([-40, -1, -1e-9, 0, 0.3, 1, 25.5])('exponential(%d) agrees with Math.exp', (x) => {
    expect(Math.abs(exponential(x) / Math.exp(x) - 1)).toBeLessThan(2e-14);
  });

  test.each([1e-12, 0.1, 0.999999, 1, 2, 12345.678])('logarithm(%d) agrees with Math.log', (x) => {
    expect(Math.abs(logarithm(x) - Math.log(x))).toBeLessThan(2e-14);
  });

  test('logarithm refuses what has none', () => {
    expect(() => logarithm(0)).toThrow('logarithm is defined for finite x > 0, not 0; pass such an x');
  });

  test.each([
    [0.5, 0],
    [0.975, 1.959963985],
    [0.84134474606, 1],
    [0.001, -3.090232306],
    [1e-6, -4.753424309],
  ])('normalQuantile(%d) is %d', (p, z) => {
    expect(normalQuantile(p)).toBeCloseTo(z, 6);
  });

  test('normalQuantile refuses the ends', () => {
    expect(() => normalQuantile(0)).toThrow('normalQuantile takes p from 1e-10 to 1 - 1e-10, not 0; keep p inside');
  });
});

describe('random streams', () => {
  test('come from the published generator', () => {
    const next = xoshiro128(Uint32Array.of(1, 2, 3, 4));
    // The first values of the authors' C program for this state.
    expect([next(), next(), next(), next(), next()]).toEqual([11520, 0, 5927040, 70819200, 2031721883]);
  });

  test('are fixed by seed and stream', () => {
    const draw = (seed: number, stream: number): number[] => {
      const random = createRandom(seed, stream);
      return [random.uint32(), random.uint32(), random.uint32()];
    };
    expect(draw(1, 0)).toEqual([1828196237, 2539500492, 4001750825]);
    expect(draw(1, 0)).toEqual(draw(1, 0));
    expect(draw(1, 1)).not.toEqual(draw(1, 0));
    expect(draw(2, 0)).not.toEqual(draw(1, 0));
  });

  test('derive distinct seeds from neighbouring numbers', () => {
    const seeds = new Set<number>();
    for (let seed = 0; seed < 100; seed++)
      for (let stream = 0; stream < 100; stream++) seeds.add(deriveSeed(seed, stream));
    expect(seeds.size).toBe(10_000);
  });

  test('have the moments of their distributions', () => {
    const random = createRandom(5);
    const unit = moments(random.unit);
    expect(unit.mean).toBeCloseTo(0.5, 2);
    expect(unit.variance).toBeCloseTo(1 / 12, 2);
    const normal = moments(random.normal);
    expect(normal.mean).toBeCloseTo(0, 1.7);
    expect(normal.variance).toBeCloseTo(1, 1);
    expect(moments(() => random.spread(0.4)).mean).toBeCloseTo(1, 2);
    for (let n = 0; n < 100; n++) {
      const [y, x] = random.direction();
      expect(y * y + x * x).toBeCloseTo(1, 12);
    }
  });
});

describe('createPoisson', () => {
  test.each([0.3, 4.06, 23.9, 60, 5000])('has mean and variance %d', (wanted) => {
    const poisson = createPoisson(createRandom(11));
    const { mean, variance } = moments(() => poisson(wanted));
    expect(Math.abs(mean / wanted - 1)).toBeLessThan(0.015);
    expect(Math.abs(variance / wanted - 1)).toBeLessThan(0.04);
  });

  test('gives whole numbers, and 0 in the dark', () => {
    const poisson = createPoisson(createRandom(1));
    for (let n = 0; n < 1000; n++) expect(Number.isInteger(poisson(n / 10))).toBe(true);
    // Dithering between table rows may not light up a dark pixel.
    for (let n = 0; n < 1000; n++) expect(poisson(0)).toBe(0);
  });
});
