import { Command } from 'commander';
import { findDigest } from '../activities/inspect/find-digest.ts';
import { findPublished } from '../activities/inspect/published-path.ts';
import { rootOf, traceLineage, type LineageRoot } from '../activities/inspect/why.ts';
import type { Store } from '../activities/store/store.ts';
import { createOutput, examples } from './output.ts';
import { openExistingStore, withProjectOptions, type ProjectOptions } from './project.ts';
import { whyText } from './why-text.ts';

/** What is asked about: a published file or folder if there is one of that name, else a digest. */
async function rootsOf(store: Store, target: string): Promise<LineageRoot[]> {
  const isDigest = /^[0-9a-f]{6,64}$/i.test(target);
  const published = isDigest ? null : await findPublished(target);
  if (published !== null) return published.refs.map(({ fov, name, ref }) => rootOf(ref, fov, name));
  return [{ ...(await findDigest(store, target)), fov: null, name: null }];
}

export function whyCommand(): Command {
  const command = new Command('why')
    .description('where a result comes from: its steps, parameters, code, and the files it was read from')
    .argument('<digest|path>', 'a digest, the first 6 or more of its digits, or a published file or folder')
    .addHelpText(
      'after',
      examples(
        ['fovea why 3f2a91c04b', 'an artifact or a result by its digest'],
        ['fovea why results/tissue/latest/fovs/A.zarr', 'everything published of field of view A'],
        ['fovea why results/tissue/r0001/fovs/A.zarr/labels/cells', 'one published element'],
      ),
    );
  return withProjectOptions(command).action(async (target: string, options: ProjectOptions) => {
    const out = createOutput(options.json === true);
    const store = await openExistingStore(options);
    const lineage = await traceLineage(store, await rootsOf(store, target));
    for (const line of whyText(lineage)) out.line(line);
    out.result(lineage);
  });
}
