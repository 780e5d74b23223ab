import { join } from 'node:path';
import { labelFiles, readLabelsOf, readSource } from '../../../activities/images/index.ts';
import { page, putTiff, temporaryFolder } from '../../support/image-fixtures.ts';

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);
/** 10 × 12 pixels at 0.5 µm unless told otherwise. */
const image = { height: 10, width: 12, mpp: 0.5 };
const put = (name: string, values: readonly number[], spec: object = {}): Promise<string> => {
  const { height, width } = { ...image, ...spec };
  const plane = [...values, ...new Array<number>(height * width - values.length).fill(0)];
  return putTiff(at(name), [page({ height, width, dtype: 'uint16', values: [plane], ...spec })]);
};
const refusal = async (path: string): Promise<string> => {
  const err = await readLabelsOf(path, image).then(
    () => new Error('nothing was thrown'),
    (thrown: Error) => thrown,
  );
  expect(err).toMatchObject({ code: 'INVALID_INPUT' });
  return err.message;
};

describe('the label image of an image', () => {
  test.each([
    ['uint8', 200],
    ['int8', 100],
    ['uint16', 60_000],
    ['int16', 30_000],
    ['uint32', 2_000_000_000],
    ['int32', 2_000_000_000],
  ])('of %s', async (dtype, id) => {
    const { data, mpp } = await readLabelsOf(await put(`${dtype}.tif`, [0, id, id], { dtype }), image);
    expect([[...data.slice(0, 4)], data.length, mpp]).toEqual([[0, id, id, 0], 120, 0.5]);
  });

  test('without objects is fine', async () => {
    expect((await readLabelsOf(await put('none.tif', []), image)).data.some((id) => id !== 0)).toBe(false);
  });

  test("of the image's size has its pixel size, whatever the file says", async () => {
    const path = await put('one-micron.tif', [1], { resolution: [10_000, 1] });
    expect((await readLabelsOf(path, image)).mpp).toBe(0.5);
  });

  test('of another size shows the same field by the pixel size it states', async () => {
    const path = await put('coarse.tif', [1], { height: 5, width: 6, resolution: [10_000, 1] });
    expect(await readLabelsOf(path, image)).toMatchObject({ height: 5, width: 6, mpp: 1 });
  });

  test('of another size and without a pixel size is refused', async () => {
    const path = await put('small.tif', [1], { height: 9, width: 12 });
    expect(await refusal(path)).toBe(
      `${path} is 9×12 pixels, its image 10×12, and the file states no pixel size by which one could be brought to the other; ` +
        "save the labels at the image's size",
    );
  });

  test('of another field is refused', async () => {
    const path = await put('crop.tif', [1], { height: 8, width: 12, resolution: [20_000, 1] });
    expect(await refusal(path)).toBe(
      `${path} is 8×12 pixels, its image 10×12: at 0.5 and 0.5 µm per pixel they do not show the same field; give the labels of this ` +
        'field of view, uncropped',
    );
  });

  test('of floats, negative or too large ids, several channels is refused', async () => {
    expect(await refusal(await put('float.tif', [1.5], { dtype: 'float32' }))).toContain(
      'holds float32 values, expected integer labels',
    );
    expect(await refusal(await put('minus.tif', [-1], { dtype: 'int16' }))).toContain(
      'holds the label -1, expected 0 to 2147483647',
    );
    expect(await refusal(await put('huge.tif', [3e9], { dtype: 'uint32' }))).toContain('holds the label 3000000000');
    const two = await putTiff(at('two.tif'), [page(), page()]);
    expect(await refusal(two)).toContain('holds 2 channels, expected one label image');
  });
});

describe('a source with labels', () => {
  test('is read with its image; what is wrong names the port', async () => {
    const picture = await put('image.tif', [5]);
    const request = { image: picture, mpp: 0.5, forceMpp: false, panel: null };
    const read = await readSource({ ...request, labels: { cells: await put('cells.tif', [3]) } });
    expect([read.image.mpp, read.labels['cells']!.data[0]]).toEqual([0.5, 3]);
    expect((await readSource(request)).labels).toEqual({});
    const wrong = await put('wrong.tif', [1.5], { dtype: 'float32' });
    await expect(readSource({ ...request, labels: { cells: wrong } })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: `labels "cells": ${wrong} holds float32 values, expected integer labels; save it as uint32`,
      fields: { port: 'cells' },
    });
  });

  test('a file that is not there is named with what to do', async () => {
    await expect(labelFiles('cells', at('gone.tif'))).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: `labels "cells": ${at('gone.tif')} does not exist; put the label image there, or correct source.labels.cells`,
    });
    expect(await labelFiles('cells', await put('there.tif', [1]))).toEqual([at('there.tif')]);
  });
});
