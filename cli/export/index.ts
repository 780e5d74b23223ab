import { Command } from 'commander';
import { patchesCommand } from './patches.ts';

/** `fovea export`: results in other forms. */
export function exportCommand(): Command {
  const command = new Command('export').description('published results in other forms');
  command.addCommand(patchesCommand());
  return command;
}
