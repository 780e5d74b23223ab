import { createHash } from 'node:crypto';
import { artifactDigest, fromArrays, toArrays } from '../../core/content.ts';
import type { Content } from '../../core/content.ts';
import { littleEndianBytes } from '../../core/dtype.ts';
import type { CellTable, Image, Labels, Patches, Table } from '../../kernels/image.ts';

const image: Image = {
  ...{ height: 2, width: 3, mpp: 0.5, intensity: 'counts' },
  channels: [
    { name: 'DAPI', role: 'nuclear' },
    { name: 'CD45', role: null },
  ],
  planes: [Uint16Array.of(1, 2, 3, 4, 5, 6), Uint16Array.of(0, 0, 65535, 0, 0, 258)],
};
const labels: Labels = { height: 1, width: 4, mpp: 0.377, data: Int32Array.of(0, 7, 7, 2147483647) };
const table: CellTable = {
  rows: 3,
  columns: [
    { name: 'cell_id', values: Int32Array.of(1, 2, 9), unit: null, measure: null },
    { name: 'area', values: Float64Array.of(1.5, NaN, -0), unit: 'um2', measure: null },
    { name: 'type', values: ['T cell', '', 'B cell'], unit: null, measure: null },
    {
      ...{ name: 'CD45', values: Float64Array.of(1, 2, 3), unit: 'counts' },
      measure: { compartment: 'cell', statistic: 'mean', channel: 'CD45' },
    },
  ],
};

const annotated: CellTable = {
  ...table,
  matrices: [
    { name: 'probabilities', columns: ['B', 'T'], values: Float32Array.of(0.25, 0.75, NaN, NaN, 1, 0) },
    { name: 'embedding', columns: ['0'], values: Float64Array.of(1, 2, 3) },
  ],
  graphs: [
    { name: 'near', indptr: Int32Array.of(0, 1, 1, 2), indices: Int32Array.of(2, 0), data: Float64Array.of(4.5, 4.5) },
  ],
  reports: { gates: { CD45: { threshold: 3.5, by: 'otsu' }, list: [1, 'a', null] } },
  colours: { type: { 'T cell': '#00ff00' } },
};
const patches: Patches = {
  ...{ profile: 'p', height: 1, width: 2, mpp: 0.5 },
  channels: [{ name: 'CD3 (SP7)', marker: 'CD3', index: 58, high: null, low: 0, range: 1 }],
  planes: [Uint16Array.of(3, 4)],
  labels: Int32Array.of(0, 5),
  ...{ ids: Int32Array.of(5), y: Int32Array.of(-16), x: Int32Array.of(-15), lost: Int32Array.of(2, 9) },
};

describe('toArrays and fromArrays', () => {
  test.each([
    ['Image', image],
    ['Labels', labels],
    ['CellTable', table],
    ['CellTable', annotated],
    ['Patches', patches],
    ['Table', { rows: 0, columns: [{ name: 'note', values: [], unit: null, measure: null }] } satisfies Table],
  ] as const)('%s comes back as it was', (kind, value) => {
    expect(fromArrays(kind, toArrays(kind, value as never))).toEqual(value);
  });

  test('an image is one array of planes, its size only in the shape', () => {
    const { attributes, arrays } = toArrays('Image', image);
    expect(Object.keys(attributes)).toEqual(['mpp', 'intensity', 'channels']);
    expect(arrays['image']).toEqual({ dtype: 'uint16', shape: [2, 2, 3], planes: image.planes });
    expect(arrays['image']!.planes[0]).toBe(image.planes[0]);
  });

  test('members without entries leave a digest as it was', () => {
    const bare = { ...table, matrices: [], graphs: [], reports: {}, colours: {} };
    expect(artifactDigest('CellTable', bare)).toBe(artifactDigest('CellTable', table));
    expect(artifactDigest('CellTable', annotated)).not.toBe(artifactDigest('CellTable', table));
  });

  test('strings become codes into their sorted distinct values', () => {
    const { attributes, arrays } = toArrays('CellTable', table);
    expect(arrays['columns/2']).toEqual({ dtype: 'int32', shape: [3], planes: [Int32Array.of(2, 0, 1)] });
    expect((attributes['columns'] as unknown[])[2]).toMatchObject({
      name: 'type',
      categories: ['', 'B cell', 'T cell'],
    });
  });
});

describe('fromArrays refuses content that does not fit together', () => {
  const labelContent = (shape: number[], data: Int32Array, extra: object = {}): Content => ({
    attributes: { mpp: 0.5, ...extra },
    arrays: { labels: { dtype: 'int32', shape, planes: [data] } },
  });
  test.each<[string, () => unknown, string]>([
    ['a missing array', () => fromArrays('Labels', { attributes: { mpp: 1 }, arrays: {} }), 'lacks its array "labels"'],
    [
      'an inherited name',
      () => fromArrays('Labels', { attributes: { mpp: 1 }, arrays: Object.create({ labels: 1 }) as Content['arrays'] }),
      'lacks its array "labels"',
    ],
    ['a short plane', () => fromArrays('Labels', labelContent([2, 2], new Int32Array(3))), 'is not 4 values of int32'],
    ['another rank', () => fromArrays('Labels', labelContent([4], new Int32Array(4))), 'has shape [4] and 1 planes'],
    [
      'an unknown attribute',
      () => fromArrays('Labels', labelContent([1, 1], new Int32Array(1), { z: 1 })),
      'malformed',
    ],
    [
      'a code without category',
      () => {
        const { attributes } = toArrays('CellTable', table);
        const arrays = { ...toArrays('CellTable', table).arrays };
        arrays['columns/2'] = { dtype: 'int32', shape: [3], planes: [Int32Array.of(0, 3, 1)] };
        return fromArrays('CellTable', { attributes, arrays });
      },
      'stored column "type", row 1: code 3 has no category',
    ],
  ])('%s', (_name, read, message) => {
    expect(read).toThrow(expect.objectContaining({ code: 'STORE_CORRUPT', message: expect.stringContaining(message) }));
  });
});

describe('artifactDigest', () => {
  test('is SHA-256 over kind, attributes, dtypes, shapes and plane digests, computed here by hand', () => {
    const sha = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
    const plane = sha(Uint8Array.of(0, 0, 0, 0, 7, 0, 0, 0, 7, 0, 0, 0, 255, 255, 255, 127));
    const json =
      `{"arrays":{"labels":{"dtype":"int32","planes":["${plane}"],"shape":[1,4]}},` +
      `"attributes":{"mpp":0.377},"kind":"Labels"}`;
    expect(artifactDigest('Labels', labels)).toBe(sha(`fovea.artifact\n${json}`));
  });

  test('does not depend on the buffer a plane is a view of', () => {
    const padded = new Int32Array(10);
    padded.set(labels.data, 3);
    expect(artifactDigest('Labels', { ...labels, data: padded.subarray(3, 7) })).toBe(artifactDigest('Labels', labels));
  });

  test('changes with every part of an artifact', () => {
    const changed: Image[] = [
      { ...image, mpp: 0.25 },
      { ...image, intensity: 'unit' },
      { ...image, height: 3, width: 2 },
      { ...image, channels: [image.channels[1]!, image.channels[0]!] },
      { ...image, channels: [{ name: 'DAPI', role: null }, image.channels[1]!] },
      { ...image, planes: [image.planes[1]!, image.planes[0]!] },
      { ...image, planes: image.planes.map((plane) => Int16Array.from(plane)) },
    ];
    const digests = [image, ...changed].map((value) => artifactDigest('Image', value));
    expect(new Set(digests).size).toBe(8);
    expect(artifactDigest('Table', table)).not.toBe(artifactDigest('CellTable', table));
  });
});

test('bytes are little-endian', () => {
  expect([...littleEndianBytes(Uint16Array.of(258, 1))]).toEqual([2, 1, 1, 0]);
  expect([...littleEndianBytes(Float32Array.of(1))]).toEqual([0, 0, 128, 63]);
});
