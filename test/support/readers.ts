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
  expectation: string | null,
): { status: number | null; stdout: string; stderr: string } {
  const expect = expectation === null ? [] : ['--expect', expectation];
  return spawnSync(process.execPath, [SCRIPT, folder, ...expect, '--json'], { encoding: 'utf8' });
}

/** Opens a folder of published results in other people's readers; `expectation` is a JSON file, see check_readers.py. */
export function checkReaders(folder: string, expectation: string | null = null): ReadersReport {
  const { status, stdout, stderr } = runScript(folder, expectation);
  if (status !== 0 && status !== 1) throw new Error(`check-readers exited with ${status}: ${stderr}`);
  return { status, ...(JSON.parse(stdout) as Omit<ReadersReport, 'status'>) };
}

/** Why the readers cannot be had, or null. Installs them when they can, which takes minutes the first time. */
function unavailable(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'fovea-no-results-'));
  try {
    const { status, stderr } = runScript(folder, null);
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
