import { z } from 'zod';
import type { Patches, Plane } from '../kernels/image.ts';
import { arrayOf, corrupt, parseAttributes, single, type Codec, type Content } from './content-parts.ts';
import { dtypeOf } from './dtype.ts';

const patchesAttributes = z.strictObject({
  profile: z.string(),
  mpp: z.number().positive(),
  channels: z.array(
    z.strictObject({
      name: z.string(),
      marker: z.string(),
      index: z.int(),
      high: z.number().nullable(),
      low: z.number(),
      range: z.number(),
    }),
  ),
});

function wholes(content: Content, name: string, rank: number): { shape: readonly number[]; data: Int32Array } {
  const { dtype, shape, planes } = arrayOf(content, name, rank);
  if (dtype !== 'int32') throw corrupt(`stored "${name}" of patches is ${dtype}, wanted int32`);
  return { shape, data: planes[0] as Int32Array };
}

/** Images once, labels once, and the windows: `image` (C,Y,X), `labels` (Y,X), `cells/id`, `cells/y`, `cells/x`, `lost`. */
export const patches: Codec<Patches> = {
  toArrays: ({ profile, height, width, mpp, channels, planes, labels, ids, y, x, lost }) => ({
    attributes: {
      ...{ profile, mpp },
      channels: channels.map(({ name, marker, index, high, low, range }) => ({
        name,
        marker,
        index,
        high,
        low,
        range,
      })),
    },
    arrays: {
      image: { dtype: dtypeOf(planes[0]) ?? 'uint8', shape: [planes.length, height, width], planes },
      labels: single(labels, [height, width]),
      'cells/id': single(ids),
      'cells/y': single(y),
      'cells/x': single(x),
      lost: single(lost),
    },
  }),
  fromArrays(content) {
    const attributes = parseAttributes('Patches', patchesAttributes, content.attributes);
    const { dtype, shape, planes } = arrayOf(content, 'image', 3);
    if (dtype === 'float64') throw corrupt('stored Patches are float64, which no image plane may be');
    const labels = wholes(content, 'labels', 2);
    const [height, width] = [shape[1]!, shape[2]!];
    const [ids, y, x] = ['id', 'y', 'x'].map((name) => wholes(content, `cells/${name}`, 1).data) as [
      Int32Array,
      Int32Array,
      Int32Array,
    ];
    if (planes.length !== attributes.channels.length || labels.shape[0] !== height || labels.shape[1] !== width) {
      throw corrupt(
        `stored Patches have planes [${shape}], labels [${labels.shape}], ${attributes.channels.length} channels`,
      );
    }
    if (y.length !== ids.length || x.length !== ids.length) {
      throw corrupt(`stored Patches have ${ids.length} cells with ${y.length} and ${x.length} places`);
    }
    const { data: lost } = wholes(content, 'lost', 1);
    return { ...attributes, height, width, planes: planes as readonly Plane[], labels: labels.data, ids, y, x, lost };
  },
};
