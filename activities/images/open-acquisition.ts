import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { invalidInput } from '../../core/errors.ts';
import type { Acquisition } from './acquisition.ts';
import { imageFileError, openBytes } from './byte-file.ts';
import type { ByteFile } from './byte-file.ts';
import { openFolder } from './image-folder.ts';
import { interpretAkoya } from './interpret-akoya.ts';
import { interpretImageJ } from './interpret-imagej.ts';
import { interpretMibi } from './interpret-mibi.ts';
import { interpretOme } from './interpret-ome.ts';
import { interpretPlain } from './interpret-plain.ts';
import { isPng, pngSource } from './png-source.ts';
import { checkSameSize } from './tiff-channels.ts';
import { readTiff } from './tiff-file.ts';
import { describePage } from './tiff-page.ts';
import type { TiffPage } from './tiff-page.ts';

async function describePages(bytes: ByteFile): Promise<readonly TiffPage[]> {
  const tiff = await readTiff(bytes);
  const pages: TiffPage[] = [];
  for (const directory of tiff.directories) pages.push(await describePage(tiff, directory));
  return pages;
}

/** The path of a file that an OME-XML names; it must stand in the very folder of the file that names it. */
async function companionPath(path: string, name: string): Promise<string> {
  const companion = join(dirname(path), name);
  const refuse = (why: string, remedy: string) =>
    invalidInput(`${path}: its OME-XML names the file "${name}", which ${why}; ${remedy}`, { path, companion: name });
  const outside = refuse('is not in the same folder', 'put all files of the set into one folder');
  if (basename(name) !== name || name === '..' || name === '.' || /[\\\0]/.test(name)) throw outside;
  const target = await realpath(companion).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw refuse('does not exist', 'put it there');
    throw imageFileError(error, companion);
  });
  if (dirname(target) !== (await realpath(dirname(path)))) throw outside;
  return target;
}

async function openFile(path: string): Promise<Acquisition> {
  const opened: ByteFile[] = [];
  const close = async () => {
    await Promise.all(opened.map((bytes) => bytes.close()));
  };
  const open = async (file: string) => {
    const bytes = await openBytes(file);
    opened.push(bytes);
    return bytes;
  };
  try {
    const bytes = await open(path);
    if (await isPng(bytes)) {
      const channels = [{ name: null, role: null, source: await pngSource(bytes), sample: 0 }];
      return { format: 'PNG', files: [path], channels, pixelSizes: [], intensity: 'counts', warnings: [], close };
    }
    const pages = await describePages(bytes);
    const companions = new Map<string, Promise<readonly TiffPage[]>>();
    const openCompanion = (name: string) => {
      const known = companions.get(name);
      if (known !== undefined) return known;
      const fresh = companionPath(path, name).then(open).then(describePages);
      companions.set(name, fresh);
      return fresh;
    };
    const interpretation =
      (await interpretOme(pages, openCompanion)) ??
      interpretMibi(pages) ??
      interpretAkoya(pages) ??
      (await interpretImageJ(pages)) ??
      interpretPlain(pages);
    checkSameSize(interpretation.channels);
    return { ...interpretation, files: opened.map((file) => file.path).sort(), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Opens an image of any kind Fovea reads — OME-TIFF (one or several files), MIBItiff, Akoya component TIFF or QPTIFF,
 * ImageJ TIFF, plain TIFF, greyscale PNG, folder of single-channel files — and reads what it holds, no pixels.
 * `path` is absolute. Throws INVALID_INPUT naming file, page and channel; STORE for disk trouble. The caller closes it.
 */
export async function openAcquisition(path: string): Promise<Acquisition> {
  const stats = await stat(path).catch((error: unknown) => {
    throw imageFileError(error, path);
  });
  return stats.isDirectory() ? openFolder(path, openFile) : openFile(path);
}
