import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal, settle, type JournalEntry } from '../../activities/store/journal.ts';
import { runCommand as fovea } from '../../cli/run.ts';
import type { RunSummary } from '../../cli/run-summary.ts';
import { runCommand } from './run-command.ts';

/** A cohort's folder: pipeline file and samplesheet in it, `.fovea` and `results` beside them. Removed at the file's end. */
export interface Project {
  readonly folder: string;
  readonly pipeline: string;
}

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A temporary project that runs one of configs/pipelines, its text changed by `edit` if given. */
export async function makeProject(name: string, edit = (text: string): string => text): Promise<Project> {
  const folder = mkdtempSync(join(tmpdir(), 'fovea-e2e-'));
  folders.push(folder);
  const pipeline = join(folder, `${name}.yaml`);
  const text = await readFile(join(import.meta.dirname, '../../configs/pipelines', `${name}.yaml`), 'utf8');
  await writeFile(pipeline, edit(text));
  return { folder, pipeline };
}

export interface ProjectRun {
  readonly exitCode: number;
  /** What `--json` printed. */
  readonly summary: RunSummary;
  /** The newest entry of every unit, by `fov step`; the cohort's by `step` alone. */
  readonly units: ReadonlyMap<string, JournalEntry>;
}

/** `fovea run --local --json` in this process, with real compute processes; throws what the command throws. */
export async function runProject({ folder, pipeline }: Project, ...args: string[]): Promise<ProjectRun> {
  const home = join(folder, '.fovea');
  const { stdout, exitCode, error } = await runCommand(
    ...([fovea(), pipeline, '--local', '--json', '--home', home, '--slots', '2'] as const),
    ...args,
  );
  if (error !== null) throw error;
  const summary = JSON.parse(stdout) as RunSummary;
  const settled = settle(await openJournal(join(home, 'store'), summary.run).read());
  const units = [...settled.values()].map(
    (entry) => [[entry.fov, entry.step].filter(Boolean).join(' '), entry] as const,
  );
  return { exitCode, summary, units: new Map(units) };
}

/** Units by outcome, of one field of view or of all. */
export function outcomes({ units }: ProjectRun, fov?: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { fov: own, status } of units.values())
    if (fov === undefined || own === fov) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
