import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NPM = `
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
appendFileSync('calls', JSON.stringify([process.argv.slice(2), process.env.ONNXRUNTIME_NODE_INSTALL]) + '\\n');
console.warn('npm warn something is old');
if (process.env.BREAK_NPM) { console.error('npm error code ENOSPC'); process.exit(3); }
mkdirSync('node_modules', { recursive: true });`;
const BUILD = `
import { appendFileSync, mkdirSync } from 'node:fs';
mkdirSync('dist', { recursive: true });
appendFileSync('builds', 'x');`;

/** An empty clone whose npm and compiler are stand-ins, so that what is looked at is the set-up alone. */
describe('setup', () => {
  let folder: string;
  let root: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fovea-setup-'));
    root = join(folder, 'a clone');
    mkdirSync(join(root, 'core'), { recursive: true });
    cpSync('scripts', join(root, 'scripts'), { recursive: true });
    writeFileSync(join(root, 'scripts', 'build.mjs'), BUILD);
    for (const name of ['tsconfig.json', 'tsconfig.build.json']) writeFileSync(join(root, name), '{}');
    writeFileSync(join(root, 'core', 'a.ts'), 'export {};');
    lock('1.0.0');
    writeFileSync(join(folder, 'npm-cli.js'), '');
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'npm-cli.js'), NPM);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const lock = (version: string): void =>
    writeFileSync(
      join(root, 'package-lock.json'),
      JSON.stringify({
        packages: { '': {}, 'node_modules/a': { version }, 'node_modules/b-win': { version: '2.0.0', optional: true } },
      }),
    );
  const setup = (args: string[] = [], env: NodeJS.ProcessEnv = {}, node: string[] = []) => {
    const started = performance.now();
    const result = spawnSync(process.execPath, [...node, join(root, 'scripts', 'setup.mjs'), '--no-server', ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, npm_execpath: join(folder, 'npm-cli.js'), ...env },
    });
    return { ...result, ms: performance.now() - started };
  };
  const calls = (): unknown[] =>
    existsSync(join(root, 'calls'))
      ? readFileSync(join(root, 'calls'), 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
      : [];
  const builds = (): number => readFileSync(join(root, 'builds'), 'utf8').length;

  test('fills an empty clone, once', () => {
    const first = setup();
    expect(first.status).toBe(0);
    expect(first.stderr).toBe('');
    expect(first.stdout.replace(/\(\d+\.\d s\)/g, '(T)').split('\n')).toEqual([
      `setup: Node ${process.versions.node}`,
      'setup: packages: npm ci …',
      'setup: packages: installed (T)',
      'setup: build: compiled (T)',
      'setup: Temporal server: left out (--no-server)',
      '',
    ]);
    expect(calls()).toEqual([[expect.arrayContaining(['ci', '--include=dev']), 'skip']]);
    const second = setup();
    expect(second.stdout).toMatch(/packages: up to date .*\n.*build: up to date/);
    expect(second.ms).toBeLessThan(1500);
    expect([calls().length, builds()]).toEqual([1, 1]);
    expect(setup(['--quiet'])).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  test('installs again when package-lock.json changed, compiles again when a source changed', () => {
    setup();
    lock('1.0.1');
    setup();
    expect([calls().length, builds()]).toEqual([2, 2]);
    writeFileSync(join(root, 'core', 'a.ts'), 'export const a = 1;');
    setup();
    expect([calls().length, builds()]).toEqual([2, 3]);
  });

  test('leaves a clone alone that npm filled by hand, as long as it holds what the lock lists', () => {
    mkdirSync(join(root, 'node_modules'));
    const record = (version: string): void =>
      writeFileSync(
        join(root, 'node_modules', '.package-lock.json'),
        JSON.stringify({ packages: { 'node_modules/a': { version } } }),
      );
    record('0.9.0');
    setup();
    expect(calls()).toHaveLength(1);
    rmSync(join(root, 'node_modules', '.fovea-setup'));
    record('1.0.0');
    expect(setup().stdout).toContain('packages: up to date');
    expect(calls()).toHaveLength(1);
  });

  test('a failing npm is shown with what it said, and tried again the next time', () => {
    const broken = setup(['--quiet'], { BREAK_NPM: '1' });
    expect(broken.status).toBe(1);
    expect(broken.stderr).toBe(
      `setup: npm ci failed (exit 3) in ${root}:\nnpm warn something is old\nnpm error code ENOSPC\n`,
    );
    expect(setup().status).toBe(0);
    expect(calls()).toHaveLength(2);
  });

  test('an old Node is told which one is wanted', () => {
    const old = 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "18.20.4" } })';
    const result = setup([], {}, ['--import', `data:text/javascript,${encodeURIComponent(old)}`]);
    expect(result.status).toBe(1);
    expect(result.stderr).toMatch(
      /^setup: this is Node 18\.20\.4 \(.*\); Fovea needs Node 20\.19 or newer\. Install a current Node/,
    );
    expect(calls()).toEqual([]);
  });

  test('an unknown option is refused', () => {
    expect(setup(['--serverless'])).toMatchObject({
      status: 2,
      stderr: 'setup: unknown option --serverless; there are --no-server and --quiet\n',
    });
  });

  test('where no server can be had it says so with every way tried, and succeeds', () => {
    const script = join(root, 'scripts', 'setup.mjs');
    const env = {
      PATH: join(folder, 'no-bin'),
      FOVEA_CACHE: join(folder, 'cache'),
      FOVEA_TEMPORAL_URL: 'http://127.0.0.1:1',
      npm_execpath: join(folder, 'npm-cli.js'),
    };
    const result = spawnSync(process.execPath, [script], { encoding: 'utf8', env });
    expect(result.status).toBe(0);
    expect(result.stdout).toMatch(/setup: Temporal server: none \(\d+\.\d s\)\n$/);
    expect(result.stderr).toContain(
      'setup: no Temporal server could be had. Tried:\n  - FOVEA_TEMPORAL_BIN: not set\n',
    );
    expect(result.stderr).toContain(
      `  - build: ${join(root, 'tools', 'temporal-server')} is not part of this installation\n`,
    );
    expect(result.stderr).toMatch(/runs pipelines in process \(fovea run --local\); such runs are not durable\.\n$/);
  });
});
