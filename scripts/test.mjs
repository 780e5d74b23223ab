// Every test: types (of the tests too), lint with the import fences, then Jest. The last line printed is
// `N passed, N failed, N skipped`, in which a failed check counts as a failed test.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (...path) => join(root, 'node_modules', ...path);

const CHECKS = [
  ['types', [bin('typescript', 'bin', 'tsc'), '-p', join(root, 'tsconfig.json')]],
  ['lint', [bin('eslint', 'bin', 'eslint.js'), '.', '--max-warnings', '0']],
];

let failed = 0;
for (const [name, args] of CHECKS) {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`test: ${name}: ${status === 0 ? 'ok' : 'FAILED'} (${seconds} s)`);
  if (status !== 0) failed += 1;
}

const jest = ['--experimental-vm-modules', '--no-warnings', bin('jest', 'bin', 'jest.js'), ...process.argv.slice(2)];
const env = {
  ...process.env,
  FOVEA_FAILED_CHECKS: String(failed),
  FOVEA_PASSED_CHECKS: String(CHECKS.length - failed),
};
const { status } = spawnSync(process.execPath, jest, { cwd: root, stdio: 'inherit', env });
process.exit(status === 0 && failed === 0 ? 0 : 1);
