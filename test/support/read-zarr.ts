import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FileSystemStore } from '@zarrita/storage';
import * as zarr from 'zarrita';
import type { Plane } from '../../kernels/image.ts';

/** An array as zarrita, a reader that is not ours, sees it. */
export interface ZarrArray {
  readonly shape: readonly number[];
  readonly dtype: string;
  /** Row-major. */
  readonly data: Plane;
}

/** Reads a whole array of a published store. */
export async function readArray(path: string): Promise<ZarrArray> {
  const array = await zarr.open.v2(new FileSystemStore(path), { kind: 'array' });
  const { data, shape } = await zarr.get(array);
  return { shape, dtype: array.dtype, data: data as Plane };
}

/** A level of a multiscale element: pixels, and where they lie. */
export interface Level extends ZarrArray {
  /** µm per pixel along y and x. */
  readonly scale: readonly [number, number];
  /** µm of pixel (0, 0)'s centre. */
  readonly origin: readonly [number, number];
}

interface Dataset {
  readonly path: string;
  readonly coordinateTransformations: readonly {
    readonly type: string;
    readonly scale?: number[];
    readonly translation?: number[];
  }[];
}

/** All levels of `images/<name>` or `labels/<name>`, with their transforms as NGFF 0.4 states them. */
export async function readLevels(element: string): Promise<Level[]> {
  const attributes = JSON.parse(await readFile(join(element, '.zattrs'), 'utf8')) as {
    multiscales: readonly [{ readonly datasets: readonly Dataset[] }];
  };
  const last = (values: readonly number[] | undefined): [number, number] => {
    const [y = 0, x = 0] = (values ?? []).slice(-2);
    return [y, x];
  };
  return Promise.all(
    attributes.multiscales[0].datasets.map(async ({ path, coordinateTransformations: transforms }) => ({
      ...(await readArray(join(element, path))),
      scale: last(transforms.find(({ type }) => type === 'scale')?.scale),
      origin: last(transforms.find(({ type }) => type === 'translation')?.translation),
    })),
  );
}

/** Whether two arrays hold the same values; jest's own comparison is slow on millions. */
export function sameValues(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
