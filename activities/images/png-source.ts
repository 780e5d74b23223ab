import sharp from 'sharp';
import type { Plane } from '../../kernels/image.ts';
import { FoveaError, invalidInput } from '../../core/errors.ts';
import type { PlaneSource } from './acquisition.ts';
import type { ByteFile } from './byte-file.ts';
import { PLANE_FORMATS } from './plane-type.ts';

const SIGNATURE = '89504e470d0a1a0a';
const MAX_PIXELS = 2 ** 30;
const COLOUR_TYPES = ['greyscale', '', 'RGB', 'palette', 'greyscale with alpha', '', 'RGB with alpha'];

export async function isPng(bytes: ByteFile): Promise<boolean> {
  return bytes.size >= 33 && (await bytes.read(0, 8, 'the header')).toString('hex') === SIGNATURE;
}

/**
 * A greyscale PNG of 8 or 16 bits as a source of one plane; values as stored (sharp is told the 16-bit colourspace,
 * without which libvips hands out 8-bit values in 16-bit cells). Throws INVALID_INPUT for colour, palette, alpha, other
 * depths, interlaced or not, and damaged files. PNG states no pixel size that is trusted.
 */
export async function pngSource(bytes: ByteFile): Promise<PlaneSource> {
  const { path } = bytes;
  const header = await bytes.read(0, 33, 'the PNG header');
  const [width, height] = [header.readUInt32BE(16), header.readUInt32BE(20)];
  const [depth, colour] = [header.readUInt8(24), header.readUInt8(25)];
  const refuse = (why: string) => invalidInput(`${path} ${why}`, { path });
  if (header.toString('latin1', 12, 16) !== 'IHDR') throw refuse('is a damaged PNG; copy it again');
  if (colour !== 0)
    throw refuse(`is a ${COLOUR_TYPES[colour] ?? 'unknown'} PNG, not a channel of intensities; save it as greyscale`);
  if (depth !== 8 && depth !== 16) throw refuse(`is a PNG of ${depth} bits; save it with 8 or 16 bits`);
  if (width === 0 || height === 0 || width * height > MAX_PIXELS)
    throw refuse(`claims ${height}x${width} pixels, expected 1 to ${MAX_PIXELS} in all; crop it into fields of view`);
  const format = PLANE_FORMATS[depth === 16 ? 'uint16' : 'uint8'];
  const read = async (): Promise<Plane> => {
    const encoded = await bytes.read(0, bytes.size, 'the PNG');
    const { data } = await sharp(encoded, { limitInputPixels: MAX_PIXELS, failOn: 'truncated' })
      .toColourspace(depth === 16 ? 'grey16' : 'b-w')
      .raw({ depth: depth === 16 ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true })
      .catch((error: Error) => {
        throw refuse(`is a damaged PNG (${error.message}); copy it again`);
      });
    if (data.length !== height * width * format.bytes)
      throw refuse(`decodes to ${data.length} bytes, expected ${height * width * format.bytes}; save it again`);
    return format.view(data.byteOffset % format.bytes === 0 ? data : new Uint8Array(data));
  };
  return {
    label: path,
    height,
    width,
    dtype: format.dtype,
    async decode(samples, signal) {
      if (signal?.aborted === true) throw new FoveaError('CANCELLED', `reading ${path} was cancelled`);
      return samples.length === 0 ? [] : [await read()];
    },
  };
}
