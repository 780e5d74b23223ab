import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { invalidInput } from '../../core/errors.ts';

const isInside = (root: string, path: string) => {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
};

/** The real path of `path`; where its end does not exist, the real path of what does exist plus the rest. */
async function realPathSoFar(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if ((code !== 'ENOENT' && code !== 'ENOTDIR') || dirname(path) === path) throw error;
    return join(await realPathSoFar(dirname(path)), basename(path));
  }
}

/**
 * The absolute real path of `path`, taken relative to the folder `root`, after following every symbolic link. A path that
 * does not exist (yet) resolves too, as far as it does exist. Throws INVALID_INPUT when the result lies outside the root,
 * when it is a URL, or when links go in circles. To be called again just before the file is opened.
 */
export async function resolveInside(root: string, path: string): Promise<string> {
  const refuse = (why: string, remedy: string) => invalidInput(`"${path}" ${why}; ${remedy}`, { path, root });
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path))
    throw refuse('is a remote address', 'copy the image below the dataset root');
  if (path.includes('\0')) throw refuse('holds a NUL character', 'correct the path');
  const realRoot = await realpath(root).catch(() => {
    throw invalidInput(`the dataset root ${root} does not exist; correct the samplesheet's path`, {
      root,
    });
  });
  const wanted = resolve(realRoot, path);
  const remedy = `put it below the dataset root ${realRoot}, or move the samplesheet to a folder above both`;
  // An absolute path may name the root by way of a link: judge where things really are, not how they are spelt.
  const target = await realPathSoFar(wanted).catch((error: NodeJS.ErrnoException) => {
    throw refuse(`cannot be followed (${error.code ?? error.message})`, 'correct the path or the link');
  });
  if (!isInside(realRoot, target)) {
    const link = isInside(realRoot, wanted)
      ? `is a link that leads out of the dataset root (to ${target})`
      : 'leaves the dataset root';
    throw refuse(link, remedy);
  }
  return target;
}
