import { Command } from 'commander';
import type { CataloguedModel } from '../../activities/models/catalogue.ts';
import { checkModelFile } from '../../activities/models/check-file.ts';
import { acceptanceOf, acceptLicence } from '../../activities/models/licences.ts';
import { cpuRuntime, createSessions } from '../../activities/models/sessions.ts';
import { isFoveaError, type ErrorJson } from '../../core/errors.ts';
import { EXIT } from '../exit-codes.ts';
import { createOutput } from '../output.ts';
import { openProjectStore } from '../project.ts';
import { catalogueOf, existingStore, modelNamed, type ModelsOptions } from './state.ts';

/** Loads a model on the CPU as a step would, which compares its file, graph and metadata with its record. */
export async function tryModel(model: CataloguedModel): Promise<void> {
  await checkModelFile(model);
  await createSessions({ runtime: cpuRuntime(), threads: 1, memoryBytes: Infinity }).get(model);
}

export function verifyCommand(): Command {
  return new Command('verify')
    .description('check models: the file against its digest, the graph against the record, the licence')
    .argument('[name...]', 'models; without a name all that are here')
    .option('--accept-licence', 'accept the licences of the models named')
    .action(async (names: string[], options: ModelsOptions) => {
      const out = createOutput(options.json === true);
      const catalogue = await catalogueOf(options);
      const all = names.length === 0;
      const models = all ? [...catalogue.byName.values()] : names.map((name) => modelNamed(catalogue, name));
      const accept = options.acceptLicence === true && !all;
      const store = accept ? await openProjectStore(options) : await existingStore(options);
      const results: { name: string; ok: boolean; error: ErrorJson | null; licence: string | null }[] = [];
      for (const model of models) {
        const { name, record } = model;
        const licensed = { name, ...record };
        const acceptance = !record.licence.accept
          ? null
          : accept && store !== null
            ? await acceptLicence(store, licensed)
            : store === null
              ? null
              : await acceptanceOf(store, licensed);
        const licence = !record.licence.accept
          ? null
          : acceptance === null
            ? `licence "${record.licence.id}" to be accepted with --accept-licence`
            : `licence "${record.licence.id}" accepted by ${acceptance.acceptedBy} on ${acceptance.acceptedAt.slice(0, 10)}`;
        let error: ErrorJson | null = null;
        try {
          await tryModel(model);
        } catch (err) {
          if (!isFoveaError(err)) throw err;
          error = err.toJSON();
        }
        results.push({ name, ok: error === null, error, licence });
        const said = error === null ? 'file, graph and record agree' : error.message;
        out.line(`${error === null ? 'ok ' : error.code === 'NOT_FOUND' ? '-  ' : 'BAD'}  ${name}: ${said}`);
        if (licence !== null) out.line(`     ${licence}`);
      }
      out.result(results);
      // Without a name a model that is merely not here is no fault.
      const bad = results.some(({ error }) => error !== null && !(all && error.code === 'NOT_FOUND'));
      if (bad) process.exitCode = EXIT.usage;
    });
}
