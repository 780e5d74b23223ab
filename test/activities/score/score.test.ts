import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { writeLabelsTiff } from '../../../activities/images/index.ts';
import { writeLabelsElement } from '../../../activities/publish/labels-element.ts';
import { labelSources, pairLabels, scorePairs } from '../../../activities/score/index.ts';
import { writeArtifactFolder } from '../../../activities/store/artifact-folder.ts';
import { createArray, writeGroup } from '../../../activities/zarr/index.ts';
import { toArrays } from '../../../core/content.ts';
import type { Labels } from '../../../kernels/image.ts';
import { page, putTiff, temporaryFolder } from '../../support/image-fixtures.ts';

const folder = temporaryFolder();
const at = (...parts: string[]): string => join(folder, ...parts);

function labels(...rows: readonly string[]): Labels {
  const data = Int32Array.from(rows.join(''), (digit) => (digit === '.' ? 0 : Number(digit)));
  return { height: rows.length, width: rows[0]?.length ?? 0, mpp: 0.5, data };
}

const TRUTH = labels('11.22.', '11.22.', '......');
const PREDICTED = labels('11.444', '11.444', '77....');

async function score(truth: string, predicted: string, name?: string) {
  const pairs = pairLabels(await labelSources(truth, name), await labelSources(predicted, name));
  return scorePairs(pairs, { smallBelow: 5 });
}
const failure = (truth: string, predicted: string, name?: string) =>
  score(truth, predicted, name).then(
    () => 'nothing was thrown',
    (err: Error & { code?: string }) => `${err.code} ${err.message}`,
  );
const at05 = async (predicted: string, name?: string) => {
  const [{ tp, fp, fn } = { tp: -1, fp: -1, fn: -1 }] = (await score(at('truth.tif'), predicted, name)).pooled
    .thresholds;
  return [tp, fp, fn];
};

beforeAll(() => writeLabelsTiff(at('truth.tif'), TRUTH));

describe('kinds of file', () => {
  test('TIFF without a pixel size, PNG of 8 and 16 bits', async () => {
    const { height, width, data } = PREDICTED;
    await putTiff(at('bare.tif'), [page({ height, width, dtype: 'uint32', values: [[...data]] })]);
    expect(await at05(at('bare.tif'))).toEqual([2, 1, 0]);
    const big = Uint16Array.from(data, (id) => id * 1000);
    for (const [name, pixels, space] of [
      ['8.png', Uint8Array.from(data), 'b-w'],
      ['16.png', big, 'grey16'],
    ] as const) {
      await sharp(pixels, { raw: { width, height, channels: 1 } })
        .toColourspace(space)
        .png()
        .toFile(at(name));
      expect(await at05(at(name))).toEqual([2, 1, 0]);
    }
  });

  test('zarr as Fovea writes it: label image, store of several, group, bare array, stored artifact', async () => {
    const store = at('store.zarr');
    await writeGroup(store);
    await writeGroup(join(store, 'labels'), { labels: ['cells', 'nuclei'] });
    await writeLabelsElement(join(store, 'labels', 'cells'), 'cells', PREDICTED);
    await writeLabelsElement(join(store, 'labels', 'nuclei'), 'nuclei', labels('1.....', '......', '......'));
    expect(await at05(join(store, 'labels', 'cells'))).toEqual([2, 1, 0]);
    expect(await at05(store, 'cells')).toEqual([2, 1, 0]);
    expect(await at05(join(store, 'labels'), 'nuclei')).toEqual([0, 1, 2]);
    expect(await at05(join(store, 'labels', 'cells', '0'))).toEqual([2, 1, 0]);
    await writeArtifactFolder(at('artifact'), 'Labels', toArrays('Labels', PREDICTED));
    expect(await at05(at('artifact'))).toEqual([2, 1, 0]);
    expect(await failure(at('truth.tif'), store)).toContain('holds the labels cells, nuclei; name one with --labels');
    expect(await failure(at('truth.tif'), store, 'other')).toContain('holds no labels "other", it has cells, nuclei');
  });

  test('zarr that holds none is refused with the reason', async () => {
    const array = async (
      name: string,
      shape: number[],
      dtype: 'float32' | 'int16',
      values: Float32Array | Int16Array,
    ) => (await createArray(at(name), { shape, chunks: shape, dtype })).write(values);
    await writeGroup(at('empty.zarr'));
    await array('float.zarr', [3, 6], 'float32', new Float32Array(18));
    await array('three.zarr', [1, 3, 6], 'int16', new Int16Array(18));
    await array('negative.zarr', [3, 6], 'int16', new Int16Array(18).fill(-2));
    await array('torn.zarr', [3, 6], 'int16', new Int16Array(18));
    await writeFile(at('torn.zarr', '0', '0'), 'x');
    await mkdir(at('v3.zarr'));
    await writeFile(at('v3.zarr', 'zarr.json'), '{}');
    await writeGroup(at('up.zarr'), { labels: ['../store.zarr'] });
    for (const [name, reason] of [
      ['empty.zarr', 'holds no labels: it is neither'],
      ['float.zarr', 'holds float32 values, expected integer labels'],
      ['three.zarr', 'has 3 axes, expected labels (Y, X)'],
      ['negative.zarr', 'holds the label -2, expected 0 to 2147483647'],
      ['torn.zarr', 'cannot be read as labels; save labels of other programs as TIFF'],
      ['v3.zarr', 'is zarr version 3, Fovea reads version 2'],
      ['up.zarr', 'holds no labels: it is neither'],
    ] as const) {
      const message = await failure(at('truth.tif'), at(name));
      expect(message).toMatch(/^INVALID_INPUT /);
      expect(message).toContain(reason);
    }
  });
});

describe('folders', () => {
  const put = async (path: string, value: Labels = PREDICTED) => {
    await mkdir(join(path, '..'), { recursive: true });
    await writeLabelsTiff(path, value);
  };

  test('are paired by name in natural order, whatever the kind of file; others are passed over', async () => {
    for (const name of ['f10', 'f9']) await put(at('t', `${name}.tif`), TRUTH);
    await put(at('p', 'f9.ome.tiff'));
    await writeLabelsElement(at('p', 'f10.zarr'), 'cells', TRUTH);
    await writeFile(at('p', 'notes.txt'), '');
    await writeFile(at('p', '.f9.tif'), '');
    const { images, pooled } = await score(at('t'), at('p'));
    expect(images.map(({ name, score: { predicted } }) => [name, predicted])).toEqual([
      ['f9', 3],
      ['f10', 2],
    ]);
    expect(pooled).toMatchObject({ images: 2, truth: 4, predicted: 5, small: { objects: 4, found: 4 } });
  });

  test('a name of labels picks files that end in it, and labels in stores', async () => {
    for (const name of ['a_cells', 'a_nuclei']) await put(at('synth', `${name}.tif`), TRUTH);
    await writeGroup(at('fovs', 'a.zarr', 'labels'), { labels: ['cells', 'nuclei'] });
    for (const name of ['cells', 'nuclei'])
      await writeLabelsElement(at('fovs', 'a.zarr', 'labels', name), name, PREDICTED);
    const { images } = await score(at('synth'), at('fovs'), 'cells');
    expect(images.map(({ name }) => name)).toEqual(['a']);
    expect((await labelSources(at('synth'), 'other')).picked).toBe(false);
    expect((await labelSources(at('synth'), 'other')).sources).toHaveLength(2);
  });

  test('every file without a partner is named', async () => {
    for (const name of ['a', 'b']) await put(at('one', `${name}.tif`));
    for (const name of ['b', 'c', 'd']) await put(at('other', `${name}.tif`));
    const message = await failure(at('one'), at('other'));
    expect(message).toContain(`only in ${at('one')}: a.tif; only in ${at('other')}: c.tif, d.tif; rename them`);
  });

  test('two files of one name, no files, a file beside a folder, nothing there', async () => {
    for (const name of ['a.tif', 'a.ome.tif']) await put(at('twins', name));
    await mkdir(at('bare'));
    expect(await failure(at('twins'), at('twins'))).toMatch(/a\.ome\.tif and .*a\.tif have one name/);
    expect(await failure(at('bare'), at('bare'))).toContain('holds no label files (.tif, .tiff, .png or .zarr)');
    await put(at('single', 'a.tif'));
    expect(await failure(at('truth.tif'), at('single'))).toContain(
      `${at('single')} is a folder and ${at('truth.tif')} a`,
    );
    expect(await failure(at('truth.tif'), at('none.tif'))).toMatch(
      /^NOT_FOUND .*none\.tif does not exist; name a label/,
    );
  });
});

describe('pairs that cannot be scored', () => {
  test('other sizes and pixel sizes that disagree, all pairs told together', async () => {
    await mkdir(at('x'));
    await mkdir(at('y'));
    await writeLabelsTiff(at('x', 'a.tif'), TRUTH);
    await writeLabelsTiff(at('y', 'a.tif'), labels('11', '22'));
    await writeLabelsTiff(at('x', 'b.tif'), TRUTH);
    await writeLabelsTiff(at('y', 'b.tif'), { ...TRUTH, mpp: 0.377 });
    const message = await failure(at('x'), at('y'));
    expect(message).toContain(`${at('x', 'a.tif')} is 3×6 pixels, ${at('y', 'a.tif')} 2×2; score labels of one grid`);
    expect(message).toMatch(/b\.tif states 0\.5 µm per pixel \(.*\), .*b\.tif 0\.377 µm per pixel \(.*\): they do not/);
  });

  test('pixel sizes within 1 %, and those that are no believable ones, agree', async () => {
    await writeLabelsTiff(at('near.tif'), { ...PREDICTED, mpp: 0.503 });
    expect(await at05(at('near.tif'))).toEqual([2, 1, 0]);
    const { height, width, data } = PREDICTED;
    const screen = { resolution: [72, 1], resolutionUnit: 2 } as const;
    await putTiff(at('72dpi.tif'), [page({ height, width, dtype: 'uint16', values: [[...data]], ...screen })]);
    expect(await at05(at('72dpi.tif'))).toEqual([2, 1, 0]);
  });

  test('files that hold no labels', async () => {
    await putTiff(at('float.tif'), [page({ height: 3, width: 6, dtype: 'float32', values: [new Float32Array(18)] })]);
    await putTiff(at('two.tif'), [page(), page()]);
    await writeFile(at('text.tif'), 'these are no pixels at all');
    expect(await failure(at('truth.tif'), at('float.tif'))).toContain('holds float32 values, expected integer labels');
    expect(await failure(at('truth.tif'), at('two.tif'))).toContain('holds 2 channels, expected one label image');
    expect(await failure(at('truth.tif'), at('text.tif'))).toContain('is not a TIFF');
  });

  test('a truth without any object; a prediction without any is scored', async () => {
    await writeLabelsTiff(at('zero.tif'), { ...TRUTH, data: new Int32Array(18) });
    expect(await failure(at('zero.tif'), at('truth.tif'))).toMatch(
      /the truth holds no object: .*zero\.tif is 0 everywhere/,
    );
    expect(await at05(at('zero.tif'))).toEqual([0, 0, 2]);
  });
});
