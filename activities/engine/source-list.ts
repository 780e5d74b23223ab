import { canonical, sha256 } from '../../core/digest.ts';
import { labelFiles, sourceFiles } from '../images/index.ts';
import type { SourceRow } from '../images/index.ts';
import { getJson } from '../store/blobs.ts';
import type { Store } from '../store/store.ts';
import { isRacy, statOf } from './file-digests.ts';
import type { FileDigest } from './file-digests.ts';

interface SourceList {
  /** Stat of the image, file or folder, when it was opened. */
  readonly stat: Awaited<ReturnType<typeof statOf>>;
  readonly files: readonly string[];
}

const listPath = (image: string): string => {
  const name = sha256(`sources ${image}`);
  return `stamps/${name.slice(0, 2)}/${name}.json`;
};

/**
 * The files that make up an image, without opening it where it was opened before and has not been touched since: which
 * files belong to it is written in the image itself, or is the listing of the folder. Throws as `sourceFiles` does.
 */
export async function listSource(store: Store, image: string): Promise<readonly string[]> {
  const [stat, known] = await Promise.all([
    statOf(image),
    getJson<SourceList>(store.blobs, listPath(image)).catch(() => null),
  ]);
  if (stat !== null && known !== null && canonical(known.stat) === canonical(stat)) return known.files;
  const files = await sourceFiles(image);
  if (stat !== null && !isRacy(stat)) await store.blobs.put(listPath(image), canonical({ stat, files }));
  return files;
}

/** Something for every file of a row: those of the image, and those of each label image. */
export interface OfRow<T> {
  readonly image: readonly T[];
  readonly labels: Readonly<Record<string, readonly T[]>>;
}

/** The files of a row's image and label images, as {@link listSource} finds them. Throws as `sourceFiles` and `labelFiles` do. */
export async function listRow(store: Store, row: SourceRow): Promise<OfRow<string>> {
  const labels: Record<string, readonly string[]> = {};
  const image = await listSource(store, row.image);
  for (const [port, path] of Object.entries(row.labels ?? {})) {
    labels[port] = await labelFiles(port, path, (each) => listSource(store, each));
  }
  return { image, labels };
}

/** Every file of a row, each once. */
export const filesOf = ({ image, labels }: OfRow<string>): string[] => [
  ...new Set([...image, ...Object.values(labels).flat()]),
];

/** The digests of a row's files, arranged as the files are. */
export function arrangeDigests(files: OfRow<string>, digests: readonly FileDigest[]): OfRow<FileDigest> {
  const byPath = new Map(digests.map((digest) => [digest.path, digest]));
  const arrange = (paths: readonly string[]): FileDigest[] => paths.map((path) => byPath.get(path)!);
  const labels = Object.entries(files.labels).map(([port, paths]) => [port, arrange(paths)] as const);
  return { image: arrange(files.image), labels: Object.fromEntries(labels) };
}
