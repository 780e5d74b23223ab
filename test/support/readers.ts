import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const SCRIPT = resolve(import.meta.dirname, '../../scripts/check-readers.mjs');
/** What scripts/check-readers.mjs exits with where Python or its packages cannot be had. */
const UNAVAILABLE = 75;

export interface ReadersReport {
  readonly status: number;
  readonly problems: string[];
  readonly stores: number;
}

function runScript(
  folder: string,
  options: readonly string[],
): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [SCRIPT, folder, ...options, '--json'], { encoding: 'utf8' });
}

/** Opens a folder of published results in other people's readers; `expectation` is a JSON file, see check_readers.py. */
export function checkReaders(folder: string, expectation: string | null = null): ReadersReport {
  const { status, stdout, stderr } = runScript(folder, expectation === null ? [] : ['--expect', expectation]);
  if (status !== 0 && status !== 1) throw new Error(`check-readers exited with ${status}: ${stderr}`);
  return { status, ...(JSON.parse(stdout) as Omit<ReadersReport, 'status'>) };
}

export interface AnalysisReport {
  readonly status: number;
  readonly problems: string[];
  /** Tables that each program went on from. */
  readonly scanpy: number;
  readonly squidpy: number;
}

/** Goes on from a folder of published results with scanpy and squidpy; see check_analysis.py. */
export function checkAnalysis(folder: string): AnalysisReport {
  const { status, stdout, stderr } = runScript(folder, ['--analysis']);
  if (status !== 0 && status !== 1) throw new Error(`check-readers --analysis exited with ${status}: ${stderr}`);
  return { status, ...(JSON.parse(stdout) as Omit<AnalysisReport, 'status'>) };
}

/** Why the readers cannot be had, or null. Installs them when they can, which takes minutes the first time. */
function unavailable(options: readonly string[] = []): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'fovea-no-results-'));
  try {
    const { status, stderr } = runScript(folder, options);
    return status === UNAVAILABLE ? (stderr.trim().split('\n').at(-1) ?? '') : null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `describe` with the readers installed; skipped, with the reason in its title, where they cannot be had. */
export function describeWithReaders(title: string, suite: () => void): void {
  const why = unavailable();
  if (why === null) describe(title, suite);
  else describe.skip(`${title} (${why})`, suite);
}

/** The same with scanpy and squidpy, which take minutes to install and to start: only where FOVEA_TEST_ANALYSIS=1 asks for it. */
export function describeWithAnalysis(title: string, suite: () => void): void {
  const why = process.env['FOVEA_TEST_ANALYSIS'] === '1' ? unavailable(['--analysis']) : 'set FOVEA_TEST_ANALYSIS=1';
  if (why === null) describe(title, suite);
  else describe.skip(`${title} (${why})`, suite);
}
