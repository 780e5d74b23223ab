import { invalidInput } from '../../core/errors.ts';
import { remedy } from '../../core/suggest.ts';
import type { Image } from '../../kernels/image.ts';

/**
 * The image with the channels named, in that order; as it is where none is named.
 *
 * @throws INVALID_INPUT that lists every name the image lacks.
 */
export function pickChannels(image: Image, names: readonly string[]): Image {
  if (names.length === 0) return image;
  const known = image.channels.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    const problems = unknown.map((name) => `${JSON.stringify(name)} (${remedy(name, known, 'channels')})`);
    throw invalidInput(`image has no channel ${problems.join(', ')}; correct with.channels`, {
      port: 'image',
      found: known,
      wanted: names,
    });
  }
  const at = names.map((name) => known.indexOf(name));
  return { ...image, channels: at.map((c) => image.channels[c]!), planes: at.map((c) => image.planes[c]!) };
}
