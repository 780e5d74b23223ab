import { createHash } from 'node:crypto';
import {
  CELL_TYPES,
  PANEL,
  synthesizeTissue,
  type CellType,
  type Composition,
  type Tissue,
} from '../../../kernels/synth/index.ts';

const SIZE = 448;
const MARKERS = ['DAPI', 'Na-K-ATPase', 'E-cadherin', 'CD3', 'CD8', 'CD20', 'CD68', 'FoxP3'];

function sha256(array: Uint16Array | Int32Array): string {
  return createHash('sha256')
    .update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
    .digest('hex');
}

const planeOf = ({ image }: Tissue, name: string): Uint16Array =>
  image.planes[image.channels.findIndex((channel) => channel.name === name)] as Uint16Array;

/** Mean counts above the camera's offset over the pixels of every cell; index id − 1. */
function cellMeans(tissue: Tissue, marker: string, within = tissue.cells.data): number[] {
  const sums = new Float64Array(tissue.types.length);
  const areas = new Float64Array(tissue.types.length);
  planeOf(tissue, marker).forEach((value, i) => {
    const id = within[i] as number;
    if (id === 0) return;
    sums[id - 1] = (sums[id - 1] as number) + value - 100;
    areas[id - 1] = (areas[id - 1] as number) + 1;
  });
  return Array.from(sums, (sum, i) => sum / (areas[i] as number));
}

const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('synthesizeTissue', () => {
  const composition = { epithelium: 0.3, aggregates: 1, infiltration: 0.6 };
  const tissue = synthesizeTissue({ seed: 3, height: SIZE, width: SIZE, markers: MARKERS, composition });
  const meansOf = (marker: string, type: CellType): number[] =>
    cellMeans(tissue, marker).filter((mean, i) => tissue.types[i] === type && Number.isFinite(mean));

  test('gives the same bytes on every platform', () => {
    const small = synthesizeTissue({ seed: 42, height: 128, width: 144 });
    expect(small.types.length).toBe(35);
    expect(sha256(small.cells.data)).toBe('e85327bcf629ead4456a12932728ff0022b9021d4baa9f31cfdbfd8551cdc0e2');
    expect(sha256(small.nuclei.data)).toBe('61e1cb41fa29e86aa0430c1d92af397d7dd753bab4d78fcfc119b231fa02a8d2');
    const planes = createHash('sha256');
    for (const plane of small.image.planes) planes.update(sha256(plane as Uint16Array));
    expect(planes.digest('hex')).toBe('ca8d2aba0c7e635b9f030ffa360df61c9cd703196dcb324c7f7a3be4adf1dd17');
  });

  test('has the panel, dtype and shape asked for', () => {
    const small = synthesizeTissue({ seed: 42, height: 40, width: 56, mpp: 0.5 });
    expect(small.image.channels).toEqual(PANEL.map(({ name, role }) => ({ name, role })));
    expect(small.image.channels).toHaveLength(16);
    expect(small.image).toMatchObject({ height: 40, width: 56, mpp: 0.5, intensity: 'counts' });
    for (const plane of small.image.planes) {
      expect(plane).toBeInstanceOf(Uint16Array);
      expect(plane).toHaveLength(40 * 56);
    }
    expect(small.image.channels.filter(({ role }) => role === 'nuclear').map(({ name }) => name)).toEqual(['DAPI']);
    expect(small.image.channels.filter(({ role }) => role === 'membrane')).toHaveLength(2);
  });

  test('a choice of markers does not change their pixels, another seed does', () => {
    const options = { height: 64, width: 64 };
    const all = synthesizeTissue({ ...options, seed: 5 });
    const one = synthesizeTissue({ ...options, seed: 5, markers: ['CD8'] });
    const other = synthesizeTissue({ ...options, seed: 6, markers: ['CD8'] });
    expect(sha256(planeOf(one, 'CD8'))).toBe(sha256(planeOf(all, 'CD8')));
    expect(sha256(planeOf(other, 'CD8'))).not.toBe(sha256(planeOf(one, 'CD8')));
  });

  test('truth is consistent: ids 1 … n, one part each, nuclei inside the cell of the same id', () => {
    const { cells, nuclei, types } = tissue;
    const ids = new Set(cells.data);
    ids.delete(0);
    expect([...ids]).toEqual(Array.from(types, (_, i) => i + 1));
    let outside = 0;
    nuclei.data.forEach((id, i) => {
      if (id !== 0 && id !== cells.data[i]) outside++;
    });
    expect(outside).toBe(0);
    const withNucleus = new Set(nuclei.data).size - 1;
    expect(withNucleus / types.length).toBeGreaterThan(0.9);
    expect(withNucleus).toBeLessThan(types.length);
  });

  test('cells are crowded and of tissue size', () => {
    const { cells, nuclei, types } = tissue;
    const um2 = 0.377 ** 2;
    const covered = cells.data.filter((id) => id > 0).length;
    const nuclear = nuclei.data.filter((id) => id > 0).length;
    expect(covered / cells.data.length).toBeGreaterThan(0.75);
    expect(covered / cells.data.length).toBeLessThan(0.99);
    expect((covered * um2) / types.length).toBeGreaterThan(50);
    expect((covered * um2) / types.length).toBeLessThan(120);
    const diameterUm = 2 * Math.sqrt((nuclear * um2) / (new Set(nuclei.data).size - 1) / Math.PI);
    expect(diameterUm).toBeGreaterThan(5);
    expect(diameterUm).toBeLessThan(8);
  });

  test('some nuclei touch a neighbour', () => {
    const { data, width } = tissue.nuclei;
    const touching = new Set<number>();
    for (let i = 0; i + 1 < data.length; i++) {
      const [a, b] = [data[i] as number, data[i + 1] as number];
      if ((i + 1) % width !== 0 && a !== b && a !== 0 && b !== 0) touching.add(a).add(b);
    }
    expect(touching.size).toBeGreaterThan(tissue.types.length * 0.03);
  });

  test.each([
    ['CD8', 'CD8T', 'Bcell', 3],
    ['CD8', 'CD8T', 'CD4T', 3],
    ['CD20', 'Bcell', 'CD8T', 3],
    ['CD68', 'Macrophage', 'Fibroblast', 3],
    ['E-cadherin', 'Tumor', 'Fibroblast', 4],
    ['FoxP3', 'Treg', 'CD8T', 3],
  ] as const)('%s is brighter in %s than in %s, at least %d times', (marker, positive, negative, times) => {
    expect(meansOf(marker, positive).length).toBeGreaterThan(5);
    expect(meansOf(marker, negative).length).toBeGreaterThan(5);
    expect(average(meansOf(marker, positive))).toBeGreaterThan(times * average(meansOf(marker, negative)));
  });

  test('nuclear stain sits in nuclei, membrane stain on outlines', () => {
    const { cells, nuclei, types } = tissue;
    const cytoplasm = cells.data.map((id, i) => (nuclei.data[i] === 0 ? id : 0));
    const ratio = (marker: string, type: CellType): number => {
      const inside = cellMeans(tissue, marker, nuclei.data);
      const outside = cellMeans(tissue, marker, cytoplasm);
      const both = inside.map((mean, i) => mean / (outside[i] as number)).filter((r, i) => types[i] === type && r > 0);
      return average(both.filter(Number.isFinite));
    };
    expect(ratio('DAPI', 'Tumor')).toBeGreaterThan(2);
    expect(ratio('E-cadherin', 'Tumor')).toBeLessThan(0.6);
  });

  test('light spills over: T-cell stain in B cells rises with a T cell next door', () => {
    const { data, width } = tissue.cells;
    const isT = (id: number): boolean => ['CD4T', 'CD8T', 'Treg'].includes(tissue.types[id - 1] ?? '');
    const beside = new Set<number>();
    for (let i = 0; i + width < data.length; i++) {
      for (const j of [i + 1, i + width]) {
        const [a, b] = [data[i] as number, data[j] as number];
        if (isT(a) && b > 0) beside.add(b);
        if (isT(b) && a > 0) beside.add(a);
      }
    }
    const means = cellMeans(tissue, 'CD3');
    const bCells = means.map((mean, i) => ({ mean, id: i + 1 })).filter(({ id }) => tissue.types[id - 1] === 'Bcell');
    const near = bCells.filter(({ id }) => beside.has(id)).map(({ mean }) => mean);
    const far = bCells.filter(({ id }) => !beside.has(id)).map(({ mean }) => mean);
    expect(near.length).toBeGreaterThan(5);
    expect(far.length).toBeGreaterThan(5);
    expect(average(near)).toBeGreaterThan(1.5 * average(far));
  });

  test('counts are realistic: dark background, bright signal, no empty channel', () => {
    for (const { name } of tissue.image.channels) {
      const sorted = planeOf(tissue, name).slice().sort();
      const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] as number;
      expect(at(0.01)).toBeGreaterThan(80);
      expect(at(0.01)).toBeLessThan(700);
      expect(at(0.999)).toBeGreaterThan(2000);
      expect(at(0.999)).toBeLessThan(65535);
    }
  });
});

describe('composition', () => {
  const none = { epithelium: 0, infiltration: 0, aggregates: 0, vessels: 1 };
  const census = (composition: Partial<Composition>): Record<CellType | 'all', number> => {
    const { types } = synthesizeTissue({ seed: 9, height: 224, width: 224, markers: ['DAPI'], composition });
    const count = (type: CellType): number => types.filter((one) => one === type).length;
    const counts = CELL_TYPES.map((type) => [type, count(type)] as const);
    return { ...Object.fromEntries(counts), all: types.length } as Record<CellType | 'all', number>;
  };
  const base = census(none);

  test('bare stroma holds fibroblasts and endothelium, and the few leukocytes of its vessel', () => {
    expect(base.Tumor).toBe(0);
    expect(base.Fibroblast).toBeGreaterThan(30);
    expect(base.Endothelial).toBeGreaterThan(3);
    expect(base.CD4T + base.Bcell + base.Treg + base.Dendritic).toBe(0);
  });

  test('each part of it brings its cells', () => {
    expect(census({ ...none, epithelium: 0.7 }).Tumor).toBeGreaterThan(25);
    expect(census({ ...none, infiltration: 0.8 }).CD8T).toBeGreaterThan(8);
    expect(census({ ...none, aggregates: 1 }).Bcell).toBeGreaterThan(15);
    expect(census({ ...none, density: 0.6 }).all).toBeLessThan(0.8 * base.all);
  });
});

describe('bad options', () => {
  test('are all named at once', () => {
    const options = { seed: -1, height: 8, width: 1.5, mpp: 0, composition: { epithelium: 2, vessels: 0.5 } };
    expect(() => synthesizeTissue(options)).toThrow(
      'cannot synthesise tissue: seed must be an integer 0 to 4294967295, not -1; ' +
        'height must be an integer 16 to 8192, not 8; width must be an integer 16 to 8192, not 1.5; ' +
        'mpp must be 0.2 to 1.2 µm per pixel, not 0; composition.epithelium must be 0 to 0.9, not 2; ' +
        'composition.vessels must be an integer 0 to 50, not 0.5; correct these options',
    );
  });

  test("a panel of one's own replaces the built-in one: other names, other expression, same cells", () => {
    const options = { seed: 5, height: 96, width: 96, composition: { epithelium: 0.7, infiltration: 0.3 } };
    const builtIn = synthesizeTissue(options);
    const same = synthesizeTissue({ ...options, panel: PANEL });
    expect(same.image.planes.map((plane) => sha256(plane as Uint16Array))).toEqual(
      builtIn.image.planes.map((plane) => sha256(plane as Uint16Array)),
    );
    const marker = PANEL.find(({ name }) => name === 'PanCK')!;
    const panel = [
      { ...marker, name: 'CK5' },
      { ...marker, name: 'KRT-none', expression: {} },
    ];
    const own = synthesizeTissue({ ...options, panel });
    expect(own.image.channels.map(({ name }) => name)).toEqual(['CK5', 'KRT-none']);
    expect(sha256(own.cells.data)).toBe(sha256(builtIn.cells.data));
    const tumour = (name: string): number => average(cellMeans(own, name).filter((_, i) => own.types[i] === 'Tumor'));
    expect(tumour('CK5')).toBeGreaterThan(20 * tumour('KRT-none'));
  });

  test('a panel beside a choice of markers, an empty one and repeated names are refused', () => {
    const options = { seed: 1, height: 16, width: 16 };
    const refused = [
      [{ panel: PANEL, markers: ['CD8'] }, /markers picks from the built-in panel and panel replaces it/],
      [{ panel: [] }, /panel must have 1 to 400 markers, not 0/],
      [{ panel: [PANEL[3]!, PANEL[3]!] }, /panel has PanCK twice/],
    ] as const;
    for (const [more, message] of refused) {
      expect(() => synthesizeTissue({ ...options, ...more })).toThrow(message);
    }
  });

  test('unknown and repeated markers are refused', () => {
    const options = { seed: 1, height: 16, width: 16 };
    expect(() => synthesizeTissue({ ...options, markers: ['CD9'] })).toThrow(
      /out of DAPI, .*Ki67; got CD9; correct the list/,
    );
    expect(() => synthesizeTissue({ ...options, markers: ['CD8', 'CD8'] })).toThrow(/got CD8, CD8; correct the list/);
    expect(() => synthesizeTissue({ ...options, markers: [] })).toThrow(/got none; correct the list/);
  });
});
