import { Command } from 'commander';
import { examples } from '../output.ts';
import { patchesCommand } from './patches.ts';

/** `fovea export`: results in other forms. */
export function exportCommand(): Command {
  const command = new Command('export')
    .description('published results in other forms')
    .addHelpText('after', examples(['fovea export patches results/phenotypes/latest --out patches', 'to train on']));
  command.addCommand(patchesCommand());
  return command;
}
