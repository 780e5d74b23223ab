import { Command, Option } from 'commander';
import { examples } from '../output.ts';
import { addCommand } from './add.ts';
import { listCommand, showCommand } from './list.ts';
import { pullCommand } from './pull.ts';
import { removeCommand } from './remove.ts';
import { verifyCommand } from './verify.ts';

/** `fovea models`: the models that pipelines may use. */
export function modelsCommand(): Command {
  const command = new Command('models')
    .description('the models that pipelines may name: look at them, add your own, download, check')
    .addHelpText(
      'after',
      examples(
        ['fovea models list', 'what there is, what is missing and why'],
        ['fovea models show mesmer-mini', 'one model: signature, licence, source'],
        ['fovea models pull cellsam-v1.2 --accept-licence', 'download published weights'],
        ['fovea models add my-mesmer net.onnx', 'use a model of your own; net.onnx.yaml tells what it is'],
        ['fovea models verify', 'every file against its record'],
        ['fovea models rm my-mesmer', "take it out of the project's models"],
      ),
    );
  for (const sub of [listCommand(), showCommand(), addCommand(), verifyCommand(), pullCommand(), removeCommand()]) {
    sub
      .addOption(
        new Option('--home <folder>', 'state of this project: store, models, logs').env('FOVEA_HOME').default('.fovea'),
      )
      .addOption(new Option('--store <folder>', 'the store (default: <home>/store)').env('FOVEA_STORE'))
      .option('--models <yaml...>', "models files laid over Fovea's and the project's")
      .option('--json', 'print one JSON value for machines instead of text');
    command.addCommand(sub);
  }
  return command;
}
