import { problemsOf } from '../../core/validate.ts';
import type { CellTable, Image, Labels, Patches, Table } from '../../kernels/image.ts';

const image = (change: Partial<Image> = {}): Image => ({
  ...{ height: 2, width: 3, mpp: 0.5, intensity: 'counts', channels: [{ name: 'DAPI', role: 'nuclear' }] },
  planes: [new Float32Array(6)],
  ...change,
});
const column = (name: string, values: Table['columns'][number]['values']): Table['columns'][number] => ({
  ...{ name, values, unit: null, measure: null },
});

describe('Image', () => {
  test('a valid one has no problems, in every dtype', () => {
    for (const Plane of [Uint8Array, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array, Float32Array]) {
      expect(problemsOf('Image', image({ planes: [new Plane(6)] }))).toEqual([]);
    }
  });

  test.each<[string, Partial<Image>, string[]]>([
    [
      'no height',
      { height: 0, planes: [new Float32Array(0)] },
      ['height is 0, wanted a whole number from 1 to 1048576'],
    ],
    ['huge width', { width: 1e6 * 2 }, ['width is 2000000, wanted', 'has 6 pixels, wanted 4000000 (2 × 2000000)']],
    ['mpp', { mpp: NaN }, ['mpp is NaN, wanted a finite number above 0']],
    ['negative mpp', { mpp: -0.5 }, ['mpp is -0.5']],
    ['infinite mpp', { mpp: Infinity }, ['mpp is Infinity']],
    ['intensity', { intensity: 'raw' as 'unit' }, ['intensity is "raw", wanted "counts" or "unit"']],
    ['no planes', { planes: [], channels: [] }, ['the image has no planes']],
    ['too few channels', { channels: [] }, ['0 channels for 1 planes']],
    ['role', { channels: [{ name: 'A', role: 'cyto' as 'nuclear' }] }, ['channel "A" has role "cyto"']],
    ['nameless', { channels: [{ name: ' ', role: null }] }, ['channel 0 has no name']],
    ['float64', { planes: [new Float64Array(6) as never] }, ['channel "DAPI": float64 cannot be an image plane']],
    ['plain array', { planes: [[1, 2] as never] }, ['channel "DAPI": no typed array cannot be an image plane']],
    ['length', { planes: [new Float32Array(5)] }, ['channel "DAPI" has 5 pixels, wanted 6 (2 × 3)']],
    [
      'NaN',
      { planes: [Float32Array.of(0, 1, 2, 3, NaN, NaN)] },
      ['channel "DAPI" holds NaN at y 1, x 1; wanted finite'],
    ],
    ['-Infinity', { planes: [Float32Array.of(0, 0, -Infinity, 0, 0, 0)] }, ['holds -Infinity at y 0, x 2']],
    [
      'above one',
      { intensity: 'unit', planes: [Float32Array.of(0, 1, 0, 1.5, 0, 0)] },
      ['holds 1.5 at y 1, x 0; wanted values from 0 to 1'],
    ],
    ['counts as unit', { intensity: 'unit', planes: [Uint16Array.of(0, 1, 0, 900, 0, 0)] }, ['holds 900 at y 1, x 0']],
  ])('%s', (_name, change, parts) => {
    const problems = problemsOf('Image', image(change));
    expect(problems).toEqual(parts.map((part) => expect.stringContaining(part) as string));
  });

  test('the largest finite float is finite', () => {
    expect(problemsOf('Image', image({ planes: [new Float32Array(6).fill(3.4028234663852886e38)] }))).toEqual([]);
  });

  test('planes of different dtypes and channels of one name are named', () => {
    const channels = ['A', 'B', 'A'].map((name) => ({ name, role: null }));
    const planes = [new Uint16Array(6), new Uint8Array(6), new Uint16Array(6)];
    expect(problemsOf('Image', image({ channels, planes }))).toEqual([
      'two channels are named "A"',
      'channel "B" is uint8, the first one uint16; all planes share one dtype',
    ]);
  });
});

test.each<[string, Partial<Labels>, string[]]>([
  ['valid', {}, []],
  [
    'negative',
    { data: Int32Array.of(0, 1, 2, -3, 0, 0) },
    ['labels hold -3 at y 1, x 0; wanted ids from 0 (background)'],
  ],
  ['dtype', { data: new Uint32Array(6) as never }, ['labels are uint32, wanted int32']],
  ['length', { data: new Int32Array(7) }, ['labels have 7 pixels, wanted 6 (2 × 3)']],
  ['mpp', { mpp: 0 }, ['mpp is 0, wanted a finite number above 0']],
])('Labels: %s', (_name, change, problems) => {
  const value: Labels = { height: 2, width: 3, mpp: 0.5, data: new Int32Array(6), ...change };
  expect(problemsOf('Labels', value)).toEqual(problems);
});

describe('tables', () => {
  test.each<[string, Table, string[]]>([
    ['empty', { rows: 0, columns: [] }, []],
    ['NaN is nothing measured', { rows: 1, columns: [column('a', Float64Array.of(NaN))] }, []],
    [
      'infinity',
      { rows: 2, columns: [column('a', Float64Array.of(0, Infinity))] },
      ['column "a" holds Infinity in row 1, wanted finite values or NaN'],
    ],
    ['length', { rows: 2, columns: [column('a', ['x'])] }, ['column "a" has 1 values for 2 rows']],
    ['no string', { rows: 2, columns: [column('a', ['x', 3 as never])] }, ['column "a" holds 3 in row 1, wanted text']],
    [
      'dtype',
      { rows: 1, columns: [column('a', new Float32Array(1) as never)] },
      ['column "a" is float32, wanted int32, float64 or strings'],
    ],
    ['twice', { rows: 0, columns: [column('a', []), column('a', [])] }, ['two columns are named "a"']],
    ['rows', { rows: -1, columns: [] }, ['rows is -1, wanted a whole number from 0']],
  ])('Table: %s', (_name, value, problems) => {
    expect(problemsOf('Table', value)).toEqual(problems);
  });

  const cells = (...ids: number[]): CellTable => ({
    rows: ids.length,
    columns: [column('cell_id', Int32Array.from(ids))],
  });
  test.each<[string, CellTable, string[]]>([
    ['no cells', cells(), []],
    ['gaps', cells(1, 5, 2147483647), []],
    ['zero', cells(0, 1), ['cell_id 0 in row 0 follows 0; wanted ids above 0, ascending, each once']],
    ['twice', cells(3, 3), ['cell_id 3 in row 1 follows 3; wanted ids above 0, ascending, each once']],
    [
      'no cell_id',
      { rows: 0, columns: [column('id', new Int32Array(0))] },
      ['the first column is "id", wanted "cell_id"'],
    ],
    ['float ids', { rows: 0, columns: [column('cell_id', new Float64Array(0))] }, ['column "cell_id" must be int32']],
  ])('CellTable: %s', (_name, value, problems) => {
    expect(problemsOf('CellTable', value)).toEqual(problems);
  });

  test('what is no object at all', () => {
    expect(problemsOf('Table', null as never)).toEqual(['Table wanted, found null']);
    expect(problemsOf('Image', undefined as never)).toEqual(['Image wanted, found undefined']);
  });
});

describe('what a table carries beside its columns', () => {
  const table: CellTable = {
    rows: 2,
    columns: [column('cell_id', Int32Array.of(1, 4)), column('cell_type', ['A', 'B'])],
  };
  const matrix = { name: 'p', columns: ['A', 'B'], values: Float32Array.of(1, 0, NaN, NaN) };
  const graph = {
    name: 'g',
    indptr: Int32Array.of(0, 1, 2),
    indices: Int32Array.of(1, 0),
    data: Float64Array.of(2, 2),
  };

  test('a full one has no problems', () => {
    const colours = { cell_type: { A: '#0000ff' } };
    expect(
      problemsOf('CellTable', { ...table, matrices: [matrix], graphs: [graph], reports: { r: [1, null] }, colours }),
    ).toEqual([]);
  });

  test.each<[string, Partial<CellTable>, string]>([
    ['matrix length', { matrices: [{ ...matrix, values: new Float32Array(3) }] }, 'has 3 values, wanted 4 (2 × 2)'],
    ['matrix without columns', { matrices: [{ ...matrix, columns: [] }] }, 'has no columns'],
    ['matrix dtype', { matrices: [{ ...matrix, values: new Int32Array(4) as never }] }, 'is int32, wanted float32'],
    ['infinity', { matrices: [{ ...matrix, values: Float32Array.of(0, 0, Infinity, 0) }] }, 'holds Infinity in row 1'],
    ['twice', { matrices: [matrix, matrix] }, 'two matrices are named "p"'],
    ['same column', { matrices: [{ ...matrix, columns: ['A', 'A'] }] }, 'two columns are named "A"'],
    ['graph offsets', { graphs: [{ ...graph, indptr: Int32Array.of(0, 2) }] }, 'has 2 offsets up to 2'],
    ['graph index', { graphs: [{ ...graph, indices: Int32Array.of(1, 2) }] }, 'row 1: index 2 is no row'],
    [
      'graph order',
      { graphs: [{ ...graph, indptr: Int32Array.of(0, 2, 2) }] },
      'row 0: index 0 is no row, or not above',
    ],
    ['graph value', { graphs: [{ ...graph, data: Float64Array.of(2, NaN) }] }, 'row 1: value NaN'],
    ['report', { reports: { r: { a: [1, NaN] } } }, 'reports.r.a.1 is not JSON'],
    ['colour', { colours: { cell_type: { A: 'red' } } }, '"A" has "red", wanted #rrggbb'],
    ['colours of numbers', { colours: { cell_id: {} } }, 'there is no such column of text'],
  ])('%s', (_, change, message) => {
    expect(problemsOf('CellTable', { ...table, ...change }).join('\n')).toContain(message);
  });
});

describe('Patches', () => {
  const patches: Patches = {
    ...{ profile: 'p', height: 1, width: 2, mpp: 0.5 },
    channels: [{ name: 'a', marker: 'CD3', index: 58, high: 1, low: 0, range: 1 }],
    planes: [Uint16Array.of(3, 4)],
    labels: Int32Array.of(0, 5),
    ...{ ids: Int32Array.of(5), y: Int32Array.of(-16), x: Int32Array.of(-15), lost: new Int32Array(0) },
  };
  test.each<[string, Partial<Patches>, string]>([
    ['nothing', {}, ''],
    ['no planes', { planes: [] }, '0 planes for 1 channels'],
    ['plane length', { planes: [Uint16Array.of(3)] }, 'every plane is uint16 of 1 × 2 values'],
    ['labels', { labels: new Int32Array(1) }, 'labels are int32 of 1 values, wanted int32 of 1 × 2'],
    ['places', { y: new Int32Array(2) }, 'the first three of one length'],
    ['ids', { ids: Int32Array.of(0) }, 'cell 0 stands at 0'],
    ['mpp', { mpp: 0 }, 'mpp is 0'],
  ])('%s', (_, change, message) => {
    const problems = problemsOf('Patches', { ...patches, ...change });
    expect(problems.join('\n')).toContain(message);
    expect(problems.length > 0).toBe(message !== '');
  });
});
