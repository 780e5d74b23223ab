import { watershed } from '../../kernels/watershed.ts';
import { differing, goldens } from '../support/goldens.ts';

describe('watershed', () => {
  test.each(['raised', 'own'] as const)(
    'equals the library pixel for pixel by the rule %s, plateaus and ties included',
    (rule) => {
      for (const golden of goldens(`watershed-${rule}`)) {
        const landscape = golden.get('landscape', Float32Array);
        const markers = golden.get('markers', Int32Array);
        const mask = golden.has('mask') ? { mask: golden.get('mask', Uint8Array) } : {};
        const ours = watershed(landscape, markers, ...golden.size('landscape'), { ...mask, rule });
        expect([golden.name, differing(ours, golden.get('expected', Int32Array))]).toEqual([golden.name, 0]);
        expect(differing(markers, golden.get('markers', Int32Array))).toBe(0);
      }
    },
  );

  test('the two rules are two rules: they differ on quantised landscapes and agree on smooth ones', () => {
    const raised = new Map(goldens('watershed-raised').map((golden) => [golden.name, golden]));
    const differences = goldens('watershed-own').map((golden): [string, number] => {
      const other = raised.get(golden.name)!;
      expect(differing(golden.get('landscape', Float32Array), other.get('landscape', Float32Array))).toBe(0);
      return [golden.name, differing(golden.get('expected', Int32Array), other.get('expected', Int32Array))];
    });
    const byName = Object.fromEntries(differences);
    expect(byName['smooth']).toBe(0);
    expect(byName['quantised-8']).toBeGreaterThan(100);
  });

  test('raised is the default', () => {
    const golden = goldens('watershed-raised').find(({ name }) => name === 'quantised-8')!;
    const ours = watershed(
      golden.get('landscape', Float32Array),
      golden.get('markers', Int32Array),
      ...golden.size('markers'),
    );
    expect(differing(ours, golden.get('expected', Int32Array))).toBe(0);
  });

  test('refuses NaN, wrong lengths and unknown rules', () => {
    const zeros = new Int32Array(4);
    expect(() => watershed(Float32Array.of(0, 1, NaN, 0), zeros, 2, 2)).toThrow(
      'watershed: the landscape at index 2 is NaN',
    );
    expect(() => watershed(new Float32Array(4), new Int32Array(3), 2, 2)).toThrow('watershed: markers: has 3 values');
    expect(() => watershed(new Float32Array(4), zeros, 2, 2, { mask: new Uint8Array(2) })).toThrow(
      'watershed: mask: has 2',
    );
    expect(() => watershed(new Float32Array(4), zeros, 2, 2, { rule: 'old' as 'own' })).toThrow(
      'watershed: rule is old',
    );
    expect(watershed(new Float32Array(0), new Int32Array(0), 0, 0)).toHaveLength(0);
  });
});
