import { chooseNames, settle, type ChosenPlanes } from '../../core/choose-planes.ts';
import { listed } from '../../core/suggest.ts';
import type { Image } from '../../kernels/image.ts';

/**
 * The planes to segment by: those named, or by role where none is named. Either list may be empty, not both.
 *
 * @throws INVALID_INPUT that lists every unknown, doubled and twice used name, or says that there is no channel at all.
 */
export function chooseChannels(image: Image, nuclear: readonly string[], membrane: readonly string[]): ChosenPlanes {
  const problems: string[] = [];
  const chosen = chooseNames(image, nuclear, membrane, problems);
  if (problems.length === 0 && chosen.nuclear.length + chosen.membrane.length === 0) {
    problems.push(
      'no channel has the role nuclear or membrane and none is named; give roles in the panel CSV (role column) or name ' +
        `channels in with.nuclear or with.membrane (channels: ${listed(image.channels.map(({ name }) => name))})`,
    );
  }
  return settle(image, chosen, problems);
}
