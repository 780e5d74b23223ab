import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kind } from '../../core/artifact.ts';
import type { DType, TypedArray } from '../../kernels/image.ts';
import type { Content, ContentArray } from '../../core/content.ts';
import { FoveaError } from '../../core/errors.ts';
import { newArray } from '../zarr/dtypes.ts';
import { createArray, openArray, readAttributes, writeGroup } from '../zarr/index.ts';

/** What a folder's `.zattrs` say of it: the artifact's attributes, and where each of its arrays lies. */
interface Description {
  readonly kind: Kind;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Arrays of two or three axes, each a Zarr array of its own name. */
  readonly arrays: readonly string[];
  /** Columns: one Zarr array (column, row) for all of a dtype and length, since a table has hundreds. */
  readonly packs: readonly { readonly dtype: DType; readonly rows: number; readonly names: readonly string[] }[];
}

const isColumn = (array: ContentArray): boolean => array.shape.length === 1;
const packPath = (folder: string, { dtype, rows }: { dtype: DType; rows: number }): string =>
  join(folder, 'columns', `${dtype}-${rows}`);

/**
 * One serialisation for every kind: named typed arrays plus JSON attributes in a Zarr v2 group. An array of several planes
 * is chunked one plane to a chunk; the columns of a table lie packed by dtype.
 */
export async function writeArtifactFolder(folder: string, kind: Kind, content: Content): Promise<void> {
  const entries = Object.entries(content.arrays).sort(([a], [b]) => (a < b ? -1 : 1));
  const columns = entries.filter(([, array]) => isColumn(array));
  const others = entries.filter(([, array]) => !isColumn(array));
  const byForm = new Map<string, [string, ContentArray][]>();
  for (const column of columns) {
    const form = `${column[1].dtype}-${column[1].shape[0]}`;
    byForm.set(form, [...(byForm.get(form) ?? []), column]);
  }
  const packs = [...byForm.values()].map((packed) => ({
    dtype: packed[0]![1].dtype,
    rows: packed[0]![1].shape[0]!,
    names: packed.map(([name]) => name),
    arrays: packed.map(([, array]) => array),
  }));
  const description: Description = {
    ...{ kind, attributes: content.attributes },
    arrays: others.map(([name]) => name),
    packs: packs.map(({ dtype, rows, names }) => ({ dtype, rows, names })),
  };
  await writeGroup(folder, { fovea: description });
  for (const [name, { dtype, shape, planes }] of others) {
    const chunks = shape.map((size, axis) => (shape.length === 3 && axis === 0 ? 1 : Math.max(size, 1)));
    const array = await createArray(join(folder, name), { shape, chunks, dtype });
    if (shape.length === 3) for (const [index, plane] of planes.entries()) await array.write(plane, index);
    else if (planes[0] !== undefined) await array.write(planes[0]);
  }
  if (packs.length > 0) await writeGroup(join(folder, 'columns'));
  for (const { dtype, rows, arrays } of packs) {
    const shape = [arrays.length, rows];
    const packed = newArray(dtype, arrays.length * rows);
    for (const [index, { planes }] of arrays.entries()) packed.set(planes[0]!, index * rows);
    const chunks = shape.map((size) => Math.max(size, 1));
    await (await createArray(packPath(folder, { dtype, rows }), { shape, chunks, dtype })).write(packed);
  }
}

/** Reads what `writeArtifactFolder` wrote. Throws NOT_FOUND when the folder is absent, STORE_CORRUPT when damaged. */
export async function readArtifactFolder(folder: string): Promise<Content & { kind: Kind }> {
  const present = await stat(folder).catch(() => null);
  if (present === null) {
    throw new FoveaError('NOT_FOUND', `the store has no artifact at ${folder}`, { fields: { folder } });
  }
  const { fovea } = (await readAttributes(folder)) as { fovea?: Description };
  if (fovea === undefined) {
    throw new FoveaError('STORE_CORRUPT', `${folder}/.zattrs does not describe an artifact`, { fields: { folder } });
  }
  const arrays: Record<string, ContentArray> = {};
  for (const name of fovea.arrays) {
    const array = await openArray(join(folder, name));
    const planes: TypedArray[] = [];
    if (array.shape.length === 3) for (let i = 0; i < array.shape[0]!; i++) planes.push(await array.read(i));
    else planes.push(await array.read());
    arrays[name] = { dtype: array.dtype, shape: array.shape, planes };
  }
  for (const { dtype, rows, names } of fovea.packs) {
    const path = packPath(folder, { dtype, rows });
    const pack = await openArray(path);
    if (pack.dtype !== dtype || pack.shape[0] !== names.length || pack.shape[1] !== rows) {
      throw new FoveaError(
        'STORE_CORRUPT',
        `${path} is ${pack.dtype} [${pack.shape}], wanted ${dtype} [${names.length},${rows}]`,
        {
          fields: { path },
        },
      );
    }
    const packed = await pack.read();
    for (const [index, name] of names.entries()) {
      arrays[name] = { dtype, shape: [rows], planes: [packed.slice(index * rows, (index + 1) * rows)] };
    }
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
