import type { CellTable, Channel, Image, Labels, Plane } from '../../kernels/image.ts';

/** The markers that tell the types of the small graphs apart, and a nuclear stain. */
export const FIELD_CHANNELS = ['DAPI', 'CD20', 'CD4', 'CD8 (C8/144B)', 'CD68', 'Pan-Cytokeratin'] as const;
const TYPES = ['Bcell', 'CD4T', 'CD8T', 'Macrophage', 'Tumor'] as const;

/** A type, not an interface: it is handed on as a record. */
export type Field = {
  readonly image: Image;
  readonly cells: Labels;
  /** The type of each cell, ids ascending. */
  readonly types: readonly string[];
};

/**
 * A grid of elliptic cells, each bright in the marker of one type and dim in the others, uint16 counts with some grain. Cells at the right and
 * lower border are cut. Ids are 3, 6, 9, …
 */
export function drawField(height = 96, width = 120, mpp = 0.5): Field {
  const [pitch, ry, rx] = [22, 8, 6];
  const labels = new Int32Array(height * width);
  const types: string[] = [];
  const planes = FIELD_CHANNELS.map(() => new Uint16Array(height * width));
  const grain = (i: number, c: number): number => (((i * 2654435761 + c * 40503) >>> 7) % 23) + 1;
  for (const [c, plane] of planes.entries()) for (let i = 0; i < plane.length; i++) plane[i] = grain(i, c);
  let cell = 0;
  for (let cy = 11; cy - ry < height; cy += pitch) {
    for (let cx = 11; cx - rx < width; cx += pitch) {
      const kind = (cell * 7) % TYPES.length;
      cell++;
      types.push(TYPES[kind]!);
      for (let y = Math.max(0, cy - ry); y < Math.min(height, cy + ry + 1); y++) {
        for (let x = Math.max(0, cx - rx); x < Math.min(width, cx + rx + 1); x++) {
          if (((y - cy) / ry) ** 2 + ((x - cx) / rx) ** 2 > 1) continue;
          labels[y * width + x] = 3 * cell;
          planes[0]![y * width + x]! += 300;
          planes[kind + 1]![y * width + x]! += 500 + 40 * ((y + x) % 3);
        }
      }
    }
  }
  const channels = FIELD_CHANNELS.map((name): Channel => ({ name, role: name === 'DAPI' ? 'nuclear' : null }));
  return {
    image: { height, width, mpp, intensity: 'counts', channels, planes },
    cells: { height, width, mpp, data: labels },
    types,
  };
}

/** The image with its channels in another order, or only some of them. */
export function reorder(image: Image, order: readonly number[]): Image {
  const take = <T>(list: readonly T[]): T[] => order.map((i) => list[i]!);
  return { ...image, channels: take(image.channels), planes: take<Plane>(image.planes) };
}

/** The image with other names for its channels. */
export const rename = (image: Image, names: readonly string[]): Image => ({
  ...image,
  channels: image.channels.map((channel, i) => ({ ...channel, name: names[i]! })),
});

/** A column of text or numbers of a table. */
export function columnOf(table: CellTable, name: string): ArrayLike<number | string> {
  const found = table.columns.find((column) => column.name === name);
  if (found === undefined)
    throw new Error(`no column ${name}; there are ${table.columns.map((c) => c.name).join(', ')}`);
  return found.values;
}
