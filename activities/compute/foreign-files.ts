import { realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import type { Kind, Kinds } from '../../core/artifact.ts';
import { FoveaError, isFoveaError } from '../../core/errors.ts';
import type { CellTable, Image, Labels, Table } from '../../kernels/image.ts';
import { readImage, readLabelsTiff, statesPixelSize, writeLabelsTiff, writeOmeTiff } from '../images/index.ts';
import { writeTableCsv } from '../publish/table-csv.ts';
import { parseTableCsv } from './table-csv.ts';

const NAME = /^[A-Za-z0-9][\w.-]{0,99}$/;

const noPatches = (): FoveaError =>
  new FoveaError(
    'PLUGIN',
    'Patches are no file that a program reads; give it the image and the labels they are cut from',
  );

/** Writes a value as a file a foreign program can read: Image and Labels as OME-TIFF, tables as CSV. */
export async function writeForeign<K extends Kind>(
  folder: string,
  name: string,
  kind: K,
  value: Kinds[K],
): Promise<string> {
  if (!NAME.test(name)) throw new FoveaError('PLUGIN', `"${name}" is no file name for a scratch folder`);
  const tables = async (): Promise<string> => {
    const path = join(folder, `${name}.csv`);
    await writeTableCsv(path, value as Table);
    return path;
  };
  switch (kind as Kind) {
    case 'Image': {
      const path = join(folder, `${name}.ome.tif`);
      await writeOmeTiff(path, value as Image);
      return path;
    }
    case 'Labels': {
      const path = join(folder, `${name}.tif`);
      await writeLabelsTiff(path, value as Labels);
      return path;
    }
    case 'CellTable':
    case 'Table':
      return tables();
    case 'Patches':
      throw noPatches();
  }
}

/**
 * Reads a program's output file from its scratch folder. Many programs write no pixel size: then `mpp` holds (µm per
 * pixel, null when unknown); a size the file does state stands, since the program may have resampled.
 * Throws INVALID_OUTPUT when the file is absent, empty, outside of the folder, or cannot be read as `kind`.
 */
export async function readForeign<K extends Kind>(
  folder: string,
  path: string,
  kind: K,
  mpp: number | null = null,
): Promise<Kinds[K]> {
  const inside = await realpath(resolve(folder, path)).catch(() => null);
  const found = inside === null ? null : await stat(inside);
  if (inside === null || found === null || !inside.startsWith((await realpath(folder)) + sep)) {
    throw new FoveaError('INVALID_OUTPUT', `the program left no ${path} in ${folder}; it was to write a ${kind} there`);
  }
  if (found.size === 0) throw new FoveaError('INVALID_OUTPUT', `the program left ${inside} empty; wanted a ${kind}`);
  const missingMpp = async (): Promise<number | null> => ((await statesPixelSize(inside)) ? null : mpp);
  const read = async (): Promise<Image | Labels | CellTable> => {
    switch (kind as Kind) {
      case 'Image':
        return (await readImage({ image: inside, mpp: await missingMpp(), forceMpp: false, panel: null })).image;
      case 'Labels':
        return readLabelsTiff(inside, await missingMpp());
      case 'CellTable':
      case 'Table':
        return parseTableCsv(inside);
      case 'Patches':
        throw noPatches();
    }
  };
  try {
    return (await read()) as Kinds[K];
  } catch (err) {
    if (!isFoveaError(err, 'INVALID_INPUT')) throw err;
    throw new FoveaError('INVALID_OUTPUT', `the program's output cannot be read as ${kind}: ${err.message}`, {
      fields: err.fields,
      cause: err,
    });
  }
}
