import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { chooseTwin, twin, withTwin } from '../../kernels/twin.ts';

const root = path.resolve(import.meta.dirname, '../..');

describe('the WebAssembly twin', () => {
  test('a rebuild from the AssemblyScript sources gives the committed bytes', () => {
    const script = path.join(root, 'scripts/build-wasm.mjs');
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/kernels.wasm \(\d+ bytes\) and bytes.ts are what the sources compile to/);
  });

  test('FOVEA_KERNELS decides which twin runs', () => {
    expect(twin()).toBe(process.env['FOVEA_KERNELS']);
    expect(withTwin('ts', twin)).toBe('ts');
    expect(withTwin('wasm', twin)).toBe('wasm');
  });

  test.each(['WASM', 'native', '1'])('FOVEA_KERNELS=%s is refused with what is allowed', (value) => {
    expect(() => chooseTwin(value)).toThrow(`FOVEA_KERNELS is '${value}'; set it to 'wasm' or 'ts', or leave it unset`);
  });

  test('without a wish WebAssembly is taken', () => {
    expect([chooseTwin(undefined), chooseTwin(''), chooseTwin('ts')]).toEqual(['wasm', 'wasm', 'ts']);
  });
});
