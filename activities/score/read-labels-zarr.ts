import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { invalidInput, isFoveaError } from '../../core/errors.ts';
import { idsOf, micrometresIn, type PixelSize, type UnsettledLabels } from '../images/index.ts';
import { openArray, readAttributes } from '../zarr/index.ts';

/** Names of a group's members: no path leads out of the store. */
const Name = z.string().regex(/^(?!\.{1,2}$)[^/\\]+$/);

const LabelsGroup = z.looseObject({ labels: z.array(Name).min(1) });
const Scale = z.looseObject({ type: z.string(), scale: z.array(z.number()).optional() });
const LabelImage = z.looseObject({
  multiscales: z.tuple(
    [
      z.looseObject({
        axes: z.array(z.looseObject({ unit: z.string().optional() })).optional(),
        datasets: z.tuple(
          [z.looseObject({ path: Name, coordinateTransformations: z.array(Scale).optional() })],
          z.unknown(),
        ),
      }),
    ],
    z.unknown(),
  ),
});
const Artifact = z.looseObject({
  fovea: z.looseObject({ kind: z.literal('Labels'), attributes: z.looseObject({ mpp: z.number().positive() }) }),
});

interface Found {
  readonly array: string;
  readonly pixelSizes: readonly PixelSize[];
}

const present = async (path: string): Promise<boolean> => (await stat(path).catch(() => null)) !== null;

const MARKS = ['.zgroup', '.zarray', '.zattrs', 'zarr.json'];

/** Whether a folder is a zarr array or group, rather than a folder of files. */
export async function isZarr(dir: string): Promise<boolean> {
  return (await Promise.all(MARKS.map((mark) => present(join(dir, mark))))).includes(true);
}

/** What NGFF 0.4 says of level 0: the last two numbers of its scale, where both axes have a unit of length. */
function statedSizes({
  multiscales: [
    {
      axes = [],
      datasets: [level],
    },
  ],
}: z.output<typeof LabelImage>): PixelSize[] {
  const { scale = [] } = level.coordinateTransformations?.find(({ type }) => type === 'scale') ?? {};
  const [y, x] = [-2, -1].map((axis) => (scale.at(axis) ?? NaN) * (micrometresIn(axes.at(axis)?.unit ?? '') ?? NaN));
  return y! > 0 && x! > 0 ? [{ y: y!, x: x!, from: 'NGFF scale' }] : [];
}

/** The label image called `name` in the labels group `dir`; the only one where no name is given. */
async function fromGroup(dir: string, names: readonly string[], name: string | undefined): Promise<Found> {
  const [only] = names;
  if (name === undefined && names.length > 1)
    throw invalidInput(`${dir} holds the labels ${names.join(', ')}; name one with --labels`, { path: dir, names });
  if (name !== undefined && !names.includes(name))
    throw invalidInput(`${dir} holds no labels "${name}", it has ${names.join(', ')}; name one of them with --labels`, {
      path: dir,
      names,
    });
  return find(join(dir, name ?? only!), undefined);
}

async function find(dir: string, name: string | undefined): Promise<Found> {
  if (await present(join(dir, '.zarray'))) return { array: dir, pixelSizes: [] };
  if (await present(join(dir, 'zarr.json')))
    throw invalidInput(`${dir} is zarr version 3, Fovea reads version 2; save the labels as TIFF`, { path: dir });
  const attributes = await readAttributes(dir);
  const artifact = Artifact.safeParse(attributes);
  if (artifact.success) {
    const { mpp } = artifact.data.fovea.attributes;
    return { array: join(dir, 'labels'), pixelSizes: [{ y: mpp, x: mpp, from: 'store' }] };
  }
  const image = LabelImage.safeParse(attributes);
  if (image.success)
    return { array: join(dir, image.data.multiscales[0].datasets[0].path), pixelSizes: statedSizes(image.data) };
  const group = LabelsGroup.safeParse(attributes);
  if (group.success) return fromGroup(dir, group.data.labels, name);
  const inside = LabelsGroup.safeParse(await readAttributes(join(dir, 'labels')));
  if (inside.success) return fromGroup(join(dir, 'labels'), inside.data.labels, name);
  throw invalidInput(
    `${dir} holds no labels: it is neither an OME-Zarr label image nor a store with a group of them; name labels`,
    { path: dir },
  );
}

/**
 * Reads labels of zarr version 2 as Fovea writes them: an OME-Zarr label image (its full size), a store or group that holds
 * such (`name` picks one; needed where it holds several), an array, or a stored artifact. Throws INVALID_INPUT naming the
 * folder where it holds none, is compressed or laid out in a way Fovea does not read, is damaged, or holds no ids.
 */
export async function readLabelsZarr(dir: string, name: string | undefined): Promise<UnsettledLabels> {
  try {
    const { array: path, pixelSizes } = await find(dir, name);
    const array = await openArray(path);
    const { dtype, shape } = array;
    if (shape.length !== 2)
      throw invalidInput(`${path} has ${shape.length} axes, expected labels (Y, X)`, { path, found: shape });
    if (dtype.startsWith('float'))
      throw invalidInput(`${path} holds ${dtype} values, expected integer labels; save it as int32`, { path });
    const [height, width] = shape as [number, number];
    return { height, width, data: idsOf(path, await array.read()), pixelSizes };
  } catch (err) {
    if (!isFoveaError(err, 'STORE_CORRUPT')) throw err;
    throw invalidInput(`${dir} cannot be read as labels; save labels of other programs as TIFF (${err.message})`, {
      path: dir,
    });
  }
}
