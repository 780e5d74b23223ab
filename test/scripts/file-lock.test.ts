import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

interface FileLock {
  processStart(pid: number): string | null;
  thisProcess(): { pid: number; started: string; host: string };
  isRunning(owner: { pid?: number; started?: string; host?: string }): boolean;
  withLock<T>(
    path: string,
    work: () => T | Promise<T>,
    options?: { waitMs?: number; onWait?: (owner: object) => void },
  ): Promise<T>;
}
const module = pathToFileURL('scripts/file-lock.mjs').href;
const { isRunning, processStart, thisProcess, withLock } = (await import(module)) as FileLock;

describe('processStart and isRunning', () => {
  test('a process is known by its number, its start and its machine', () => {
    expect(isRunning(thisProcess())).toBe(true);
    expect(isRunning({ ...thisProcess(), started: 'another time' })).toBe(false);
    expect(isRunning({ ...thisProcess(), pid: 4194305 })).toBe(false);
    expect(isRunning({ ...thisProcess(), pid: 4194305, host: 'elsewhere' })).toBe(true);
    expect(processStart(4194305)).toBeNull();
    expect(processStart(-1)).toBeNull();
  });

  test('a process that ended but was not waited for is gone', async () => {
    // The shell starts a child that ends at once and, having become sleep, never waits for it.
    const shell = spawn('sh', ['-c', 'sh -c "exit 0" & echo $!; exec sleep 30'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const pid = await new Promise<number>((resolve) =>
        shell.stdout.once('data', (text) => resolve(Number(`${text}`))),
      );
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(processStart(pid)).toBeNull();
    } finally {
      shell.kill('SIGKILL');
    }
  });
});

describe('withLock', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fovea-lock-'));
    path = join(folder, 'a b', 'work.lock');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Another process that adds one to a number under the lock, `times` over, reading and writing with a pause between. */
  const adder = (times: number): Promise<number | null> => {
    const code = `
      import { withLock } from ${JSON.stringify(module)};
      import { readFileSync, writeFileSync } from 'node:fs';
      import { setTimeout as sleep } from 'node:timers/promises';
      const [path, sum] = process.argv.slice(1);
      for (let i = 0; i < ${times}; i += 1) await withLock(path, async () => {
        const value = Number(readFileSync(sum, 'utf8'));
        await sleep(5);
        writeFileSync(sum, String(value + 1));
      });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code, path, join(folder, 'sum')], {
      stdio: 'inherit',
    });
    return new Promise((resolve) => child.once('close', resolve));
  };

  test('lets one process in at a time', async () => {
    writeFileSync(join(folder, 'sum'), '0');
    expect(await Promise.all([adder(4), adder(4), adder(4)])).toEqual([0, 0, 0]);
    expect(readFileSync(join(folder, 'sum'), 'utf8')).toBe('12');
    expect(readdirSync(join(folder, 'a b'))).toEqual([]);
  });

  test('a lock whose owner is gone is taken over by exactly one at a time', async () => {
    writeFileSync(join(folder, 'sum'), '0');
    await withLock(path, () => {});
    writeFileSync(path, JSON.stringify({ pid: 4194305, started: 'x', host: hostname() }));
    expect(await Promise.all([adder(3), adder(3), adder(3)])).toEqual([0, 0, 0]);
    expect(readFileSync(join(folder, 'sum'), 'utf8')).toBe('9');
  });

  test('gives the work’s value back, and the lock also when the work throws', async () => {
    expect(await withLock(path, () => 7)).toBe(7);
    await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(path)).toBe(false);
  });

  test('says once whom it waits for, and gives up in plain words', async () => {
    const waited: object[] = [];
    await withLock(path, async () => {
      await expect(withLock(path, () => 1, { waitMs: 400, onWait: (owner) => waited.push(owner) })).rejects.toThrow(
        `${path} is held by process ${process.pid} on ${hostname()} for too long; end that process or, if it is gone, remove the file`,
      );
    });
    expect(waited).toEqual([thisProcess()]);
  });
});
