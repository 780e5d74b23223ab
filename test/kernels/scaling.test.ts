import { clipAndScale, minMaxScale } from '../../kernels/clip-and-scale.ts';
import { median, medianAbsoluteDeviation, removeHotPixels } from '../../kernels/hot-pixels.ts';
import { percentile, percentiles } from '../../kernels/percentile.ts';
import { clipPercentile, rescaleIntensity } from '../../kernels/rescale-intensity.ts';
import { differing, goldens } from '../support/goldens.ts';

describe('percentile in float32', () => {
  test('equals numpy on float32 arrays bit for bit', () => {
    const cases = goldens<{ percents: number[] }>('percentile-float32');
    for (const golden of cases) {
      const plane = golden.get('plane', Float32Array);
      const ours = golden.params.percents.map((p) => percentile(plane, p, { precision: 'float32' })!);
      expect([golden.name, differing(ours, golden.get('expected', Float64Array))]).toEqual([golden.name, 0]);
    }
    expect(cases.length).toBeGreaterThan(4);
  });

  test('several percentiles at once are the same as one by one', () => {
    const plane = Int16Array.from({ length: 1000 }, (_, i) => ((i * 7919) % 613) - 200);
    const percents = [0, 3, 50, 99.9, 100];
    expect(percentiles(plane, percents, { nonZero: true })).toEqual(
      percents.map((p) => percentile(plane, p, { nonZero: true })),
    );
    expect(percentiles(new Uint8Array(3), [50], { nonZero: true })).toBeNull();
  });
});

describe('clipPercentile', () => {
  test('equals numpy: integers truncate the threshold, planes of zeros stay', () => {
    for (const golden of goldens<{ percent: number }>('clip-percentile')) {
      const plane = golden.any('plane');
      const { data } = clipPercentile(plane, golden.params.percent, { precision: 'float32' });
      expect([golden.name, data.constructor, differing(data, golden.any('expected'))]).toEqual([
        golden.name,
        plane.constructor,
        0,
      ]);
      expect(differing(plane, golden.any('plane'))).toBe(0);
    }
    expect(clipPercentile(new Uint8Array(4), 99)).toEqual({ data: new Uint8Array(4), threshold: null });
  });
});

describe('rescaleIntensity', () => {
  test('equals scikit-image for every dtype and range', () => {
    const cases = goldens<{ inRange?: [number, number]; outRange?: [number, number] }>('rescale-intensity');
    for (const golden of cases) {
      const ours = rescaleIntensity(golden.any('plane'), golden.params);
      expect([golden.name, differing(ours, golden.get('expected', Float32Array))]).toEqual([golden.name, 0]);
    }
    expect(cases.length).toBeGreaterThan(150);
  });

  test('refuses ranges without order and NaN', () => {
    const plane = Float32Array.of(1, 2);
    expect(() => rescaleIntensity(plane, { inRange: [2, 1] })).toThrow('rescaleIntensity: inRange is 2..1; pass two');
    expect(() => rescaleIntensity(plane, { outRange: [0, NaN] })).toThrow('outRange is 0..NaN');
    expect(() => rescaleIntensity(Float32Array.of(1, NaN))).toThrow('the value at index 1 is NaN');
    expect(rescaleIntensity(new Uint8Array(0))).toHaveLength(0);
  });
});

describe('medians and hot pixels', () => {
  test('equal numpy for every dtype', () => {
    const cases = goldens<{ z: number }>('hot-pixels');
    for (const golden of cases) {
      const plane = golden.any('plane');
      const { data, cap, cut } = removeHotPixels(plane, golden.params);
      const ours = [median(plane), medianAbsoluteDeviation(plane), cap, cut];
      expect([golden.name, ...ours]).toEqual([golden.name, ...golden.get('found', Float64Array)]);
      expect([golden.name, differing(data, golden.any('expected'))]).toEqual([golden.name, 0]);
      expect(differing(plane, golden.any('plane'))).toBe(0);
    }
    expect(cases.length).toBeGreaterThan(30);
  });

  test('refuse what has no median, and a z without meaning', () => {
    expect(median(new Uint16Array(0))).toBeNull();
    expect(medianAbsoluteDeviation(new Uint16Array(0))).toBeNull();
    expect(removeHotPixels(new Float32Array(0))).toEqual({ data: new Float32Array(0), cap: null, cut: 0 });
    expect(() => median(Float32Array.of(1, NaN))).toThrow('median: the value at index 1 is NaN');
    expect(() => removeHotPixels(Uint8Array.of(1), { z: 0 })).toThrow('removeHotPixels: z is 0; pass a number > 0');
  });
});

describe('minMaxScale', () => {
  test('is clipping and scaling without a clip', () => {
    const plane = Uint16Array.from([7, 1, 300, 65_535, 0, 12]);
    expect(minMaxScale(plane)).toEqual(clipAndScale(plane, 65_535));
    expect(minMaxScale(new Int8Array(5).fill(-3))).toEqual(new Float32Array(5));
    expect(() => minMaxScale(Float32Array.of(0, Infinity))).toThrow('minMaxScale: the value at index 1 is Infinity');
  });
});
