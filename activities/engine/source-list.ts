import { canonical, sha256 } from '../../core/digest.ts';
import { sourceFiles } from '../images/index.ts';
import { getJson } from '../store/blobs.ts';
import type { Store } from '../store/store.ts';
import { isRacy, statOf } from './file-digests.ts';

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
