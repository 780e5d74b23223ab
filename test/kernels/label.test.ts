import fc from 'fast-check';
import { label } from '../../kernels/label.ts';
import { differing, goldens } from '../support/goldens.ts';

describe('label', () => {
  test('equals the library, numbering included', () => {
    for (const golden of goldens('label')) {
      const mask = golden.get('mask', Uint8Array);
      const size = golden.size('mask');
      for (const [connectivity, name] of [
        [4, 'four'],
        [8, 'eight'],
      ] as const) {
        const expected = golden.get(name, Int32Array);
        const { labels, count } = label(mask, ...size, connectivity);
        expect([golden.name, connectivity, differing(labels, expected)]).toEqual([golden.name, connectivity, 0]);
        expect(count).toBe(Math.max(0, ...expected));
      }
    }
  });

  test('any value but 0 is foreground, of one class', () => {
    expect(Array.from(label(Float32Array.of(0.5, -3, 0, 7), 1, 4, 4).labels)).toEqual([1, 1, 0, 2]);
    expect(label(new Uint8Array(0), 0, 0, 8)).toEqual({ labels: new Int32Array(0), count: 0 });
  });

  test('neighbours share a label, labels are 1..count in raster order, joining corners never adds components', () => {
    const masks = fc.integer({ min: 1, max: 14 }).chain((width) =>
      fc.tuple(
        fc.constant(width),
        fc.array(fc.array(fc.integer({ min: 0, max: 1 }), { minLength: width, maxLength: width }), {
          minLength: 1,
          maxLength: 14,
        }),
      ),
    );
    fc.assert(
      fc.property(masks, ([width, rows]) => {
        const mask = Uint8Array.from(rows.flat());
        const { labels, count } = label(mask, rows.length, width, 4);
        let seen = 0;
        for (let i = 0; i < mask.length; i++) {
          if ((labels[i] !== 0) !== (mask[i] === 1)) return false;
          if (labels[i]! > seen + 1) return false;
          seen = Math.max(seen, labels[i]!);
          if (i % width > 0 && mask[i] && mask[i - 1] && labels[i] !== labels[i - 1]) return false;
          if (i >= width && mask[i] && mask[i - width] && labels[i] !== labels[i - width]) return false;
        }
        return seen === count && label(mask, rows.length, width, 8).count <= count;
      }),
    );
  });

  test('refuses wrong lengths and connectivities', () => {
    expect(() => label(new Uint8Array(5), 2, 3, 4)).toThrow('label: mask: has 5 values, but 2×3 needs 6');
    expect(() => label(new Uint8Array(6), 2, 3, 6 as 8)).toThrow('label: connectivity is 6; pass 4 (sides) or 8');
    expect(() => label(new Uint8Array(6), 1.5, 4, 8)).toThrow('size 1.5×4 is not two whole numbers');
  });
});
