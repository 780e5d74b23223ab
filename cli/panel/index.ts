import { Command } from 'commander';
import { examples } from '../output.ts';
import { checkCommand } from './check.ts';
import { markersCommand, typesCommand } from './lists.ts';

/** `fovea panel`: names of markers and cell types. */
export function panelCommand(): Command {
  const command = new Command('panel')
    .description('names in a panel against canonical markers, and the markers and cell types there are')
    .addHelpText(
      'after',
      examples(
        ['fovea panel check panel.csv', 'the marker each channel stands for, and why'],
        ['fovea panel check panel.csv --map map.yaml --strict', 'with your own decisions; a guess is an error'],
        ['fovea panel markers --registry 2025', 'the canonical markers'],
        ['fovea panel types --tissue Breast', 'the cell types of a tissue'],
      ),
    );
  for (const sub of [checkCommand(), markersCommand(), typesCommand()]) {
    sub.option('--json', 'print one JSON value for machines instead of text');
    command.addCommand(sub);
  }
  return command;
}
