import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const STAND_INS = join(root, 'test/training/stand-ins');
const PYTHON = join(root, '.venv/training', process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

function python(args: readonly string[], standIns: boolean, input = ''): { status: number | null; stdout: string } {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', OMP_NUM_THREADS: '1' };
  const { status, stdout, stderr } = spawnSync(PYTHON, args, {
    env: { ...env, PYTHONPATH: standIns ? STAND_INS : '' },
    ...{ encoding: 'utf8', input, maxBuffer: 1 << 24 },
  });
  if (status !== 0) throw new Error(`${args.join(' ')} exited with ${status}: ${stderr}`);
  return { status, stdout };
}

/** Why the environment cannot be used, or null. */
function unavailable(more: readonly string[]): string | null {
  if (!existsSync(PYTHON)) return 'it needs .venv/training with training/export/requirements.txt installed';
  const packages = ['torch', 'onnx', 'onnxruntime', ...more];
  const { status } = spawnSync(PYTHON, ['-c', `import ${packages.join(', ')}`], { encoding: 'utf8' });
  return status === 0 ? null : `.venv/training lacks one of ${packages.join(', ')}: training/export/requirements.txt`;
}

/**
 * `describe` with training's Python environment, and `more` packages than the shipped model's training needs; skipped, with the reason in
 * its title, where they are not there.
 */
export function describeWithTraining(title: string, suite: () => void, more: readonly string[] = []): void {
  const why = unavailable(more);
  if (why === null) describe(title, suite);
  else describe.skip(`${title} (${why})`, suite);
}

/** Writes the stand-ins' weights into a folder. */
export const makeWeights = (folder: string, script = 'make_weights.py'): void =>
  void python([join(STAND_INS, script), folder], true);

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs scripts of training/export in one process; without `standIns` the packages they convert from are missing. */
export function exportAll(calls: readonly (readonly [string, readonly string[]])[], standIns = true): Outcome[] {
  const { stdout } = python([join(STAND_INS, '../run_scripts.py')], standIns, JSON.stringify(calls));
  return JSON.parse(stdout) as Outcome[];
}

/** Runs one script as a person does. */
export function exportOnce(script: string, args: readonly string[]): { status: number | null; stderr: string } {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONPATH: STAND_INS };
  return spawnSync(PYTHON, [join(root, 'training/export', `${script}.py`), ...args], { env, encoding: 'utf8' });
}
