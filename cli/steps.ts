import { Command } from 'commander';
import { resolvePlugin, loadSteps } from '../activities/load-steps.ts';
import { FoveaError } from '../core/errors.ts';
import { createRegistry } from '../core/registry.ts';
import { remedy } from '../core/suggest.ts';
import { builtinModule } from './builtin.ts';
import { describeStep } from './describe-step.ts';
import { createOutput, examples } from './output.ts';
import { stepList, stepsMarkdown, stepText } from './steps-text.ts';

interface StepsOptions {
  readonly markdown?: boolean;
  readonly plugin?: string[];
  readonly json?: boolean;
}

export function stepsCommand(): Command {
  return new Command('steps')
    .description('the steps a pipeline may use, or one of them with its parameters')
    .argument('[name]', 'a step')
    .option('--plugin <name...>', 'steps of these packages or files as well')
    .option('--markdown', 'everything as Markdown: what docs/steps.md holds')
    .option('--json', 'print one JSON value for machines instead of text')
    .addHelpText(
      'after',
      examples(
        ['fovea steps', 'what there is'],
        ['fovea steps resample', 'ports and parameters of one step'],
        ['fovea steps --plugin ./steps/despeckle.js', 'with steps of your own'],
      ),
    )
    .action(async (name: string | undefined, options: StepsOptions) => {
      const out = createOutput(options.json === true);
      const plugins = (options.plugin ?? []).map((plugin) => resolvePlugin(plugin, process.cwd()));
      const registry = createRegistry(await loadSteps([builtinModule, ...plugins]));
      const steps = registry.names().map((each) => describeStep(registry.get(each)!));
      if (name === undefined) {
        if (options.markdown === true) out.line(stepsMarkdown(steps).trimEnd());
        else for (const line of stepList(steps)) out.line(line);
        return out.result(steps);
      }
      const step = steps.find((each) => each.name === name);
      if (step === undefined) {
        throw new FoveaError('NOT_FOUND', `there is no step "${name}"; ${remedy(name, registry.names(), 'the steps')}`);
      }
      for (const line of stepText(step)) out.line(line);
      out.result(step);
    });
}
