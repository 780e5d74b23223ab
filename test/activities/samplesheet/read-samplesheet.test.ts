import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSamplesheet } from '../../../activities/samplesheet/index.ts';
import type { SheetIssue } from '../../../activities/samplesheet/csv-table.ts';

let folder = '';
let sheet = '';
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'fovea-sheet-')));
  sheet = join(folder, 'samples.csv');
  await mkdir(join(folder, 'img'));
  await writeFile(join(folder, 'img/a.tif'), 'x');
  await writeFile(join(folder, 'panel.csv'), 'channel,marker,role\nDAPI,DNA,nuclear\n2,CD3,\n');
});
afterAll(() => rm(folder, { recursive: true }));

async function rowsOf(text: string | Buffer, root?: string) {
  await writeFile(sheet, text);
  return readSamplesheet(sheet, root === undefined ? {} : { root });
}

/** What is wrong with a sheet, as `line column: message` each; the error's code and first line are checked alike. */
async function problemsOf(text: string | Buffer): Promise<string[]> {
  const error: unknown = await rowsOf(text).then(
    () => 'no error',
    (thrown: unknown) => thrown,
  );
  const { code, message, fields } = error as { code: string; message: string; fields: { issues: SheetIssue[] } };
  expect(code).toBe('SAMPLESHEET');
  const { issues } = fields;
  expect(message.split('\n')[0]).toBe(
    `${sheet} has ${issues.length === 1 ? 'a problem' : `${issues.length} problems`}; correct and run again:`,
  );
  for (const issue of issues) expect([issue.file, message.includes(issue.message)]).toEqual([sheet, true]);
  return issues.map(({ line, column, message: text }) => `${line} ${column ?? '-'}: ${text}`);
}

describe('good sheets', () => {
  test('all columns; free ones become obs', async () => {
    expect(await rowsOf('fov,image,mpp,panel,patient,site\nF1,img/a.tif,0.5,panel.csv,P 1,liver\n')).toEqual([
      {
        fov: 'F1',
        image: join(folder, 'img/a.tif'),
        mpp: 0.5,
        forceMpp: false,
        panel: [
          { channel: 'DAPI', marker: 'DNA', role: 'nuclear' },
          { channel: '2', marker: 'CD3', role: null },
        ],
        obs: { patient: 'P 1', site: 'liver' },
        problem: null,
      },
    ]);
  });

  test.each([
    ['BOM', '\ufefffov,image\nF1,img/a.tif\nF2,img\n'],
    ['CRLF', 'fov,image\r\nF1,img/a.tif\r\nF2,img\r\n'],
    ['CR only', 'fov,image\rF1,img/a.tif\rF2,img\r'],
    ['quotes, blanks, blank lines, no last line end', '"fov" , image\n\n"F1"," img/a.tif "\n , \nF2,"img"'],
    ['columns in another order', 'image,fov\nimg/a.tif,F1\nimg,F2\n'],
  ])('%s', async (_, text) => {
    const rows = await rowsOf(text);
    expect(rows.map(({ fov, image, mpp, panel, obs, problem }) => [fov, image, mpp, panel, obs, problem])).toEqual([
      ['F1', join(folder, 'img/a.tif'), null, null, {}, null],
      ['F2', join(folder, 'img'), null, null, {}, null],
    ]);
  });

  test('quoted commas, quotes and line breaks in a free column', async () => {
    const rows = await rowsOf('fov,image,note\nF1,img/a.tif,"one, ""two""\nthree"\nF2,img,\n');
    expect(rows.map(({ obs }) => obs['note'])).toEqual(['one, "two"\nthree', '']);
  });

  test.each([
    ['0.5', 0.5, false],
    ['.25', 0.25, false],
    ['5e-1', 0.5, false],
    ['0.5!', 0.5, true],
    ['0.5 !', 0.5, true],
    ['', null, false],
  ])('mpp %s', async (text, mpp, forceMpp) => {
    expect(await rowsOf(`fov,image,mpp\nF1,img/a.tif,${text}\n`)).toMatchObject([{ mpp, forceMpp }]);
  });

  test('a missing image is left to ingest', async () => {
    expect(await rowsOf('fov,image\nF1,img/later/b.tif\n')).toMatchObject([
      { image: join(folder, 'img/later/b.tif'), problem: null },
    ]);
  });
});

describe('bad sheets: every problem at once, with its line', () => {
  test('values', async () => {
    const long = 'x'.repeat(121);
    const text = [
      'fov,image,mpp',
      'F1,,0',
      ',img/a.tif,-1',
      'f1,img/a.tif,abc',
      '../x,img/a.tif,"0,5"',
      `${long},img/a.tif,377`,
      'F2,img/a.tif,NaN',
      'F3,img/a.tif,Infinity',
      'F4,img/a.tif,0x1',
    ];
    const grammar =
      'expected 1 to 120 of the characters A–Z a–z 0–9 . _ + ( ) - and blank, the first a letter or digit; rename it';
    const number = "expected µm per pixel as a number such as 0.5; leave it empty to take the file's";
    const range = 'expected 0.01 to 100 µm per pixel; check the unit (nm, px/µm?)';
    expect(await problemsOf(text.join('\n'))).toEqual([
      '2 image: is empty; name an image file or a folder of single-channel images',
      `2 mpp: is 0, ${range}`,
      '3 fov: is empty; give each field of view an id',
      `3 mpp: is -1, ${range}`,
      `4 mpp: is "abc", ${number}`,
      '4 fov: is "f1", which line 2 has already ("F1"); rename one',
      `5 fov: is "../x", ${grammar}`,
      `5 mpp: is "0,5", ${number}`,
      `6 fov: is "${long}", ${grammar}`,
      `6 mpp: is 377, ${range}`,
      `7 mpp: is "NaN", ${number}`,
      `8 mpp: is "Infinity", ${number}`,
      `9 mpp: is "0x1", ${number}`,
    ]);
  });

  test('lines are counted over quoted line breaks, field counts checked', async () => {
    expect(await problemsOf('fov,image,note\r\nF1,img/a.tif,"a\r\nb\r\nc"\r\nF2,img,x,y\r\n\r\nF3,img\r\n')).toEqual([
      '5 -: has 4 fields, the header has 3; quote fields that hold commas',
      '7 -: has 2 fields, the header has 3; quote fields that hold commas',
    ]);
  });

  test('a quote that is never closed', async () => {
    expect(await problemsOf('fov,image\nF1,img/a.tif\nF2,"img/a.tif\nF3,img\n')).toEqual([
      '3 -: has a quote that is not closed or stands inside a field; close it or double it',
    ]);
  });

  test.each([
    [
      'fov,path,mpp\nF1,a,1\n',
      ['1 image: is missing; the columns are fov,image,mpp,panel and any of your own (found fov, path, mpp)'],
    ],
    [
      'FOV,Image,MPP\nF1,a,1\n',
      [
        '1 FOV: is not the column fov; write it in lower case',
        '1 Image: is not the column image; write it in lower case',
        '1 MPP: is not the column mpp; write it in lower case',
        '1 fov: is missing; the columns are fov,image,mpp,panel and any of your own (found FOV, Image, MPP)',
        '1 image: is missing; the columns are fov,image,mpp,panel and any of your own (found FOV, Image, MPP)',
      ],
    ],
    ['fov,image,image\nF1,a,b\n', ['1 image: stands twice in the header; keep one']],
    ['fov,image,\nF1,a,b\n', ['1 -: column 3 has no name; name it or remove it']],
    ['fov;image\nF1;a\n', ['0 -: is separated by semicolons or tabs, expected commas; save it as comma-separated CSV']],
    ['fov,image\n', ['0 -: lists no fields of view; add a line for each']],
    ['\n\n', ['0 -: is empty, expected a header line']],
  ])('header: case %#', async (text, problems) => {
    expect(await problemsOf(text)).toEqual(problems);
  });

  test('not UTF-8: the byte and the line', async () => {
    const latin1 = Buffer.from('fov,image,site\nF1,img/a.tif,Zürich\n', 'latin1');
    expect(await problemsOf(latin1)).toEqual(['0 -: is not UTF-8: byte 29 (line 2) is 0xfc; save it as "CSV UTF-8"']);
    expect(await problemsOf(Buffer.from('\ufefffov,image\n', 'utf16le'))).toEqual([
      '0 -: is UTF-16, expected UTF-8; save it as "CSV UTF-8"',
    ]);
    const cut = Buffer.from('fov,image\nF1,img/µ').subarray(0, -1);
    expect(await problemsOf(cut)).toEqual(['0 -: is not UTF-8: byte 17 (line 2) is 0xc2; save it as "CSV UTF-8"']);
  });

  test('more than fifty problems are counted, not all printed', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `F${i},`).join('\n');
    await writeFile(sheet, `fov,image\n${rows}\n`);
    await expect(readSamplesheet(sheet)).rejects.toThrow(
      /has 60 problems;[^]*samples\.csv:51 image[^]*\n {2}and 10 more$/,
    );
  });

  test('a sheet that is missing or a folder', async () => {
    await expect(readSamplesheet(join(folder, 'gone.csv'))).rejects.toMatchObject({
      code: 'SAMPLESHEET',
      message: expect.stringContaining('gone.csv: does not exist') as string,
    });
    await expect(readSamplesheet(folder)).rejects.toThrow('is not a regular file, expected a CSV file');
  });
});

describe('what concerns one field of view becomes its problem', () => {
  test('paths that leave the root', async () => {
    const outside = await realpath(await mkdtemp(join(tmpdir(), 'fovea-outside-')));
    await writeFile(join(outside, 'b.tif'), 'x');
    await symlink(outside, join(folder, 'way-out'));
    await symlink('circle', join(folder, 'circle'));
    const paths = [
      '../b.tif',
      join(outside, 'b.tif'),
      'way-out/b.tif',
      'way-out/none.tif',
      's3://bucket/b.tif',
      'circle',
      'img/../img/a.tif',
      join(folder, 'img/a.tif'),
    ];
    const rows = await rowsOf(`fov,image\n${paths.map((path, i) => `F${i},${path}`).join('\n')}\n`);
    await rm(outside, { recursive: true });
    const remedy = `put it below the dataset root ${folder}, or move the samplesheet to a folder above both`;
    expect(rows.map(({ problem }) => problem)).toEqual([
      `"../b.tif" leaves the dataset root; ${remedy}`,
      `"${outside}/b.tif" leaves the dataset root; ${remedy}`,
      `"way-out/b.tif" is a link that leads out of the dataset root (to ${outside}/b.tif); ${remedy}`,
      `"way-out/none.tif" is a link that leads out of the dataset root (to ${outside}/none.tif); ${remedy}`,
      '"s3://bucket/b.tif" is a remote address; copy the image below the dataset root',
      '"circle" cannot be followed (ELOOP); correct the path or the link',
      null,
      null,
    ]);
    expect(rows[6]?.image).toBe(join(folder, 'img/a.tif'));
  });

  test('a root above the sheet lets its paths reach further', async () => {
    await mkdir(join(folder, 'sheets'), { recursive: true });
    await writeFile(join(folder, 'sheets/s.csv'), 'fov,image\nF1,img/a.tif\n');
    expect(await readSamplesheet(join(folder, 'sheets/s.csv'), { root: folder })).toMatchObject([
      { image: join(folder, 'img/a.tif'), problem: null },
    ]);
  });

  test('a bad panel: its lines; other rows are none the worse', async () => {
    const bad = 'channel,marker,role\nDAPI,DNA,Nuclear\n,CD3,\nDAPI,DNA,\n"CD8 ","CD\u00078",membrane\n';
    await writeFile(join(folder, 'bad.csv'), bad);
    const rows = await rowsOf(
      'fov,image,panel\nF1,img/a.tif,bad.csv\nF2,img/a.tif,panel.csv\nF3,img/a.tif,../p.csv\nF4,img/a.tif,none.csv\n',
    );
    const path = join(folder, 'bad.csv');
    expect(rows[0]?.problem).toBe(
      [
        `panel bad.csv: ${path} has 5 problems; correct and run again:`,
        `  ${path}:2 role: is "Nuclear", expected nuclear, membrane or nothing`,
        `  ${path}:3 channel: is empty; fill it in`,
        `  ${path}:4 channel: "DAPI" stands on line 2 too; keep one`,
        `  ${path}:4 marker: "DNA" stands on line 2 too; keep one`,
        `  ${path}:5 marker: holds a control character; retype it`,
      ].join('\n'),
    );
    expect(rows[1]).toMatchObject({ problem: null, panel: [{ marker: 'DNA' }, { marker: 'CD3' }] });
    expect(rows[2]?.problem).toContain('panel ../p.csv: "../p.csv" leaves the dataset root');
    expect(rows[3]?.problem).toContain('none.csv: does not exist; check the path');
  });

  test('a panel without its columns, without rows, without roles', async () => {
    await writeFile(join(folder, 'p1.csv'), 'Channel,name\nDAPI,DNA\n');
    await writeFile(join(folder, 'p2.csv'), 'channel,marker,role\n');
    await writeFile(join(folder, 'p3.csv'), 'channel,marker\nDAPI,DNA\n');
    const rows = await rowsOf('fov,image,panel\nF1,img,p1.csv\nF2,img,p2.csv\nF3,img,p3.csv\n');
    expect(rows[0]?.problem).toContain(
      'p1.csv:1 channel: is missing; a panel has the columns channel,marker,role (found Channel, name)',
    );
    expect(rows[1]?.problem).toContain('p2.csv: lists no channels; add a line for each');
    expect(rows[2]?.panel).toEqual([{ channel: 'DAPI', marker: 'DNA', role: null }]);
  });
});
