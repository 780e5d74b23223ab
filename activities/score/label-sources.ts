import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { FoveaError, invalidInput } from '../../core/errors.ts';
import { imageStem, naturalOrder, readUnsettledLabels, type UnsettledLabels } from '../images/index.ts';
import { isZarr, readLabelsZarr } from './read-labels-zarr.ts';

/** One label image, not yet read. */
export interface LabelSource {
  /** What it is paired by: the file's name without its ending. */
  readonly name: string;
  readonly path: string;
  read(): Promise<UnsettledLabels>;
}

export interface LabelSources {
  readonly path: string;
  readonly folder: boolean;
  readonly sources: readonly LabelSource[];
  /** Whether the name of labels that was asked for had a say. */
  readonly picked: boolean;
}

const ZARR = /^(?<stem>[^.].*?)(?:\.ome)?\.zarr$/i;

const stemOf = (name: string): string | null => ZARR.exec(name)?.groups?.['stem'] ?? imageStem(name);

function sourceOf(path: string, name: string, zarr: boolean, labels: string | undefined): LabelSource {
  return { name, path, read: () => (zarr ? readLabelsZarr(path, labels) : readUnsettledLabels(path)) };
}

const isStore = ({ path }: LabelSource): boolean => ZARR.test(basename(path));

/** Stores, and the files whose names end in `_<labels>` under what comes before; all files as they are where none does. */
function ofName(sources: readonly LabelSource[], labels: string): Pick<LabelSources, 'sources' | 'picked'> {
  const ending = `_${labels}`;
  const stores = sources.filter(isStore);
  const named = sources.filter((source) => source.name.endsWith(ending) && !isStore(source));
  if (named.length === 0) return { sources, picked: stores.length > 0 };
  const renamed = named.map((source) => ({ ...source, name: source.name.slice(0, -ending.length) }));
  return { sources: [...stores, ...renamed], picked: true };
}

async function inFolder(folder: string, labels: string | undefined): Promise<Omit<LabelSources, 'path'>> {
  const entries = await readdir(folder).catch((cause: unknown) => {
    throw invalidInput(`${folder} cannot be listed (${(cause as NodeJS.ErrnoException).code}); grant read permission`);
  });
  const sources = entries.flatMap((entry) => {
    const name = stemOf(entry);
    return name === null ? [] : [sourceOf(join(folder, entry), name, ZARR.test(entry), labels)];
  });
  if (sources.length === 0)
    throw invalidInput(`${folder} holds no label files (.tif, .tiff, .png or .zarr); name the folder they are in`, {
      path: folder,
    });
  const chosen = labels === undefined ? { sources, picked: false } : ofName(sources, labels);
  const wanted = [...chosen.sources].sort((a, b) => naturalOrder(a.name, b.name) || naturalOrder(a.path, b.path));
  const twin = wanted.findIndex(({ name }, i) => wanted[i + 1]?.name === name);
  if (twin >= 0) {
    const [one, other] = [wanted[twin]!.path, wanted[twin + 1]!.path];
    throw invalidInput(`${one} and ${other} have one name; keep one of them in the folder`, { paths: [one, other] });
  }
  return { folder: true, sources: wanted, picked: chosen.picked };
}

/**
 * The label images at `path`: a TIFF or PNG, a zarr, or every one of those directly in a folder, in natural order of their
 * names. `labels` picks labels of that name: in a zarr that holds several, and the files of a folder that end in
 * `_<labels>`, where some do. Other and hidden files are passed over. Reads no pixels.
 * Throws NOT_FOUND for a path that does not exist, INVALID_INPUT for a folder without label files or with two of one name.
 */
export async function labelSources(path: string, labels?: string): Promise<LabelSources> {
  const absolute = resolve(path);
  const stats = await stat(absolute).catch((cause: unknown) => {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' || code === 'ENOTDIR' ? 'does not exist' : `cannot be read (${code})`;
    throw new FoveaError('NOT_FOUND', `${path} ${why}; name a label file or a folder of them`, {
      fields: { path },
      cause,
    });
  });
  const name = basename(absolute);
  const zarr = stats.isDirectory() && (ZARR.test(name) || (await isZarr(absolute)));
  if (stats.isDirectory() && !zarr) return { path, ...(await inFolder(path, labels)) };
  return { path, folder: false, sources: [sourceOf(path, stemOf(name) ?? name, zarr, labels)], picked: zarr };
}
