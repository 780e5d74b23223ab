import { readdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { invalidInput } from '../../core/errors.ts';
import type { Acquisition } from './acquisition.ts';
import { imageFileError } from './byte-file.ts';
import { naturalOrder } from './natural-order.ts';
import { checkSameSize } from './tiff-channels.ts';

const IMAGE_FILE = /^(?<stem>[^.].*?)(?:\.ome)?\.(?:tiff?|png)$/i;
const MAX_FILES = 1000;

/** A file's name without `.tif`, `.tiff`, `.ome.tif`, `.ome.tiff` or `.png`; null for other and hidden files. */
export function imageStem(name: string): string | null {
  return IMAGE_FILE.exec(name)?.groups?.['stem'] ?? null;
}

interface Entry {
  readonly path: string;
  readonly stem: string;
}

async function listImages(folder: string): Promise<{ images: Entry[]; tifs: string | null }> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw imageFileError(error, folder);
  });
  const images = entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .flatMap(({ name }) => {
      const stem = imageStem(name);
      return stem === null ? [] : [{ path: join(folder, name), stem }];
    })
    .sort((a, b) => naturalOrder(a.stem, b.stem));
  const tifs = entries.find((entry) => entry.isDirectory() && entry.name.toLowerCase() === 'tifs');
  return { images, tifs: tifs === undefined ? null : join(folder, tifs.name) };
}

/** Throws INVALID_INPUT for a link out of the folder and for two files that would give one channel. */
async function checkEntries(folder: string, images: readonly Entry[]): Promise<void> {
  const real = await realpath(folder);
  const seen = new Map<string, string>();
  for (const { path, stem } of images) {
    const target = await realpath(path).catch((error: unknown) => {
      throw imageFileError(error, path);
    });
    if (dirname(target) !== real)
      throw invalidInput(`${path} is a link out of its folder (to ${target}); put the file itself there`, { path });
    const twin = seen.get(stem);
    if (twin !== undefined)
      throw invalidInput(`${twin} and ${path} would both be channel "${stem}"; keep one`, { path, channel: stem });
    seen.set(stem, path);
  }
}

/**
 * A folder of single-channel TIFF or PNG files as one field of view: file stem = channel name, natural order; where the
 * folder holds no images but a subfolder `TIFs`, that one. Other and hidden files are passed over. `openFile` opens one
 * file. Throws INVALID_INPUT when there are no images, a file holds several channels, or two differ in size (naming both).
 */
export async function openFolder(path: string, openFile: (path: string) => Promise<Acquisition>): Promise<Acquisition> {
  let folder = path;
  let { images, tifs } = await listImages(folder);
  if (images.length === 0 && tifs !== null) {
    folder = tifs;
    ({ images, tifs } = await listImages(folder));
  }
  if (images.length === 0 || images.length > MAX_FILES)
    throw invalidInput(
      `${path} is a folder with ${images.length} .tif, .tiff or .png files, expected 1 to ${MAX_FILES}; ` +
        'name a folder of single-channel images or an image file',
      { path },
    );
  await checkEntries(folder, images);
  const opened: Acquisition[] = [];
  const close = async () => {
    await Promise.all(opened.map((acquisition) => acquisition.close()));
  };
  try {
    const channels = [];
    for (const entry of images) {
      const acquisition = await openFile(entry.path);
      opened.push(acquisition);
      const [channel] = acquisition.channels;
      if (channel === undefined || acquisition.channels.length !== 1)
        throw invalidInput(
          `${entry.path} holds ${acquisition.channels.length} channels, expected one: in a folder each file is a channel; ` +
            'name the file itself as image, or split it',
          { path: entry.path },
        );
      channels.push({ ...channel, name: entry.stem });
    }
    checkSameSize(channels);
    return {
      format: `folder of ${opened[0]?.format ?? 'image'}`,
      files: opened.flatMap(({ files }) => files).sort(),
      channels,
      pixelSizes: opened.flatMap(({ pixelSizes }) => pixelSizes),
      intensity: opened.every(({ intensity }) => intensity === 'unit') ? 'unit' : 'counts',
      warnings: opened.flatMap(({ warnings }, i) => warnings.map((text) => `${images[i]?.stem ?? ''}: ${text}`)),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
