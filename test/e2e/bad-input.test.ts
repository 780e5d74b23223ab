import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { writeOmeTiff } from '../../activities/images/index.ts';
import type { CohortSummary } from '../../activities/engine/cohort-files.ts';
import type { Image } from '../../kernels/image.ts';
import { drawTissue } from '../support/drawn-tissue.ts';
import { buildTiff, type PageSpec } from '../support/tiff-builder.ts';
import { makeProject, outcomes, runProject, type Project, type ProjectRun } from '../support/tissue.ts';

const PANEL = 'channel,marker,role\nDAPI,DAPI,nuclear\nCD45,CD45,membrane\nCD3,CD3,\n';
const { image } = drawTissue(96, 110);
const counts: PageSpec = {
  height: 96,
  width: 110,
  dtype: 'uint16',
  values: [image.planes[0]!],
  resolution: [20_000, 1],
};
const BY_NUMBER = 'channel,marker,role\n1,DAPI,nuclear\n';

let project: Project;
let first: ProjectRun;
const at = (path: string): string => join(project.folder, path);

const putImage = (name: string, changes: Partial<Image> = {}): Promise<void> =>
  writeOmeTiff(at(name), { ...image, ...changes });
async function putTiff(name: string, ...pages: Partial<PageSpec>[]): Promise<void> {
  await writeFile(at(name), await buildTiff(pages.map((page) => ({ ...counts, ...page }))));
}
const withPixel = (value: number): Partial<PageSpec> => ({
  dtype: 'float32',
  values: [Float32Array.from(image.planes[0]!, (pixel, i) => (i === 330 + 7 ? value : pixel))],
});

interface Bad {
  readonly title: string;
  readonly fov: string;
  /** Columns image, mpp and panel of the samplesheet. */
  readonly row: string;
  readonly put?: () => Promise<unknown>;
  /** The step that fails; ingest when left out. */
  readonly step?: string;
  /** Message behind `fov F, step S: `; a function where it names paths. */
  readonly says: () => string | RegExp;
}

/** One field of view each; all in one cohort. */
const BAD: readonly Bad[] = [
  {
    ...{ title: 'a missing file', fov: 'missing', row: 'gone.tif,,' },
    says: () => `${at('gone.tif')} does not exist; correct the image column of the samplesheet or put the file there`,
  },
  {
    ...{ title: 'an empty file', fov: 'empty', row: 'empty.tif,,' },
    put: () => writeFile(at('empty.tif'), ''),
    says: () => `${at('empty.tif')} is empty (0 bytes); copy it again from the instrument`,
  },
  {
    ...{ title: 'a truncated TIFF', fov: 'truncated', row: 'cut.ome.tif,,' },
    put: async () => writeFile(at('cut.ome.tif'), (await readFile(at('good.ome.tif'))).subarray(0, 20_000)),
    says: () => /^\S+\/cut\.ome\.tif is truncated: .* ends at byte \d+, the file at 20000; copy it again$/,
  },
  {
    ...{ title: 'a file that is no image', fov: 'jpeg', row: 'photo.tif,,' },
    put: () => writeFile(at('photo.tif'), Buffer.from('ffd8ffe000104a46494600010101', 'hex')),
    says: () => /^\S+\/photo\.tif is not a TIFF \(it starts with the bytes ffd8ffe0\); give an OME-TIFF, TIFF or PNG/,
  },
  {
    ...{ title: 'an unknown compression', fov: 'compression', row: 'odd.tif,,by-number.csv' },
    put: () => putTiff('odd.tif', { tags: { 259: [3, [4711]] } }),
    says: () =>
      /^page 1 of \S+\/odd\.tif has unknown compression 4711; save it with none, deflate, LZW, PackBits or zstd \(bfconvert/,
  },
  {
    ...{ title: 'a header that claims a million by a million pixels', fov: 'huge', row: 'huge.tif,,by-number.csv' },
    put: () => putTiff('huge.tif', { tags: { 256: [4, [1e6]], 257: [4, [1e6]] } }),
    says: () =>
      `page 1 of ${at('huge.tif')} claims 1000000x1000000 pixels, more than the 1073741824 that one plane may have; crop it into fields of view`,
  },
  {
    ...{ title: 'a NaN pixel', fov: 'nan', row: 'nan.tif,,by-number.csv' },
    put: () => putTiff('nan.tif', withPixel(NaN)),
    says: () =>
      `page 1 of ${at('nan.tif')}: channel "DAPI" has 1 pixel(s) that are NaN or infinite, the first at y 3, x 7; repair or mask the image before it is measured`,
  },
  {
    ...{ title: 'an infinite pixel', fov: 'infinite', row: 'infinite.tif,,by-number.csv' },
    put: () => putTiff('infinite.tif', withPixel(-Infinity)),
    says: () =>
      /channel "DAPI" has 1 pixel\(s\) that are NaN or infinite, the first at y 3, x 7; repair or mask the image/,
  },
  {
    ...{ title: 'a nuclear channel of zeros', fov: 'black', row: 'black.ome.tif,,panel.csv', step: 'segment' },
    put: () => putImage('black.ome.tif', { planes: [new Uint16Array(96 * 110), ...image.planes.slice(1)] }),
    says: () =>
      'image cannot be segmented: nuclear channel "DAPI" is zero everywhere; check the image or name another channel',
  },
  {
    ...{ title: 'an image of one pixel', fov: 'pixel', row: 'pixel.tif,,by-number.csv' },
    put: () => putTiff('pixel.tif', { height: 1, width: 1 }),
    says: () => `${at('pixel.tif')} is 1x1 pixels, expected at least 8x8; check that this is a field of view`,
  },
  {
    ...{ title: 'a channel that is not in the file', fov: 'unknown', row: 'good.ome.tif,,unknown.csv' },
    put: () => writeFile(at('unknown.csv'), `${PANEL}Ki67,Ki67,\n`),
    says: () =>
      `${at('good.ome.tif')}: the panel does not fit: channel "Ki67" is not in the file. The file has: DAPI, CD45, CD3. Correct the panel`,
  },
  {
    ...{ title: 'a misspelt channel', fov: 'misspelt', row: 'good.ome.tif,,misspelt.csv' },
    put: () => writeFile(at('misspelt.csv'), PANEL.replace('\nCD45,', '\nCD4S,').replace('\nDAPI,', '\ndapi,')),
    says: () =>
      `${at('good.ome.tif')}: the panel does not fit: channel "dapi" is not in the file; did you mean "DAPI"?; ` +
      'channel "CD4S" is not in the file; did you mean "CD45"?. The file has: DAPI, CD45, CD3. Correct the panel',
  },
  {
    ...{ title: 'a channel name that stands twice in the file', fov: 'double', row: 'double.tif,,' },
    put: () => putTiff('double.tif', { pageName: 'DAPI' }, { pageName: 'CD3' }, { pageName: 'DAPI' }),
    says: () =>
      `${at('double.tif')}: channel name(s) DAPI occur more than once; give a panel that lists channels by number (1 to 3)`,
  },
  {
    ...{ title: 'a marker that stands twice in the panel', fov: 'markers', row: 'good.ome.tif,,markers.csv' },
    put: () => writeFile(at('markers.csv'), PANEL.replace('CD3,CD3', 'CD3,CD45')),
    says: () =>
      `panel markers.csv: ${at('markers.csv')} has a problem; correct and run again:\n  ${at('markers.csv')}:4 marker: "CD45" stands on line 3 too; keep one`,
  },
  {
    ...{ title: 'a panel that does not exist', fov: 'panel', row: 'good.ome.tif,,none.csv' },
    says: () => /^panel none\.csv: .*none\.csv: does not exist; check the path$/s,
  },
  {
    ...{ title: 'no pixel size anywhere', fov: 'no-mpp', row: 'no-mpp.tif,,by-number.csv' },
    put: () => putTiff('no-mpp.tif', { resolution: [72, 1], resolutionUnit: 2 }),
    says: () =>
      `${at('no-mpp.tif')}: the file states no pixel size: 352.778 µm per pixel (XResolution 72 dpi) is outside 0.05–5, taken as unset; ` +
      'write µm per pixel into the mpp column of the samplesheet (or mpp: under source)',
  },
  {
    ...{ title: 'a pixel size that contradicts the file', fov: 'contradiction', row: 'good.ome.tif,0.25,panel.csv' },
    says: () =>
      `${at('good.ome.tif')}: the samplesheet says 0.25 µm per pixel, the file 0.5 µm per pixel (OME-XML PhysicalSizeX); ` +
      'correct or empty the mpp column, or write 0.25! there to overrule the file',
  },
  {
    ...{
      title: 'an absurd pixel size, insisted on',
      fov: 'absurd',
      row: 'good.ome.tif,50!,panel.csv',
      step: 'resample',
    },
    says: () =>
      "image is at 50 µm per pixel, so mpp 0.5 scales it by 100; 1/32 to 32 is allowed: check the pixel size in the samplesheet and the step's mpp",
  },
  {
    ...{ title: 'a path out of the root', fov: 'outside', row: '../outside.tif,,' },
    says: () =>
      `"../outside.tif" leaves the dataset root; put it below the dataset root ${project.folder}, or move the samplesheet to a folder above both`,
  },
  {
    ...{ title: 'a link out of the root', fov: 'link', row: 'link.tif,,' },
    put: () => symlink('/etc/hostname', at('link.tif')),
    says: () =>
      /^"link\.tif" is a link that leads out of the dataset root \(to \/etc\/hostname\); put it below the dataset root /,
  },
  {
    ...{ title: 'a remote address', fov: 'remote', row: 'https://example.org/a.tif,,' },
    says: () => '"https://example.org/a.tif" is a remote address; copy the image below the dataset root',
  },
  {
    ...{ title: 'a folder without images', fov: 'folder', row: 'nothing,0.5,' },
    put: () => mkdir(at('nothing')),
    says: () =>
      /^\S+\/nothing is a folder with 0 \.tif, \.tiff or \.png files, expected 1 to 1000; name a folder of single-channel/,
  },
  {
    ...{ title: 'a folder whose channels differ in size', fov: 'sizes', row: 'sizes,0.5,' },
    put: async () => {
      await mkdir(at('sizes'));
      await putTiff('sizes/DAPI.tif', {});
      await putTiff('sizes/CD3.tif', { height: 90, values: [image.planes[2]!.subarray(0, 90 * 110)] });
    },
    says: () =>
      /CD3\.tif has 90x110 pixels, page 1 of \S+DAPI\.tif has 96x110 pixels: channels of one field of view must have one size; remove or re-export the odd one$/,
  },
  {
    ...{ title: 'an image normalised before', fov: 'unit', row: 'unit.ome.tif,,panel.csv', step: 'normalize' },
    put: () =>
      putImage('unit.ome.tif', {
        intensity: 'unit',
        planes: image.planes.map((plane) => Float32Array.from(plane, (v) => v / 65_535)),
      }),
    says: () =>
      'image is normalised already (intensity "unit"), wanted intensities as recorded ("counts"); wire the port to the image before the first normalize',
  },
  {
    ...{ title: 'no channel that is nuclear', fov: 'no-role', row: 'good.ome.tif,,no-role.csv', step: 'segment' },
    put: () => writeFile(at('no-role.csv'), PANEL.replace('nuclear', '')),
    says: () =>
      'image cannot be segmented: no channel has the role nuclear and none is named; give one in the panel CSV (role column) or in with.nuclear (channels: "DAPI", "CD45", "CD3")',
  },
];

/** What runs although it looks odd: no cells, another panel, a folder of one file. */
const FINE: Readonly<Record<string, string>> = {
  good: 'good.ome.tif,,panel.csv',
  'no cells': 'specks.ome.tif,,panel.csv',
  dapi: 'single,0.5,single.csv',
};
const cohort = BAD.length + Object.keys(FINE).length;

beforeAll(async () => {
  project = await makeProject('watershed');
  await putImage('good.ome.tif');
  await putImage('specks.ome.tif', {
    planes: image.planes.map((plane) => Uint16Array.from(plane, (_, i) => (i % 3001 === 77 ? 900 : 0))),
  });
  await mkdir(at('single'));
  await putTiff('single/DAPI.tif', {});
  await writeFile(at('single.csv'), 'channel,marker,role\nDAPI,DAPI,nuclear\n');
  await writeFile(at('panel.csv'), PANEL);
  await writeFile(at('by-number.csv'), BY_NUMBER);
  for (const { put } of BAD) await put?.();
  const rows = [...BAD.map(({ fov, row }) => [fov, row]), ...Object.entries(FINE)];
  await writeFile(at('samplesheet.csv'), `fov,image,mpp,panel\n${rows.map((row) => row.join(',')).join('\n')}\n`);
  first = await runProject(project);
}, 240_000);

describe('one cohort, one defect each', () => {
  test.each(BAD.map((bad) => [bad.title, bad] as const))(
    '%s: fails alone and says why',
    (_, { fov, step = 'ingest', says }) => {
      const failure = first.summary.failures.find((one) => one.fov === fov);
      expect(failure).toMatchObject({ step, code: 'INVALID_INPUT' });
      const where = `fov ${fov}, step ${step}: `;
      expect(failure!.message.slice(0, where.length)).toBe(where);
      const said = failure!.message.slice(where.length);
      const wanted = says();
      if (typeof wanted === 'string') expect(said).toBe(wanted);
      else expect(said).toMatch(wanted);
      expect(outcomes(first, fov)['failed']).toBe(1);
    },
  );

  test('counts, exit code and revision say so', async () => {
    expect(first.exitCode).toBe(3);
    expect(first.summary).toMatchObject({ fovs: cohort, failed: BAD.length, revision: 'r0001', isNew: true });
    expect(first.summary.failures.map(({ fov }) => fov).sort()).toEqual(BAD.map(({ fov }) => fov).sort());
    const summary = JSON.parse(await readFile(join(first.summary.path!, 'summary.json'), 'utf8')) as CohortSummary;
    expect(summary.fovs.map(({ fov }) => fov)).toEqual(Object.keys(FINE));
    expect(summary.failures).toHaveLength(BAD.length);
    const page = await readFile(join(first.summary.path!, 'index.html'), 'utf8');
    for (const { fov } of BAD) expect(page).toContain(fov);
  });

  test('the others are published: cells where there are some, none where there are none', async () => {
    const cells = new Map(first.summary.cells.map((fov) => [fov.fov, fov]));
    // Drawn on a lattice of 5 × 5 or 6.
    expect(cells.get('good')!.cells).toBeGreaterThan(20);
    expect(cells.get('dapi')!.cells).toBeGreaterThan(20);
    expect(cells.get('no cells')).toMatchObject({ cells: 0, medianAreaUm2: null, areaMm2: 96 * 110 * 0.25e-6 });
    const parquet = await parquetReadObjects({
      file: await asyncBufferFromFile(join(first.summary.path!, 'cells.parquet')),
    });
    const rows = (fov: string) => parquet.filter((row) => row['fov'] === fov);
    expect(rows('good')).toHaveLength(cells.get('good')!.cells!);
    expect(rows('no cells')).toEqual([]);
    // Another panel: what it lacks is null, which is not the NaN of a cell without a nucleus.
    expect(rows('dapi')).toHaveLength(cells.get('dapi')!.cells!);
    expect(new Set(rows('dapi').map((row) => row['cell:mean:CD45']))).toEqual(new Set([null]));
    expect(rows('good').every((row) => Number.isFinite(row['cell:mean:CD45']))).toBe(true);
    expect(rows('dapi').every((row) => Number.isFinite(row['cell:mean:DAPI']))).toBe(true);
    const [header = '', ...lines] = (await readFile(join(first.summary.path!, 'summary.csv'), 'utf8'))
      .trimEnd()
      .split('\n');
    const column = header.split(',').indexOf('cells');
    expect(lines.map((line) => line.split(',')).map((line) => [line[0], Number(line[column])])).toEqual([
      ['dapi', cells.get('dapi')!.cells],
      ['good', cells.get('good')!.cells],
      ['no cells', 0],
    ]);
  });
});

describe('the same command again', () => {
  let run: ProjectRun;
  beforeAll(async () => {
    run = await runProject(project);
  }, 120_000);

  test('computes nothing and publishes no new revision', () => {
    expect(run.exitCode).toBe(3);
    expect(outcomes(run)['computed']).toBeUndefined();
    for (const fov of Object.keys(FINE)) expect(outcomes(run, fov)).toEqual({ cached: 7 });
    expect(run.summary).toMatchObject({ failed: BAD.length, revision: 'r0001', isNew: false });
    const messages = ({ summary }: ProjectRun) => summary.failures.map(({ message }) => message).sort();
    expect(messages(run)).toEqual(messages(first));
  });

  test('after one file was put in place, computes that field of view only', async () => {
    await putImage('gone.tif', { planes: image.planes.map((plane) => plane.map((value) => value + 1)) });
    const repaired = await runProject(project);
    const touched = [...repaired.units.values()].filter(({ status }) => status === 'computed').map(({ fov }) => fov);
    expect([...new Set(touched)].sort()).toEqual(['missing', null].sort());
    expect(outcomes(repaired, 'missing')['computed']).toBeGreaterThan(4);
    expect(outcomes(repaired, 'missing')['failed']).toBeUndefined();
    expect(outcomes(repaired, 'good')).toEqual({ cached: 7 });
    expect(repaired.summary).toMatchObject({ failed: BAD.length - 1, revision: 'r0002', isNew: true });
    expect(repaired.summary.cells.map(({ fov }) => fov)).toEqual(['missing', ...Object.keys(FINE)]);
  }, 120_000);
});

describe('a samplesheet', () => {
  const run = async (bytes: string | Buffer, name = 'other.csv'): Promise<ProjectRun> => {
    await mkdir(dirname(at(name)), { recursive: true });
    await writeFile(at(name), bytes);
    return runProject(project, '--samplesheet', at(name), '--no-publish');
  };
  const refusal = (bytes: string | Buffer): Promise<{ code: string; message: string }> =>
    run(bytes).then(
      () => Promise.reject(new Error('nothing was refused')),
      (err: unknown) => err as { code: string; message: string },
    );

  test('may have a BOM, CRLF, quotes, blanks, blank lines and columns in another order', async () => {
    const text = '\uFEFFpatient, panel ,fov,image,mpp\r\n"Müller, ""A""",panel.csv,  good  ,"good.ome.tif",\r\n\r\n';
    const { exitCode, summary, units } = await run(text);
    expect([exitCode, summary.fovs, summary.steps]).toEqual([0, 1, { computed: 1, cached: 7, failed: 0 }]);
    // The summary of this smaller cohort.
    expect(outcomes({ exitCode, summary, units }, 'good')).toEqual({ cached: 7 });
  });

  test('lists everything wrong with it at once, and nothing starts', async () => {
    const { code, message } = await refusal(
      'fov,image,mpp\nA,good.ome.tif,0,5\nB,,abc\na b/c,good.ome.tif,5000\nC,good.ome.tif,\nc,good.ome.tif,0.5!\n',
    );
    expect(code).toBe('SAMPLESHEET');
    const sheet = at('other.csv');
    expect(message.split('\n')).toEqual([
      `${sheet} has 6 problems; correct and run again:`,
      `  ${sheet}:2: has 4 fields, the header has 3; quote fields that hold commas`,
      `  ${sheet}:3 image: is empty; name an image file or a folder of single-channel images`,
      `  ${sheet}:3 mpp: is "abc", expected µm per pixel as a number such as 0.5; leave it empty to take the file's`,
      `  ${sheet}:4 fov: is "a b/c", expected 1 to 120 of the characters A–Z a–z 0–9 . _ + ( ) - and blank, the first a letter or digit; rename it`,
      `  ${sheet}:4 mpp: is 5000, expected 0.01 to 100 µm per pixel; check the unit (nm, px/µm?)`,
      `  ${sheet}:6 fov: is "c", which line 5 has already ("C"); rename one`,
    ]);
  });

  test.each([
    [
      'of another encoding',
      Buffer.from('fov,image\nM\xfcller,a.tif\n', 'latin1'),
      /is not UTF-8: byte 11 \(line 2\) is 0xfc; save it as "CSV UTF-8"/,
    ],
    ['in UTF-16', Buffer.from('\uFEFFfov,image\n', 'utf16le'), /is UTF-16, expected UTF-8; save it as "CSV UTF-8"/],
    [
      'without its columns',
      'id,file\nA,a.tif\n',
      /:1 fov: is missing; .*\n.*:1 image: is missing; the columns are fov,image,mpp,panel and any of your own \(found id, file\)/,
    ],
    ['with semicolons', 'fov;image\nA;a.tif\n', /is separated by semicolons or tabs, expected commas/],
    ['that is empty', '', /is empty, expected a header line/],
    ['that has only a header', 'fov,image\n', /lists no fields of view; add a line for each/],
    ['with an open quote', 'fov,image\n"A,a.tif\n', /:2: has a quote that is not closed/],
  ])('%s is refused', async (_, bytes, says) => {
    const { code, message } = await refusal(bytes);
    expect(code).toBe('SAMPLESHEET');
    expect(message).toMatch(says);
  });

  test('with bad fields of view only runs, publishes nothing and ends with the failures', async () => {
    await writeFile(at('bad.csv'), 'fov,image\nmissing-1,none.tif\nmissing-2,none-2.tif\n');
    const { exitCode, summary } = await runProject(project, '--samplesheet', at('bad.csv'));
    expect(exitCode).toBe(3);
    expect(summary).toMatchObject({ fovs: 2, failed: 2, revision: null, path: null });
    expect(summary.failures.map(({ fov, code }) => [fov, code])).toEqual([
      ['missing-1', 'INVALID_INPUT'],
      ['missing-2', 'INVALID_INPUT'],
    ]);
  });
});
