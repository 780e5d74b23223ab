import { rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { sourceFiles } from '../../../activities/images/index.ts';
import { page, pattern, putTiff, read, readError, temporaryFolder } from '../../support/image-fixtures.ts';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);

interface Ome {
  readonly attributes?: string;
  readonly channels?: readonly string[];
  readonly data?: string;
  readonly before?: string;
  readonly uuid?: string;
}

const ome = ({
  attributes = '',
  channels = ['DAPI', 'CD3', 'CD8'],
  data = '<TiffData/>',
  before = '',
  uuid = '',
}: Ome = {}) =>
  `<?xml version="1.0" encoding="UTF-8"?>${before}<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" UUID="${uuid}">` +
  `<Image ID="Image:0"><Pixels ID="Pixels:0" DimensionOrder="XYCZT" Type="uint8" SizeX="12" SizeY="10" SizeC="${channels.length}" SizeZ="1" SizeT="1" ${attributes}>` +
  `${channels.map((name, c) => `<Channel ID="Channel:0:${c}" Name="${name}"/>`).join('')}${data}</Pixels></Image></OME>`;

const three = (description: string) => [page({ description }), page({}, 1), page({}, 2)];
const names = async (path: string) => (await read(path)).image.channels.map(({ name }) => name);

describe('OME-TIFF', () => {
  test('names with entities, physical size in nm', async () => {
    const xml = ome({
      attributes: 'PhysicalSizeX="377" PhysicalSizeY="377" PhysicalSizeXUnit="nm" PhysicalSizeYUnit="nm"',
      channels: ['DAPI &amp; co', 'CD3 &#181;', '&#x3b3;H2AX'],
    });
    const { image, format, warnings } = await read(await putTiff(at('a.ome.tif'), three(xml)), { mpp: null });
    expect(image.channels.map(({ name }) => name)).toEqual(['DAPI & co', 'CD3 µ', 'γH2AX']);
    expect(image.mpp).toBeCloseTo(0.377, 12);
    expect([format, warnings, image.intensity]).toEqual(['OME-TIFF', [], 'counts']);
  });

  test('planes stand where TiffData says, in whatever order', async () => {
    const data = [2, 0, 1].map((ifd, c) => `<TiffData FirstC="${c}" IFD="${ifd}" PlaneCount="1"/>`).join('');
    const { image } = await read(await putTiff(at('order.ome.tif'), three(ome({ data }))));
    expect(image.planes.map((plane) => plane[0])).toEqual([26, 0, 13]);
  });

  test('planes in other files of the folder, which all count as sources', async () => {
    const data = ['one', 'two'].map(
      (name, c) =>
        `<TiffData FirstC="${c}" IFD="0" PlaneCount="1"><UUID FileName="${name}.ome.tif">urn:uuid:${c}</UUID></TiffData>`,
    );
    const xml = ome({ channels: ['A', 'B'], data: data.join(''), uuid: 'urn:uuid:0' });
    await putTiff(at('set/two.ome.tif'), [page({}, 1)]);
    const one = await putTiff(at('set/one.ome.tif'), [page({ description: xml })]);
    expect((await read(one)).image.planes.map((plane) => plane[0])).toEqual([0, 13]);
    expect(await sourceFiles(one)).toEqual([one, at('set/two.ome.tif')]);

    // Renamed, the file still finds its own planes by UUID; a companion that is gone is named.
    await rename(one, at('set/renamed.ome.tif'));
    expect((await read(at('set/renamed.ome.tif'))).image.planes).toHaveLength(2);
    await rename(at('set/two.ome.tif'), at('set/elsewhere.tif'));
    expect(await readError(at('set/renamed.ome.tif'))).toContain(
      'its OME-XML names the file "two.ome.tif", which does not exist; put it there',
    );
    await symlink(await putTiff(at('outside.tif'), [page()]), at('set/two.ome.tif'));
    expect(await readError(at('set/renamed.ome.tif'))).toContain('"two.ome.tif", which is not in the same folder');
  });

  test.each(['../outside.tif', '/etc/passwd', '..'])('a companion called %s is refused', async (name) => {
    const data = `<TiffData IFD="0"><UUID FileName="${name}">urn:uuid:9</UUID></TiffData>`;
    const path = await putTiff(at('escape.ome.tif'), [page({ description: ome({ channels: ['A'], data }) })]);
    expect(await readError(path)).toContain(`its OME-XML names the file "${name}", which is not in the same folder`);
  });

  test.each([
    [
      ome().replace('SizeZ="1"', 'SizeZ="7"'),
      'has SizeZ 7 and SizeT 1, expected one z-plane and one time point; project or select one first',
    ],
    [ome().replace('SizeT="1"', 'SizeT="3"'), 'has SizeZ 1 and SizeT 3'],
    [ome().replace('SizeX="12"', 'SizeX="13"'), 'channel 1 (DAPI) has 10x12 pixels, its OME-XML says 10x13'],
    [ome().replace('SizeC="3"', 'SizeC="4"'), 'its OME-XML says SizeC 4, its pages hold 3 channels'],
    [ome({ data: '<TiffData IFD="0" PlaneCount="2"/>' }), 'channel 3 (CD8) has no TiffData in the OME-XML'],
    [
      ome({ data: '<TiffData IFD="1" PlaneCount="3"/>' }),
      'channel 3 (CD8) should be page 4 of the file, which has fewer pages',
    ],
    [
      ome().replace('</Image>', '</Image><Image ID="Image:1"><Pixels/></Image>'),
      'its OME-XML lists 2 images, expected one',
    ],
    [ome().replace('</OME>', ''), 'has an XML description that is not well-formed'],
    [
      ome({ before: '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' }),
      'declares a document type, which is not accepted',
    ],
    [
      '<OME><BinaryOnly MetadataFile="set.companion.ome" UUID="u"/></OME>',
      'its OME-XML is kept in another file (set.companion.ome)',
    ],
  ])('refused: case %#', async (description, message) => {
    const path = await putTiff(at('refused.ome.tif'), three(description));
    expect(await readError(path)).toContain(message);
  });

  test('two channels of one name need a panel, which picks by number', async () => {
    const path = await putTiff(at('twins.ome.tif'), three(ome({ channels: ['DAPI', 'CD3', 'DAPI'] })));
    expect(await readError(path)).toContain(
      'channel name(s) DAPI occur more than once; give a panel that lists channels by number (1 to 3)',
    );
    const panel = [{ channel: '3', marker: 'DAPI', role: 'nuclear' as const }];
    expect((await read(path, { panel })).image.planes[0]?.[0]).toBe(26);
    expect(await readError(path, { panel: [{ channel: 'DAPI', marker: 'x', role: null }] })).toContain(
      'channel "DAPI" stands in the file twice, as number 1 and 3; give the number',
    );
  });
});

describe('MIBItiff', () => {
  const json = (target: string | null, more: object = {}) =>
    JSON.stringify({ 'mibi.size': 6, 'image.type': 'SIMS', 'channel.target': target, ...more });
  const mibi = (target: string | null, more: object = {}) =>
    page({ description: json(target, more), resolution: [20_000, 1], resolutionUnit: 3 });

  test('names by channel.target, pixel size by mibi.size and resolution, other images left out', async () => {
    const pages = [mibi('HH3'), mibi('CD45'), mibi(null, { 'image.type': 'Optical' })];
    const { image, format, warnings } = await read(await putTiff(at('mibi.tif'), pages), { mpp: null });
    expect([format, image.mpp]).toEqual(['MIBI TIFF', 0.5]);
    expect(image.channels.map(({ name }) => name)).toEqual(['HH3', 'CD45']);
    expect(warnings).toEqual(['page(s) 3 are not SIMS images; left out']);
  });

  test('two pixel sizes that disagree are an error unless one is insisted on', async () => {
    const path = await putTiff(at('mibi2.tif'), [mibi('HH3', { 'mibi.size': 12 })]);
    expect(await readError(path, { mpp: null })).toBe(
      `INVALID_INPUT ${path}: the file contradicts itself: 0.5 µm per pixel (XResolution 20000 px/cm) and 1 µm per pixel (mibi.size 12 µm over 12 px); ` +
        'write the µm per pixel with an exclamation mark (0.5!) into the mpp column of the samplesheet to insist on it',
    );
    expect((await read(path, { mpp: 1, forceMpp: true })).image.mpp).toBe(1);
  });

  test('a page without a target among pages that have one', async () => {
    expect(await readError(await putTiff(at('mibi3.tif'), [mibi('HH3'), page()]))).toContain(
      'mibi3.tif has no channel.target',
    );
  });
});

describe('Akoya', () => {
  const qpi = (type: string, inner: string) =>
    `<?xml version="1.0" encoding="utf-16"?>\n<PerkinElmer-QPI-ImageDescription><ImageType>${type}</ImageType>${inner}` +
    '<ScanProfile><Name>not this</Name></ScanProfile></PerkinElmer-QPI-ImageDescription>';

  test('full-resolution pages only, Biomarker before Name', async () => {
    const resolution = [20_000, 1] as const;
    const path = await putTiff(at('akoya.tif'), [
      page({ resolution, description: qpi('FullResolution', '<Name>Opal 570</Name><Biomarker>CD8</Biomarker>') }),
      page({ resolution, description: qpi('FullResolution', '<Name>DAPI</Name>') }, 1),
      page({ height: 5, width: 6, description: qpi('ReducedResolution', '<Name>DAPI</Name>') }),
      page({
        height: 5,
        width: 6,
        values: [1, 2, 3].map((s) => pattern(5, 6, s)),
        description: qpi('Thumbnail', ''),
        tags: { 262: [3, [2]] },
      }),
    ]);
    const { image, format } = await read(path, { mpp: null });
    expect([format, image.mpp, image.channels.map(({ name }) => name)]).toEqual(['Akoya TIFF', 0.5, ['CD8', 'DAPI']]);
  });

  test('brightfield and reduced-only files are refused', async () => {
    const values = [1, 2, 3].map((s) => pattern(10, 12, s));
    const rgb = page({ values, description: qpi('FullResolution', ''), tags: { 262: [3, [2]] } });
    expect(await readError(await putTiff(at('he.tif'), [rgb]))).toContain(
      'is a brightfield (RGB) scan, not fluorescence',
    );
    const reduced = page({ description: qpi('ReducedResolution', '') });
    expect(await readError(await putTiff(at('small.tif'), [reduced]))).toContain(
      'is an Akoya TIFF without a FullResolution page',
    );
  });
});

describe('ImageJ', () => {
  const imagej = (lines: readonly string[]) => ['ImageJ=1.54f', ...lines].join('\n');

  test.each(['um', 'micron', '\\u00B5m', 'µm'])('unit=%s: resolution is pixels per unit', async (unit) => {
    const description = imagej(['images=2', 'channels=2', `unit=${unit}`]);
    const spec = { description, resolution: [2_652_520, 1_000_000], resolutionUnit: 1 } as const;
    const { image, format } = await read(await putTiff(at('ij.tif'), [page(spec), page({}, 1)]), { mpp: null });
    expect(format).toBe('ImageJ TIFF');
    expect(image.mpp).toBeCloseTo(0.377, 6);
  });

  test('a stack behind one directory is read plane by plane', async () => {
    const values = [...pattern(10, 12, 0), ...pattern(10, 12, 1), ...pattern(10, 12, 2)];
    const description = imagej(['images=3', 'channels=3']);
    const path = await putTiff(at('raw.tif'), [
      page({ height: 30, values: [values], description, tags: { 257: [4, [10]] } }),
    ]);
    expect((await read(path)).image.planes.map((plane) => [plane.length, plane[0]])).toEqual([
      [120, 0],
      [120, 13],
      [120, 26],
    ]);
    const short = await putTiff(at('raw2.tif'), [page({ description: imagej(['images=900', 'channels=900']) })]);
    expect(await readError(short)).toMatch(/raw2.tif is truncated: 900 planes end at byte 108008, the file at \d+/);
  });

  test.each([true, false])('slice labels name the channels (little-endian %s)', async (littleEndian) => {
    const units = (text: string) => {
      const bytes = Buffer.from(text, 'utf16le');
      return littleEndian ? bytes : bytes.swap16();
    };
    const word = (value: number) => {
      const bytes = Buffer.alloc(4);
      if (littleEndian) bytes.writeUInt32LE(value);
      else bytes.writeUInt32BE(value);
      return bytes;
    };
    const labels = [units('DAPI'), units('γ-H2AX')];
    const metadata = Buffer.concat([word(0x494a494a), word(0x6c61626c), word(2), ...labels]);
    const tags = { 50838: [4, [12, ...labels.map(({ length }) => length)]], 50839: [1, metadata] } as const;
    const path = await putTiff(
      at('labels.tif'),
      [page({ description: imagej(['images=2', 'channels=2']), tags }), page({}, 1)],
      { littleEndian },
    );
    expect(await names(path)).toEqual(['DAPI', 'γ-H2AX']);
  });

  test('z-stacks are refused', async () => {
    const path = await putTiff(at('z.tif'), [page({ description: imagej(['images=2', 'slices=2']) }), page()]);
    expect(await readError(path)).toContain(
      'is an ImageJ stack of 2 slices and 1 frames; expected one of each. If they are channels, say so',
    );
  });
});

describe('plain TIFF', () => {
  test('page names are channel names; reduced copies and RGB thumbnails are left out', async () => {
    const thumbnail = page({
      height: 5,
      width: 6,
      values: [1, 2, 3].map((s) => pattern(5, 6, s)),
      tags: { 262: [3, [2]] },
    });
    const reduced = page({ height: 5, width: 6, tags: { 254: [4, [1]] } });
    const path = await putTiff(at('plain.tif'), [
      page({ pageName: 'DAPI' }),
      reduced,
      page({ pageName: 'CD3' }, 1),
      thumbnail,
    ]);
    const { image, warnings } = await read(path);
    expect(image.channels.map(({ name }) => name)).toEqual(['DAPI', 'CD3']);
    expect(warnings).toEqual(['page(s) 2, 4 are thumbnails or reduced copies; left out']);
  });

  test('0-is-white values are taken as they are, and it is said', async () => {
    const { warnings } = await read(await putTiff(at('white.tif'), [page({ tags: { 262: [3, [0]] } })]));
    expect(warnings).toEqual(['1 page(s) are marked "0 is white"; their values are taken as they are, not inverted']);
  });
});
