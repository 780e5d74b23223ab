import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Patches } from '../../kernels/image.ts';
import { packageRoot } from '../package-root.ts';
import { writePatchesElement } from '../publish/patches-element.ts';
import { storeError } from '../store/file-errors.ts';
import { createArray, writeAttributes, readAttributes, consolidate } from '../zarr/index.ts';

/** Code of a cell without a type. */
const NONE = -1;
const READER = 'read_patches.py';

/** What the folder's index.json says of a field of view. */
export interface ExportedFov {
  readonly fov: string;
  readonly cells: number;
  readonly lost: number;
  readonly typed: number;
  /** Those that occur. */
  readonly types: readonly string[];
}

/**
 * Writes one field of view's patches as `<folder>/<fov>.zarr`, with `cells/type`: codes into its attribute `types`, -1 for a cell
 * without one. It appears under its name when it is whole. Throws DISK_FULL or STORE when writing fails.
 */
export async function writeExportedFov(
  folder: string,
  fov: string,
  patches: Patches,
  typesOf: ReadonlyMap<number, string> | null,
): Promise<ExportedFov> {
  const target = join(folder, `${fov}.zarr`);
  const temporary = join(folder, `.tmp-${process.pid}-${fov}.zarr`);
  const named = Array.from(patches.ids, (id) => typesOf?.get(id) ?? '');
  const types = [...new Set(named.filter((name) => name !== ''))].sort();
  const code = new Map(types.map((type, index) => [type, index]));
  const codes = Int32Array.from(named, (name) => code.get(name) ?? NONE);
  try {
    await mkdir(folder, { recursive: true });
    await rm(temporary, { recursive: true, force: true });
    await writePatchesElement(temporary, patches);
    const array = await createArray(join(temporary, 'cells/type'), {
      ...{ shape: [codes.length], chunks: [65_536], dtype: 'int32' },
    });
    await array.write(codes);
    await writeAttributes(temporary, { ...(await readAttributes(temporary)), types });
    await consolidate(temporary);
    await rm(target, { recursive: true, force: true });
    await rename(temporary, target);
  } catch (err) {
    await rm(temporary, { recursive: true, force: true });
    throw await storeError(err, 'write', target);
  }
  const typed = codes.reduce((sum, one) => sum + Number(one !== NONE), 0);
  return { fov, cells: patches.ids.length, lost: patches.lost.length, typed, types };
}

/** Closes an export: `index.json` and the reader for Python beside the fields of view. */
export async function finishExport(folder: string, profile: string, fovs: readonly ExportedFov[]): Promise<void> {
  const types = [...new Set(fovs.flatMap((each) => each.types))].sort();
  const listed = fovs.map(({ fov, cells, lost, typed }) => ({ fov, cells, lost, typed }));
  try {
    await copyFile(join(packageRoot, 'tools/patches', READER), join(folder, READER));
    await writeFile(
      join(folder, 'index.json'),
      `${JSON.stringify({ version: 1, profile, types, fovs: listed }, null, 2)}\n`,
    );
  } catch (err) {
    throw await storeError(err, 'write', folder);
  }
}
