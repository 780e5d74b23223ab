import { invalidInput } from '../../core/errors.ts';
import { listed, remedy } from '../../core/suggest.ts';
import type { ChannelRole, Image, Plane } from '../../kernels/image.ts';

export interface ChosenPlanes {
  readonly nuclear: readonly Plane[];
  readonly membrane: readonly Plane[];
}

/**
 * The planes to segment by: those named, or by role where none is named. Either list may be empty, not both.
 *
 * @throws INVALID_INPUT that lists every unknown, doubled and twice used name, or says that there is no channel at all.
 */
export function chooseChannels(image: Image, nuclear: readonly string[], membrane: readonly string[]): ChosenPlanes {
  const problems: string[] = [];
  const chosen = {
    nuclear: choose(image, 'nuclear', nuclear, problems),
    membrane: choose(image, 'membrane', membrane, problems),
  };
  for (const name of chosen.nuclear.filter((each) => chosen.membrane.includes(each))) {
    problems.push(`channel ${JSON.stringify(name)} is both nuclear and membrane; name it once`);
  }
  if (problems.length === 0 && chosen.nuclear.length + chosen.membrane.length === 0) {
    problems.push(
      'no channel has the role nuclear or membrane and none is named; give roles in the panel CSV (role column) or name ' +
        `channels in with.nuclear or with.membrane (channels: ${listed(image.channels.map(({ name }) => name))})`,
    );
  }
  if (problems.length > 0) {
    throw invalidInput(`image cannot be segmented: ${problems.join('; ')}`, { port: 'image', problems });
  }
  const planeOf = (name: string): Plane => image.planes[image.channels.findIndex((channel) => channel.name === name)]!;
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
