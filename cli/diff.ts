import { Command } from 'commander';
import { diff, type Change } from '../core/diff.ts';
import { FoveaError } from '../core/errors.ts';
import { diffRuns, type RunDifference, type UnitDifference } from '../activities/inspect/run-diff.ts';
import { findRun } from '../activities/inspect/runs.ts';
import { EXIT } from './exit-codes.ts';
import { compilePipeline } from './load-pipeline.ts';
import { counted, createOutput, examples, textTable } from './output.ts';
import { openExistingStore, withProjectOptions, type ProjectOptions } from './project.ts';

interface DiffOptions extends ProjectOptions {
  readonly check?: boolean;
  readonly queues?: string;
}

const isFile = (text: string): boolean => /\.ya?ml$/i.test(text);

function changesText(changes: readonly Change[]): string[] {
  if (changes.length === 0) return ['no step gives other results'];
  const rows = changes.map(({ id, ingredient, message }) => [id, ingredient, message]);
  const steps = new Set(changes.map(({ id }) => id)).size;
  return [...textTable(['step', 'by', 'change'], rows), '', `${counted(steps, 'step')} would give other results`];
}

const WHAT: Readonly<Record<UnitDifference['what'], string>> = {
  added: 'only in the second run',
  removed: 'only in the first run',
  outcome: 'other outcome',
  outputs: 'other bytes',
};

const FOVS_NAMED = 3;

/** Differences of one kind in one step, together, the fields of view counted and the first named. */
function runsText({ before, after, same, sameBytes, differences }: RunDifference): string[] {
  const groups = new Map<string, { readonly cells: readonly string[]; readonly fovs: string[] }>();
  for (const { fov, step, what, ports, reasons } of differences) {
    const told = ports.length === 0 ? WHAT[what] : `${WHAT[what]}: ${ports.join(', ')}`;
    const cells = [step, told, reasons.join('; ')];
    const group = groups.get(cells.join('\0')) ?? { cells, fovs: [] };
    group.fovs.push(fov ?? '(cohort)');
    groups.set(cells.join('\0'), group);
  }
  const rows = [...groups.values()].map(({ cells, fovs }) => {
    const more = fovs.length > FOVS_NAMED ? `, and ${fovs.length - FOVS_NAMED} more` : '';
    return [...cells, `${fovs.slice(0, FOVS_NAMED).join(', ')}${more}`];
  });
  const otherwise = sameBytes > 0 ? `, ${sameBytes} made otherwise with the same bytes` : '';
  return [
    `${before} → ${after}: ${same} the same${otherwise}, ${differences.length} different`,
    ...(rows.length === 0 ? [] : ['', ...textTable(['step', 'what', 'why', 'fovs'], rows)]),
  ];
}

export function diffCommand(): Command {
  const command = new Command('diff')
    .description('which results differ between two pipeline files, or between two runs, and by which ingredient')
    .argument('<before>', 'a pipeline file (.yaml) or a run')
    .argument('<after>', 'the other pipeline file or run')
    .option('--check', 'exit with 6 when anything differs')
    .option('--queues <yaml>', "what each queue offers (default: Fovea's configs/queues.yaml)")
    .addHelpText(
      'after',
      examples(
        ['fovea diff old.yaml new.yaml', 'which steps would give other results'],
        ['fovea diff 20260301-140509-ab12 latest', 'which results came out otherwise'],
      ),
    );
  return withProjectOptions(command).action(async (before: string, after: string, options: DiffOptions) => {
    const out = createOutput(options.json === true);
    if (isFile(before) !== isFile(after)) {
      throw new FoveaError('USAGE', `${before} and ${after} are not of one kind; name two .yaml files or two runs`);
    }
    let differing: number;
    if (isFile(before)) {
      const queues = options.queues === undefined ? {} : { queues: options.queues };
      const [was, now] = [await compilePipeline(before, queues), await compilePipeline(after, queues)];
      const changes = diff(was.plan, now.plan);
      for (const line of changesText(changes)) out.line(line);
      out.result({ before: was.plan.digest, after: now.plan.digest, changes });
      differing = changes.length;
    } else {
      const store = await openExistingStore(options);
      const [was, now] = [await findRun(store, before), await findRun(store, after)];
      const found = await diffRuns(store, was.run, now.run);
      for (const line of runsText(found)) out.line(line);
      out.result(found);
      differing = found.differences.length;
    }
    if (options.check === true && differing > 0) process.exitCode = EXIT.differs;
  });
}
