import { abstentionFence, restrictedSoftmax, typeTable } from '../../core/type-table.ts';

test('the fence of the published example, and none with fewer than four', () => {
  expect(abstentionFence(Float64Array.of(0.1, 0.3, 0.5, 0.7, 0.9), 0.2)).toBeCloseTo(0.22, 12);
  expect(abstentionFence(Float64Array.of(0.9, NaN, 0.5, 0.1, 0.7, 0.3), 0.2)).toBeCloseTo(0.22, 12);
  expect(abstentionFence(Float64Array.of(0.1, 0.3, 0.5, NaN), 0.2)).toBeNull();
});

test('softmax over what is allowed; sums are 1 and large scores do no harm', () => {
  const shares = restrictedSoftmax(Float32Array.of(1, 2, 3, 900, 1000, 0), 3, [true, true, false]);
  const e = Math.E;
  expect(shares[0]).toBeCloseTo(1 / (1 + e), 6);
  expect(shares[1]).toBeCloseTo(e / (1 + e), 6);
  expect([shares[2], shares[4]]).toEqual([0, 1]);
});

test('ranks by probability, the first of equals first; a row of zeros is Unknown', () => {
  const table = typeTable(
    {
      ids: Int32Array.of(2, 5, 9),
      types: ['A', 'B', 'Tumor'],
      probabilities: Float32Array.of(0.25, 0.25, 0.5, 0, 0, 0, 0.4, 0.4, 0.2),
    },
    { topK: 5, abstained: Uint8Array.of(0, 0, 1) },
  );
  const values = Object.fromEntries(
    table.columns.map((column) => [column.name, Array.from(column.values as string[])]),
  );
  expect(values['cell_type']).toEqual(['Tumor', 'Unknown', 'Unknown']);
  expect(values['cell_type_2']).toEqual(['A', 'Unknown', 'B']);
  expect(values['cell_type_3']).toEqual(['B', 'Unknown', 'Tumor']);
  expect(values['cell_type_probability']).toEqual([0.5, NaN, expect.closeTo(0.4, 6)]);
  expect(values['cell_type_entropy']![0]).toBeCloseTo(1.5 * Math.log(2), 6);
  expect(table.columns.length).toBe(8);
  expect(Object.keys(table.colours!['cell_type']!)).toEqual(['Tumor', 'Unknown']);
});
