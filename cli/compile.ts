import { Command } from 'commander';
import type { Plan, PlannedStep } from '../core/plan.ts';
import { formatMemory } from '../core/memory.ts';
import { compilePipeline } from './load-pipeline.ts';
import { counted, createOutput, examples, textTable } from './output.ts';

interface CompileOptions {
  readonly print?: boolean;
  readonly json?: boolean;
  readonly queues?: string;
}

const keepOf = (plan: Plan, { id, keep }: PlannedStep): string => {
  if (Object.values(plan.publish).some(({ from }) => from.startsWith(`${id}.`))) return 'published';
  return keep ? 'stored' : 'recomputed';
};

/** A compiled plan as people read it: stages, their steps, and what is published. */
export function planText(plan: Plan): string[] {
  const { source, stages, publish } = plan;
  const from = source.samplesheet ?? source.glob ?? 'nothing';
  const lines = [
    `${plan.pipeline}  plan ${plan.digest.slice(0, 12)}`,
    `source    ${from}  →  ${Object.keys(source.ports).join(', ')}`,
  ];
  for (const [index, stage] of stages.entries()) {
    const scope = stage.scope === 'fov' ? 'per field of view' : 'once for the cohort';
    lines.push('', `stage ${index + 1}, ${scope}: ${counted(stage.steps.length, 'step')}`);
    const rows = stage.steps.map((step) => [
      `  ${step.id}`,
      `${step.step}@${step.version}`,
      step.queues.join(' → '),
      `${step.cpus} × CPU, ${formatMemory(step.memoryBytes)}`,
      keepOf(plan, step),
    ]);
    lines.push(...textTable(['  id', 'step', 'queues', 'needs', 'outputs'], rows));
  }
  const published = Object.entries(publish).map(([name, port]) => [`  ${name}`, port.kind, port.from]);
  lines.push('', published.length === 0 ? 'publishes nothing' : 'publishes');
  if (published.length > 0) lines.push(...textTable(['  name', 'kind', 'from'], published));
  return lines;
}

export function compileCommand(): Command {
  return new Command('compile')
    .description('check a pipeline file and show the plan it compiles to')
    .argument('<pipeline.yaml>', 'the pipeline file')
    .option('--print', 'print the plan itself, as JSON')
    .option('--queues <yaml>', "what each queue offers (default: Fovea's configs/queues.yaml)")
    .option('--json', 'print one JSON value for machines instead of text')
    .addHelpText(
      'after',
      examples(
        ['fovea compile pipeline.yaml', 'every problem with its line, or the plan'],
        ['fovea compile pipeline.yaml --print > plan.json', 'the plan that would run'],
      ),
    )
    .action(async (file: string, options: CompileOptions) => {
      const out = createOutput(options.json === true || options.print === true);
      const { plan } = await compilePipeline(file, options.queues === undefined ? {} : { queues: options.queues });
      for (const line of planText(plan)) out.line(line);
      out.result(plan);
    });
}
