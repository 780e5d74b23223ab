import { Command } from 'commander';
import { measureUsage, type Usage } from '../activities/inspect/du.ts';
import { createOutput, examples, formatBytes, textTable } from './output.ts';
import { openExistingStore, projectOf, withProjectOptions, type ProjectOptions } from './project.ts';

const RUNS_SHOWN = 20;

const rows = (usages: readonly Usage[]): (string | number)[][] =>
  usages.map(({ name, count, bytes }) => [`  ${name}`, count, formatBytes(bytes).padStart(9)]);

export function duCommand(): Command {
  const command = new Command('du')
    .description('how much disk the store and the published results take, by kind and by run')
    .addHelpText('after', examples(['fovea du', 'what takes the space'], ['fovea du --json', 'the same in bytes']));
  return withProjectOptions(command).action(async (options: ProjectOptions) => {
    const out = createOutput(options.json === true);
    const { storeRoot, results } = projectOf(options);
    const usage = await measureUsage(await openExistingStore(options), results);
    const sections: (readonly [string, string, readonly Usage[]])[] = [
      [`stored artifacts by step  (${storeRoot})`, 'artifacts', usage.artifacts],
      ['the rest of the store', 'files', usage.store],
      [`published  (${results})`, 'files', usage.results],
      ['by run: what it added', 'artifacts', usage.runs.slice(0, RUNS_SHOWN)],
    ];
    for (const [title, noun, usages] of sections) {
      out.line(title);
      if (usages.length === 0) out.line('  nothing');
      else for (const line of textTable(['', noun, '    bytes'], rows(usages))) out.line(line);
      out.line();
    }
    const hidden = usage.runs.length - RUNS_SHOWN;
    if (hidden > 0) out.line(`… and ${hidden} older runs (--json lists them)\n`);
    out.line(`${formatBytes(usage.total)} in all; fovea gc shows what can be freed`);
    out.result(usage);
  });
}
