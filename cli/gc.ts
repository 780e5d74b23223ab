import { Command, InvalidArgumentError, Option } from 'commander';
import { planGc, sweep, type GcPlan, type Removal } from '../activities/inspect/gc.ts';
import { workflowAsker } from './ask-workflow.ts';
import { counted, createOutput, examples, formatBytes, textTable, type Output } from './output.ts';
import { openExistingStore, projectOf, withProjectOptions, type ProjectOptions } from './project.ts';

interface GcOptions extends ProjectOptions {
  readonly yes?: boolean;
  readonly keepRuns: number;
  readonly olderThan: number;
}

const HOUR_MS = 3600 * 1000;
const UNITS: Readonly<Record<string, number>> = { h: HOUR_MS, d: 24 * HOUR_MS, w: 7 * 24 * HOUR_MS };

/** `30d`, `12h`, `2w` → ms. */
function parseAge(text: string): number {
  const found = /^(\d{1,5})\s*([hdw])$/.exec(text);
  if (found === null) throw new InvalidArgumentError('Write an age such as 30d, 12h or 2w.');
  return Number(found[1]) * UNITS[found[2]!]!;
}

function parseCount(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('Write a whole number from 0.');
  return Number(text);
}

const MEANING: Readonly<Record<Removal['kind'], string>> = {
  artifacts: 'stored artifacts',
  records: 'records of results',
  index: 'index entries',
  values: 'plans, cohorts, manifests',
  places: 'places of sources',
  leases: 'leases of dead processes',
  temporary: 'temporary files',
  scratch: "runs' scratch folders",
  runs: 'journals and reports of runs',
};

interface Freed {
  readonly kind: Removal['kind'];
  readonly count: number;
  readonly bytes: number;
}

function byKind(removals: readonly Removal[]): Freed[] {
  return (Object.keys(MEANING) as Removal['kind'][]).flatMap((kind) => {
    const own = removals.filter((removal) => removal.kind === kind);
    return own.length === 0 ? [] : [{ kind, count: own.length, bytes: own.reduce((sum, { bytes }) => sum + bytes, 0) }];
  });
}

const WHY = {
  unfinished: 'not finished, or no server to ask',
  young: 'young enough',
  newest: 'among the newest of its pipeline',
  published: 'published; only what was published stays',
} as const;

function printPlan(out: Output, { runs, dropped, revisions }: GcPlan, freed: readonly Freed[]): void {
  out.line(`kept: ${counted(revisions, 'published revision')}, ${counted(runs.length, 'run')}`);
  for (const why of Object.keys(WHY) as (keyof typeof WHY)[]) {
    const own = runs.filter((run) => run.why === why).map(({ run }) => run);
    const some = own.slice(0, 3).join(', ');
    if (own.length > 0)
      out.line(`  ${counted(own.length, 'run')} (${WHY[why]}): ${some}${own.length > 3 ? ', …' : ''}`);
  }
  const some = dropped.slice(0, 5).join(', ');
  if (dropped.length > 0)
    out.line(`dropped: ${counted(dropped.length, 'run')}: ${some}${dropped.length > 5 ? ', …' : ''}`);
  if (freed.length === 0) return;
  out.line();
  const rows = freed.map(({ kind, count, bytes }) => [MEANING[kind], count, formatBytes(bytes).padStart(9)]);
  for (const line of textTable(['not needed by them', 'count', '    bytes'], rows)) out.line(line);
  out.line();
}

export function gcCommand(): Command {
  const command = new Command('gc')
    .description('remove what neither published revisions nor recent runs need; a dry run unless told --yes')
    .option('--yes', 'remove it; without this, only say what would be removed')
    .option('--keep-runs <n>', 'keep the newest n runs of each pipeline', parseCount, 5)
    .addOption(
      new Option('--older-than <age>', 'drop only runs older than this: 30d, 12h, 2w')
        .argParser(parseAge)
        .default(30 * UNITS['d']!, '30d'),
    )
    .addHelpText(
      'after',
      `${examples(
        ['fovea gc', 'what would be freed'],
        ['fovea gc --yes', 'free it'],
        ['fovea gc --keep-runs 1 --older-than 0d --yes', 'keep only the newest and what is published'],
      )}
Never removed: what is published and how it was made, unfinished runs, the last hour's writing.
Scratch folders of failed attempts go with their run, or when it is older than --older-than.\n`,
    );
  return withProjectOptions(command).action(async (options: GcOptions) => {
    const out = createOutput(options.json === true);
    const project = projectOf(options);
    const store = await openExistingStore(options);
    const { ask, close } = workflowAsker(project);
    try {
      const policy = { keepRuns: options.keepRuns, olderThanMs: options.olderThan, ask, now: Date.now() };
      const plan = await planGc(store, project.results, policy);
      const swept = options.yes === true ? await sweep(store, plan) : null;
      const freed = byKind(swept?.removed ?? plan.removals);
      const bytes = freed.reduce((sum, each) => sum + each.bytes, 0);
      printPlan(out, plan, freed);
      if (freed.length === 0) out.line('nothing to remove');
      else if (swept === null) out.line(`${formatBytes(bytes)} can be freed: fovea gc --yes`);
      else out.line(`${formatBytes(bytes)} freed`);
      if (swept?.stopped === true)
        out.note('a run started meanwhile, so the rest was left; run fovea gc --yes again later');
      out.result({ dryRun: swept === null, stopped: swept?.stopped ?? false, bytes, freed, ...plan });
    } finally {
      await close();
    }
  });
}
