import { peakLocalMax } from '../../kernels/peaks.ts';
import { goldens } from '../support/goldens.ts';

interface Params {
  minDistance: number;
  thresholdAbs: number | null;
  excludeBorder: boolean;
}

describe('peakLocalMax', () => {
  test('finds the peaks of the library in its order', () => {
    for (const golden of goldens<Params>('peaks')) {
      const plane = golden.name.startsWith('distance')
        ? golden.get('plane', Float64Array)
        : golden.get('plane', Float32Array);
      const { minDistance, thresholdAbs, excludeBorder } = golden.params;
      const options = { minDistance, excludeBorder, ...(thresholdAbs === null ? {} : { thresholdAbs }) };
      const ours = peakLocalMax(plane, ...golden.size('plane'), options);
      expect([golden.name, Array.from(ours)]).toEqual([golden.name, Array.from(golden.get('expected', Int32Array))]);
    }
  });

  test('excludes the border unless told otherwise', () => {
    const plane = Float32Array.of(9, 0, 0, 0, 0, 0, 4, 0, 0);
    expect(Array.from(peakLocalMax(plane, 3, 3, { minDistance: 1 }))).toEqual([]);
    expect(Array.from(peakLocalMax(plane, 3, 3, { minDistance: 1, excludeBorder: false }))).toEqual([0, 6]);
  });

  test('a threshold is compared in float32, as the plane is', () => {
    const plane = Float32Array.of(0.3, 0, 0);
    expect(peakLocalMax(plane, 1, 3, { minDistance: 1, thresholdAbs: 0.3, excludeBorder: false })).toHaveLength(0);
  });

  test('refuses NaN and distances that are not whole', () => {
    expect(() => peakLocalMax(Float32Array.of(0, NaN), 1, 2, { minDistance: 1 })).toThrow(
      'the value at index 1 is NaN',
    );
    expect(() => peakLocalMax(new Float32Array(4), 2, 2, { minDistance: 1.5 })).toThrow(
      'peakLocalMax: minDistance: 1.5 is not a whole number ≥ 0',
    );
  });
});
