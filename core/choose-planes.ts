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
  const chosen = chooseNames(image, nuclear, membrane, problems);
  if (problems.length === 0 && chosen.nuclear.length === 0) {
    problems.push(
      'no channel has the role nuclear and none is named; give one in the panel CSV (role column) or in ' +
        `with.nuclear (channels: ${image.channels.map(({ name }) => JSON.stringify(name)).join(', ')})`,
    );
  }
  for (const name of chosen.nuclear) {
    if (problems.length > 0 || planeOf(image, name).some((value) => value !== 0)) continue;
    problems.push(
      `nuclear channel ${JSON.stringify(name)} is zero everywhere; check the image or name another channel`,
    );
  }
  return settle(image, chosen, problems);
}

export interface ChosenNames {
  readonly nuclear: readonly string[];
  readonly membrane: readonly string[];
}

/** Channels by name, or by role where none is named; unknown, doubled and twice used names are added to `problems`. */
export function chooseNames(
  image: Image,
  nuclear: readonly string[],
  membrane: readonly string[],
  problems: string[],
): ChosenNames {
  const chosen = {
    nuclear: choose(image, 'nuclear', nuclear, problems),
    membrane: choose(image, 'membrane', membrane, problems),
  };
  for (const name of chosen.nuclear.filter((each) => chosen.membrane.includes(each))) {
    problems.push(`channel ${JSON.stringify(name)} is both nuclear and membrane; name it once`);
  }
  return chosen;
}

/** The planes of chosen names. Throws INVALID_INPUT with every problem there is. */
export function settle(image: Image, { nuclear, membrane }: ChosenNames, problems: readonly string[]): ChosenPlanes {
  if (problems.length > 0) {
    throw invalidInput(`image cannot be segmented: ${problems.join('; ')}`, { port: 'image', problems });
  }
  return {
    nuclear: nuclear.map((name) => planeOf(image, name)),
    membrane: membrane.map((name) => planeOf(image, name)),
  };
}

const planeOf = (image: Image, name: string): Plane =>
  image.planes[image.channels.findIndex((channel) => channel.name === name)]!;

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
