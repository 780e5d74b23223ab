import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Kind } from '../../core/artifact.ts';
import type { Content, ContentArray } from '../../core/content.ts';
import { FoveaError } from '../../core/errors.ts';
import { createArray, openArray, readAttributes, writeGroup } from '../zarr/index.ts';

/**
 * One serialisation for every kind: named typed arrays plus JSON attributes in a Zarr v2 group.
 * An array of several planes is chunked one plane to a chunk.
 */
export async function writeArtifactFolder(folder: string, kind: Kind, content: Content): Promise<number> {
  const names = Object.keys(content.arrays).sort();
  await writeGroup(folder, { fovea: { kind, attributes: content.attributes, arrays: names } });
  for (const group of new Set(names.filter((name) => name.includes('/')).map((name) => dirname(name)))) {
    await writeGroup(join(folder, group));
  }
  for (const name of names) {
    const { dtype, shape, planes } = content.arrays[name]!;
    const chunks = shape.map((size, axis) => (shape.length === 3 && axis === 0 ? 1 : Math.max(size, 1)));
    const array = await createArray(join(folder, name), { shape, chunks, dtype });
    if (shape.length === 3) for (const [index, plane] of planes.entries()) await array.write(plane, index);
    else if (planes[0] !== undefined) await array.write(planes[0]);
  }
  return folderBytes(folder);
}

/** Reads what `writeArtifactFolder` wrote. Throws NOT_FOUND when the folder is absent, STORE_CORRUPT when damaged. */
export async function readArtifactFolder(folder: string): Promise<Content & { kind: Kind }> {
  const present = await stat(folder).catch(() => null);
  if (present === null)
    throw new FoveaError('NOT_FOUND', `the store has no artifact at ${folder}`, { fields: { folder } });
  const { fovea } = (await readAttributes(folder)) as {
    fovea?: { kind: Kind; attributes: Record<string, unknown>; arrays: string[] };
  };
  if (fovea === undefined) {
    throw new FoveaError('STORE_CORRUPT', `${folder}/.zattrs does not describe an artifact`, { fields: { folder } });
  }
  const arrays: Record<string, ContentArray> = {};
  for (const name of fovea.arrays) {
    const array = await openArray(join(folder, name));
    const planes = [];
    if (array.shape.length === 3) for (let i = 0; i < array.shape[0]!; i++) planes.push(await array.read(i));
    else planes.push(await array.read());
    arrays[name] = { dtype: array.dtype, shape: array.shape, planes };
  }
  return { kind: fovea.kind, attributes: fovea.attributes, arrays };
}

/** Bytes of all files below a folder. */
export async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}
