import { invalidInput } from './errors.ts';
import { remedy } from './suggest.ts';
import type { ChannelRole, Image, Plane } from '../kernels/image.ts';

export interface ChosenPlanes {
  readonly nuclear: readonly Plane[];
  readonly membrane: readonly Plane[];
}

/**
 * The planes to segment by: those named, or by role where none is named.
 *
 * @throws INVALID_INPUT that lists every unknown or doubled name, a missing nuclear channel and all-zero nuclear channels.
 */
export function choosePlanes(image: Image, nuclear: readonly string[], membrane: readonly string[]): ChosenPlanes {
  const problems: string[] = [];
  const chosen = {
    nuclear: choose(image, 'nuclear', nuclear, problems),
    membrane: choose(image, 'membrane', membrane, problems),
  };
  for (const name of chosen.nuclear.filter((name) => chosen.membrane.includes(name))) {
    problems.push(`channel ${JSON.stringify(name)} is both nuclear and membrane; name it once`);
  }
  if (problems.length === 0 && chosen.nuclear.length === 0) {
    const known = image.channels.map(({ name }) => name);
    problems.push(
      'no channel has the role nuclear and none is named; give one in the panel CSV (role column) or in ' +
        `with.nuclear (channels: ${known.map((name) => JSON.stringify(name)).join(', ')})`,
    );
  }
  const planeOf = (name: string): Plane => image.planes[image.channels.findIndex((channel) => channel.name === name)]!;
  for (const name of chosen.nuclear) {
    if (problems.length > 0 || planeOf(name).some((value) => value !== 0)) continue;
    problems.push(
      `nuclear channel ${JSON.stringify(name)} is zero everywhere; check the image or name another channel`,
    );
  }
  if (problems.length > 0) {
    throw invalidInput(`image cannot be segmented: ${problems.join('; ')}`, { port: 'image', problems });
  }
  return { nuclear: chosen.nuclear.map(planeOf), membrane: chosen.membrane.map(planeOf) };
}

function choose(
  image: Image,
  role: Exclude<ChannelRole, null>,
  wanted: readonly string[],
  problems: string[],
): readonly string[] {
  const known = image.channels.map(({ name }) => name);
  if (wanted.length === 0) return image.channels.filter((channel) => channel.role === role).map(({ name }) => name);
  for (const [index, name] of wanted.entries()) {
    if (wanted.indexOf(name) !== index) problems.push(`${role} lists ${JSON.stringify(name)} twice; name it once`);
    else if (!known.includes(name)) {
      problems.push(`${role} channel ${JSON.stringify(name)} is not in the image; ${remedy(name, known, 'channels')}`);
    }
  }
  return wanted.filter((name, index) => known.includes(name) && wanted.indexOf(name) === index);
}
