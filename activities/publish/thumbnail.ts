import sharp from 'sharp';
import { percentile } from '../../kernels/percentile.ts';
import type { Image, Labels, Plane } from '../../kernels/image.ts';
import { channelDisplays } from './channel-display.ts';

type Rgb = readonly [number, number, number];

const CELL_OUTLINE: Rgb = [255, 214, 92];
const NUCLEUS_OUTLINE: Rgb = [150, 226, 255];

/** Outlines are clear on objects this wide (thumbnail pixels) and fade on smaller ones, where they hide more than they show. */
const CLEAR_WIDTH = 10;
const CLEAREST = 0.85;
/** Nuclei narrower than this get no outline. */
const SMALLEST_NUCLEUS = 7;
const WEBP_QUALITY = 62;

/** More channels than this turn a picture white; those with a role, or else the first ones, go in. */
const MAX_CHANNELS = 3;

/**
 * A small picture of a field of view as WebP: the channels with a role (nuclear blue, membrane green), or else the first
 * three, each from its 1st to its 99.7th percentile, with the outlines of cells (yellow) and nuclei (pale blue) over them.
 * Shrinks by averaging so that the longer side has at most `sizePx` pixels, never enlarges. Labels may have another size
 * than the image; both are seen as covering the same field. Outlines are one pixel of the thumbnail wide and fade
 * where objects are tiny; tiny nuclei get none.
 */
export async function renderThumbnail(
  image: Image,
  cells: Labels | null,
  nuclei: Labels | null,
  sizePx = 360,
): Promise<Buffer> {
  const scale = Math.min(1, sizePx / Math.max(image.height, image.width));
  const height = Math.max(1, Math.round(image.height * scale));
  const width = Math.max(1, Math.round(image.width * scale));
  const light = new Float32Array(height * width * 3);
  let shown = 0;
  for (const [c, { color, active }] of channelDisplays(image).entries()) {
    const plane = image.planes[c];
    if (!active || !plane || shown++ >= MAX_CHANNELS) continue;
    addChannel(light, shrink(plane, image.height, image.width, height, width), rgb(color));
  }
  const pixels = Buffer.alloc(light.length);
  for (let i = 0; i < light.length; i++) pixels[i] = Math.min(255, Math.round(light[i] ?? 0));
  for (const [labels, color] of [
    [nuclei, NUCLEUS_OUTLINE],
    [cells, CELL_OUTLINE],
  ] as const) {
    if (labels === null) continue;
    const picked = pick(labels, height, width);
    const objectWidth = meanWidth(picked);
    if (labels === nuclei && objectWidth < SMALLEST_NUCLEUS) continue;
    const opacity = CLEAREST * Math.min(1, Math.max(0.25, (objectWidth - 2) / (CLEAR_WIDTH - 2)));
    drawOutlines(pixels, picked, height, width, color, opacity);
  }
  return await sharp(pixels, { raw: { width, height, channels: 3 } })
    .webp({ quality: WEBP_QUALITY })
    .toBuffer();
}

/** Six hexadecimal digits as numbers; pure blue is lifted, since on black it is nearly invisible. */
function rgb(color: string): Rgb {
  if (color === '0000FF') return [64, 96, 255];
  const value = parseInt(color, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** Mean over the source pixels each target pixel covers, whole pixels only. */
function shrink(plane: Plane, height: number, width: number, outHeight: number, outWidth: number): Float32Array {
  const out = new Float32Array(outHeight * outWidth);
  for (let y = 0; y < outHeight; y++) {
    const y0 = Math.floor((y * height) / outHeight);
    const y1 = Math.max(y0 + 1, Math.floor(((y + 1) * height) / outHeight));
    for (let x = 0; x < outWidth; x++) {
      const x0 = Math.floor((x * width) / outWidth);
      const x1 = Math.max(x0 + 1, Math.floor(((x + 1) * width) / outWidth));
      let sum = 0;
      for (let sy = y0; sy < y1; sy++) for (let sx = x0; sx < x1; sx++) sum += plane[sy * width + sx] ?? 0;
      out[y * outWidth + x] = sum / ((y1 - y0) * (x1 - x0));
    }
  }
  return out;
}

/** Adds a channel in its colour, stretched between two percentiles; a constant channel adds nothing. */
function addChannel(light: Float32Array, plane: Float32Array, color: Rgb): void {
  const low = percentile(plane, 1) ?? 0;
  const high = percentile(plane, 99.7) ?? 0;
  if (!(high > low)) return;
  for (let i = 0; i < plane.length; i++) {
    const strength = Math.min(1, Math.max(0, ((plane[i] ?? 0) - low) / (high - low)));
    for (let k = 0; k < 3; k++) light[3 * i + k] = (light[3 * i + k] ?? 0) + strength * (color[k] ?? 0);
  }
}

/** Labels at thumbnail size: the id under each target pixel's centre. */
function pick({ data, height, width }: Labels, outHeight: number, outWidth: number): Int32Array {
  const out = new Int32Array(outHeight * outWidth);
  for (let y = 0; y < outHeight; y++) {
    const row = Math.floor(((y + 0.5) * height) / outHeight) * width;
    for (let x = 0; x < outWidth; x++)
      out[y * outWidth + x] = data[row + Math.floor(((x + 0.5) * width) / outWidth)] ?? 0;
  }
  return out;
}

/** Square root of the mean object area, 0 without objects. */
function meanWidth(labels: Int32Array): number {
  const ids = new Set<number>();
  let pixels = 0;
  for (const id of labels) {
    if (id === 0) continue;
    ids.add(id);
    pixels++;
  }
  return ids.size === 0 ? 0 : Math.sqrt(pixels / ids.size);
}

/** Blends `color` over every pixel whose right or lower neighbour has another id: one line, also where objects touch. */
function drawOutlines(
  pixels: Buffer,
  labels: Int32Array,
  height: number,
  width: number,
  color: Rgb,
  opacity: number,
): void {
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const id = labels[i];
      const edge = (x + 1 < width && labels[i + 1] !== id) || (y + 1 < height && labels[i + width] !== id);
      if (!edge) continue;
      for (let k = 0; k < 3; k++) {
        pixels[3 * i + k] = Math.round((pixels[3 * i + k] ?? 0) * (1 - opacity) + (color[k] ?? 0) * opacity);
      }
    }
  }
}
