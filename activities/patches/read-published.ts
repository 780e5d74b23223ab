import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { FoveaError, invalidInput, isFoveaError } from '../../core/errors.ts';
import { listed } from '../../core/suggest.ts';
import type { Image, Labels, Plane } from '../../kernels/image.ts';
import { readLabelsZarr } from '../score/read-labels-zarr.ts';
import { openArray, readAttributes, readStrings } from '../zarr/index.ts';

/** What a published field of view holds that patches are cut from. */
export interface PublishedCells {
  readonly image: Image;
  readonly cells: Labels;
  /** A column of text of its tables by cell id; null where none has it. */
  readonly types: ReadonlyMap<number, string> | null;
}

export interface PublishedNames {
  /** Published names; `image` and `cells`, or the only one there is, unless given. */
  readonly image?: string | undefined;
  readonly cells?: string | undefined;
  /** The column. */
  readonly types: string;
}

const Multiscale = z.looseObject({
  multiscales: z.tuple(
    [
      z.looseObject({
        datasets: z.tuple(
          [
            z.looseObject({
              path: z.literal('0'),
              coordinateTransformations: z.array(z.looseObject({ scale: z.array(z.number()).optional() })),
            }),
          ],
          z.unknown(),
        ),
      }),
    ],
    z.unknown(),
  ),
  omero: z.looseObject({ channels: z.array(z.looseObject({ label: z.string() })).min(1) }),
});

/** The fields of view of a revision's folder, or of a single field's store: name → path, by name. Throws NOT_FOUND. */
export async function publishedFovs(path: string): Promise<ReadonlyMap<string, string>> {
  const nameOf = (store: string): string => basename(store).replace(/\.zarr$/, '');
  if (path.endsWith('.zarr') && (await stat(path).catch(() => null)) !== null) return new Map([[nameOf(path), path]]);
  for (const folder of [join(path, 'fovs'), join(path, 'latest', 'fovs'), path]) {
    const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.zarr')).sort();
    if (names.length > 0) return new Map(names.map((name) => [nameOf(name), join(folder, name)]));
  }
  throw new FoveaError(
    'NOT_FOUND',
    `${path} holds no published fields of view; name a revision, such as results/<pipeline>/latest, or one <fov>.zarr`,
    { fields: { path } },
  );
}

async function pick(dir: string, what: string, named: string | undefined, usual: string): Promise<string> {
  const there = (await readdir(dir, { withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  const wanted = named ?? (there.includes(usual) || there.length !== 1 ? usual : there[0]!);
  if (there.includes(wanted)) return join(dir, wanted);
  throw invalidInput(
    there.length === 0
      ? `${dir} is not there: the pipeline published no ${what}; add one to its publish list`
      : `${dir} has no ${what} "${wanted}", but ${listed(there)}; name one`,
    { path: dir },
  );
}

async function readImage(dir: string): Promise<Image> {
  const parsed = Multiscale.safeParse(await readAttributes(dir));
  if (!parsed.success) throw invalidInput(`${dir} is no image that Fovea published`, { path: dir });
  const array = await openArray(join(dir, '0'));
  const [count, height, width] = array.shape as [number, number, number];
  const { multiscales, omero } = parsed.data;
  const mpp = multiscales[0].datasets[0].coordinateTransformations[0]?.scale?.at(-1);
  if (!(mpp !== undefined && mpp > 0) || omero.channels.length !== count || array.dtype === 'float64') {
    throw invalidInput(`${dir} states no pixel size, or not as many channels as it has planes`, { path: dir });
  }
  const planes: Plane[] = [];
  for (let c = 0; c < count; c++) planes.push((await array.read(c)) as Plane);
  const channels = omero.channels.map(({ label }) => ({ name: label, role: null }));
  return { height, width, mpp, intensity: 'counts', channels, planes };
}

/** The column in the first table (`table` before others, then by name) that has it with ids. */
async function readTypes(dir: string, column: string): Promise<ReadonlyMap<number, string> | null> {
  const names = (await readdir(dir).catch(() => [])).filter((name) => !name.startsWith('.')).sort();
  for (const name of [...names.filter((one) => one === 'table'), ...names.filter((one) => one !== 'table')]) {
    const obs = join(dir, name, 'obs');
    if ((await stat(join(obs, column, 'categories')).catch(() => null)) === null) continue;
    const categories = await readStrings(join(obs, column, 'categories'));
    const codes = await (await openArray(join(obs, column, 'codes'))).read();
    const ids = await (await openArray(join(obs, 'cell_id'))).read();
    return new Map(Array.from(ids, (id, row) => [id, categories[codes[row]!] ?? '']));
  }
  return null;
}

/**
 * Reads image, cells and types of one published field of view. Throws INVALID_INPUT naming the folder where it lacks them, or STORE_CORRUPT where
 * a file is damaged.
 */
export async function readPublished(store: string, names: PublishedNames): Promise<PublishedCells> {
  const image = await readImage(await pick(join(store, 'images'), 'image', names.image, 'image'));
  const { height, width, data } = await readLabelsZarr(
    await pick(join(store, 'labels'), 'labels', names.cells, 'cells'),
    undefined,
  );
  if (height !== image.height || width !== image.width) {
    throw invalidInput(
      `${store}: the cells are ${height} × ${width}, the image ${image.height} × ${image.width}; publish cells on the image's grid`,
      { path: store },
    );
  }
  const types = await readTypes(join(store, 'tables'), names.types).catch((err: unknown) => {
    if (isFoveaError(err, 'STORE_CORRUPT')) throw err;
    throw invalidInput(`${store}: its tables cannot be read: ${(err as Error).message}`, { path: store });
  });
  return { image, cells: { height, width, mpp: image.mpp, data }, types };
}
