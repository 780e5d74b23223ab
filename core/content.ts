import { z } from 'zod';
import type { DType, Image, Labels, Plane, TypedArray } from '../kernels/image.ts';
import type { Digest, Kind, Kinds } from './artifact.ts';
import { arrayOf, corrupt, parseAttributes, type Codec, type Content } from './content-parts.ts';
import { patches } from './content-patches.ts';
import { table } from './content-table.ts';
import { digestOf, sha256 } from './digest.ts';
import { dtypeOf, littleEndianBytes } from './dtype.ts';

export type { Content, ContentArray } from './content-parts.ts';

/** The same with every plane replaced by its digest: what an artifact's digest is made of. */
export interface ContentDigests {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly arrays: Readonly<
    Record<string, { readonly dtype: DType; readonly shape: readonly number[]; readonly planes: readonly Digest[] }>
  >;
}

const mpp = z.number().positive();
const imageAttributes = z.strictObject({
  mpp,
  intensity: z.enum(['counts', 'unit']),
  channels: z.array(z.strictObject({ name: z.string(), role: z.enum(['nuclear', 'membrane']).nullable() })).min(1),
});
const labelsAttributes = z.strictObject({ mpp });
const image: Codec<Image> = {
  toArrays: ({ height, width, mpp, intensity, channels, planes }) => ({
    attributes: { mpp, intensity, channels: channels.map(({ name, role }) => ({ name, role })) },
    arrays: { image: { dtype: dtypeOf(planes[0]) ?? 'uint8', shape: [planes.length, height, width], planes } },
  }),
  fromArrays(content) {
    const attributes = parseAttributes('Image', imageAttributes, content.attributes);
    const { dtype, shape, planes } = arrayOf(content, 'image', 3);
    if (dtype === 'float64') throw corrupt('a stored Image is float64, which no image plane may be');
    if (planes.length !== attributes.channels.length) {
      throw corrupt(`a stored Image has ${planes.length} planes for ${attributes.channels.length} channels`);
    }
    return { ...attributes, height: shape[1]!, width: shape[2]!, planes: planes as readonly Plane[] };
  },
};

const labels: Codec<Labels> = {
  toArrays: ({ height, width, mpp, data }) => ({
    attributes: { mpp },
    arrays: { labels: { dtype: 'int32', shape: [height, width], planes: [data] } },
  }),
  fromArrays(content) {
    const attributes = parseAttributes('Labels', labelsAttributes, content.attributes);
    const { dtype, shape, planes } = arrayOf(content, 'labels', 2);
    if (dtype !== 'int32') throw corrupt(`stored Labels are ${dtype}, wanted int32`);
    return { ...attributes, height: shape[0]!, width: shape[1]!, data: planes[0] as Int32Array };
  },
};

/** The one table of serialisation: a new kind is one entry here. */
const CODECS: { readonly [K in Kind]: Codec<Kinds[K]> } = {
  Image: image,
  Labels: labels,
  CellTable: table,
  Table: table,
  Patches: patches,
};

/**
 * An artifact as attributes and named arrays. Image: `image` (C,Y,X; one plane per channel); Labels: `labels` (Y,X, int32);
 * tables: `columns/<i>` (rows; int32 or float64), string columns as int32 codes with their categories in the attributes,
 * `matrices/<i>` (rows, columns), `graphs/<i>/indptr|indices|data`; Patches: see content-patches.ts.
 * Arrays are shared with `value`, not copied. Expects a value that `problemsOf` accepts.
 */
export function toArrays<K extends Kind>(kind: K, value: Kinds[K]): Content {
  return CODECS[kind].toArrays(value);
}

/** The inverse of `toArrays`, for content read from a store. Throws STORE_CORRUPT where the parts do not fit together. */
export function fromArrays<K extends Kind>(kind: K, content: Content): Kinds[K] {
  return CODECS[kind].fromArrays(content);
}

/** SHA-256 of a plane's values as little-endian bytes. */
export function planeDigest(plane: TypedArray): Digest {
  return sha256(littleEndianBytes(plane));
}

/** An artifact's digest from its attributes and its planes' digests, for stores that hash planes while writing them. */
export function contentDigest(kind: Kind, { attributes, arrays }: ContentDigests): Digest {
  return digestOf('fovea.artifact', { kind, attributes, arrays });
}

/** The Merkle digest of an artifact's decoded content; compressor, chunks and file names do not enter it. */
export function artifactDigest<K extends Kind>(kind: K, value: Kinds[K]): Digest {
  const { attributes, arrays } = toArrays(kind, value);
  const digests = Object.fromEntries(
    Object.entries(arrays).map(([name, { dtype, shape, planes }]) => [
      name,
      { dtype, shape, planes: planes.map(planeDigest) },
    ]),
  );
  return contentDigest(kind, { attributes, arrays: digests });
}
