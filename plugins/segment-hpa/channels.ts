import { invalidInput } from '../../core/errors.ts';
import { listed, remedy } from '../../core/suggest.ts';
import type { Image, Plane } from '../../kernels/image.ts';
import type { Options } from './params.ts';

export interface ChosenPlanes {
  readonly nuclear: readonly Plane[];
  readonly microtubules: readonly Plane[];
  /** Empty for a cell model of two channels. */
  readonly er: readonly Plane[];
}

type Part = keyof ChosenPlanes;

/**
 * The planes to segment by: those named; for nuclei, those of the role where none is named.
 *
 * @throws INVALID_INPUT that lists every unknown or repeated name, every missing channel, and nuclear or microtubule channels that have
 *   one value everywhere.
 */
export function choosePlanes(image: Image, options: Pick<Options, Part>): ChosenPlanes {
  const problems: string[] = [];
  const known = image.channels.map(({ name }) => name);
  const byRole = image.channels.filter(({ role }) => role === 'nuclear').map(({ name }) => name);
  const chosen: Record<Part, readonly string[]> = {
    nuclear: options.nuclear.length === 0 ? byRole : choose('nuclear', options.nuclear, known, problems),
    microtubules: choose('microtubules', options.microtubules, known, problems),
    er: choose('er', options.er, known, problems),
  };
  if (options.nuclear.length === 0 && byRole.length === 0) {
    problems.push(
      'no channel has the role nuclear and none is named; give one in the panel CSV (role column) or in ' +
        `with.nuclear (channels: ${listed(known)})`,
    );
  }
  if (options.microtubules.length === 0) {
    problems.push(`no microtubule channel is named; name one in with.microtubules (channels: ${listed(known)})`);
  }
  problems.push(...repeatedAcross(chosen));
  const planeOf = (name: string): Plane => image.planes[known.indexOf(name)]!;
  const named = problems.length === 0;
  for (const part of ['nuclear', 'microtubules'] as const) {
    for (const name of named ? chosen[part] : []) {
      const plane = planeOf(name);
      if (plane.some((value) => value !== plane[0])) continue;
      problems.push(
        `${part} channel ${JSON.stringify(name)} is ${plane[0]} everywhere; check the image or name another channel`,
      );
    }
  }
  if (problems.length > 0) {
    throw invalidInput(`image cannot be segmented: ${problems.join('; ')}`, { port: 'image', problems });
  }
  return {
    nuclear: chosen.nuclear.map(planeOf),
    microtubules: chosen.microtubules.map(planeOf),
    er: chosen.er.map(planeOf),
  };
}

/** The wanted names that the image has, each once; says of the others what is wrong. */
function choose(
  part: Part,
  wanted: readonly string[],
  known: readonly string[],
  problems: string[],
): readonly string[] {
  for (const [index, name] of wanted.entries()) {
    if (wanted.indexOf(name) !== index) problems.push(`${part} lists ${JSON.stringify(name)} twice; name it once`);
    else if (!known.includes(name)) {
      problems.push(`${part} channel ${JSON.stringify(name)} is not in the image; ${remedy(name, known, 'channels')}`);
    }
  }
  return wanted.filter((name, index) => known.includes(name) && wanted.indexOf(name) === index);
}

function repeatedAcross(chosen: Readonly<Record<Part, readonly string[]>>): string[] {
  const problems: string[] = [];
  for (const [a, b] of [
    ['nuclear', 'microtubules'],
    ['nuclear', 'er'],
    ['microtubules', 'er'],
  ] as const) {
    for (const name of chosen[a].filter((each) => chosen[b].includes(each))) {
      problems.push(`channel ${JSON.stringify(name)} is both ${a} and ${b}; name it once`);
    }
  }
  return problems;
}
