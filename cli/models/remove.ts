import { Command } from 'commander';
import { removeModel } from '../../activities/models/project-models.ts';
import { FoveaError } from '../../core/errors.ts';
import { createOutput } from '../output.ts';
import { projectOf } from '../project.ts';
import { catalogueOf, modelNamed, type ModelsOptions } from './state.ts';

export function removeCommand(): Command {
  return new Command('rm')
    .description("take a model out of the project's models, and its file if no other needs it")
    .argument('<name>', 'a model that add put there')
    .action(async (name: string, options: ModelsOptions) => {
      const out = createOutput(options.json === true);
      const { home } = projectOf(options);
      if (!(await removeModel(home, name))) {
        const { from } = modelNamed(await catalogueOf(options), name);
        throw new FoveaError(
          'USAGE',
          `model ${name} stands in ${from}, not among the models of ${home}; correct that file`,
          {
            fields: { model: name, file: from },
          },
        );
      }
      out.line(`${name} is no longer among the models of ${home}; results made with it stay`);
      out.result({ name, removed: true });
    });
}
