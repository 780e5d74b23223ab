import { spawnSync } from 'node:child_process';
import { compiled } from '../../activities/package-root.ts';

function fovea(
  value: string | undefined,
  ...args: string[]
): { status: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, FOVEA_KERNELS: value, NODE_OPTIONS: '' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [compiled('cli/index.js'), ...args], {
    encoding: 'utf8',
    env,
  });
  return { status, stdout, stderr };
}

describe('FOVEA_KERNELS', () => {
  test('a slip in it ends any command at once, as wrong use', () => {
    const { status, stderr } = fovea('WASM', 'steps');
    expect(stderr).toBe("fovea: FOVEA_KERNELS is 'WASM'; set it to 'wasm' or 'ts', or leave it unset (USAGE)\n");
    expect(status).toBe(2);
    const { error } = JSON.parse(fovea('simd', 'steps', '--json').stdout) as { error: Record<string, unknown> };
    expect(error).toMatchObject({ code: 'USAGE', fields: { variable: 'FOVEA_KERNELS' }, retryable: false });
  });

  test.each(['ts', 'wasm', '', undefined])('%p is allowed', (value) => {
    expect(fovea(value, 'steps')).toMatchObject({ status: 0, stderr: '' });
  });
});
