import { copyFile, link, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Brings files or folders `names` of `from` into `to` as hard links (copies where the file system has none). Published
 * files are never written to again, and zarr writers replace chunks rather than edit them, so sharing is safe. Returns
 * false, leaving nothing, when any of `names` is absent; `optional` names may be.
 */
export async function linkTree(
  from: string,
  to: string,
  names: readonly string[],
  optional: readonly string[] = [],
): Promise<boolean> {
  const present = await Promise.all(names.map((name) => stat(join(from, name)).catch(() => null)));
  if (present.includes(null)) return false;
  for (const name of [...names, ...optional]) {
    if (optional.includes(name) && (await stat(join(from, name)).catch(() => null)) === null) continue;
    await rm(join(to, name), { recursive: true, force: true });
    await linkOne(join(from, name), join(to, name));
  }
  return true;
}

async function linkOne(from: string, to: string): Promise<void> {
  if ((await stat(from)).isDirectory()) {
    await mkdir(to, { recursive: true });
    for (const entry of await readdir(from)) await linkOne(join(from, entry), join(to, entry));
    return;
  }
  await link(from, to).catch((err: NodeJS.ErrnoException) => {
    if (!['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP'].includes(err.code ?? '')) throw err;
    return copyFile(from, to);
  });
}
