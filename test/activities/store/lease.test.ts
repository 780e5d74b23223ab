import { spawn, spawnSync } from 'node:child_process';
import { lutimesSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { STALE_MS, tryLease } from '../../../activities/store/lease.ts';
import { compiled } from '../../../activities/package-root.ts';

const KEY = 'a'.repeat(64);
let root: string;
const path = (): string => join(root, 'leases', KEY);
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fovea-lease-'));
  mkdirSync(join(root, 'leases'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A lease as another process would have left it. */
const leave = (holder: object): void => symlinkSync(JSON.stringify({ nonce: 'other', ...holder }), path());
const deadPid = (): number => spawnSync(process.execPath, ['-e', '']).pid;

test('one holder at a time; after the release the next', async () => {
  const first = await tryLease(root, KEY);
  expect(first).not.toBeNull();
  expect(await tryLease(root, KEY)).toBeNull();
  await first!.release();
  const second = await tryLease(root, KEY);
  expect(second).not.toBeNull();
  await second!.release();
  expect(readdirSync(join(root, 'leases'))).toEqual([]);
});

test('a living process of this host and a process of another host are waited for', async () => {
  leave({ host: hostname(), pid: process.pid });
  expect(await tryLease(root, KEY)).toBeNull();
  rmSync(path());
  leave({ host: 'elsewhere', pid: deadPid() });
  expect(await tryLease(root, KEY)).toBeNull();
});

test('the lease of a dead process of this host is taken over at once', async () => {
  leave({ host: hostname(), pid: deadPid() });
  const lease = await tryLease(root, KEY);
  expect(lease).not.toBeNull();
  expect(JSON.parse(readlinkSync(path()))).toMatchObject({ host: hostname(), pid: process.pid });
  await lease!.release();
  expect(readdirSync(join(root, 'leases'))).toEqual([]);
});

test('a lease that is not renewed is taken over when it is stale, and its late holder leaves the new one alone', async () => {
  const late = await tryLease(root, KEY);
  const old = new Date(Date.now() - STALE_MS - 1000);
  lutimesSync(path(), old, old);
  const lease = await tryLease(root, KEY);
  expect(lease).not.toBeNull();
  await late!.release();
  expect(await tryLease(root, KEY)).toBeNull();
  await lease!.release();
});

test('of many processes that find a stale lease at once, one gets it', async () => {
  const script = `
    const { tryLease } = await import(${JSON.stringify(pathToFileURL(compiled('activities/store/lease.js')).href)});
    process.stdout.write('ready\\n');
    await new Promise((go) => process.stdin.once('data', go));
    let won = 0;
    for (let round = 0; round < 50; round++) if ((await tryLease(${JSON.stringify('ROOT')}, ${JSON.stringify(KEY)})) !== null) won += 1;
    process.stdout.write('won ' + won + '\\n');
    setInterval(() => {}, 1000);
  `.replace('"ROOT"', JSON.stringify(root));
  leave({ host: hostname(), pid: deadPid() });
  const contenders = Array.from({ length: 6 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  const said = contenders.map(() => '');
  contenders.forEach((child, i) => child.stdout.on('data', (bytes: Buffer) => (said[i] += bytes.toString())));
  const all = async (word: string): Promise<void> => {
    while (!said.every((text) => text.includes(word))) await new Promise((next) => setTimeout(next, 10));
  };
  try {
    await all('ready');
    for (const child of contenders) child.stdin.write('go\n');
    await all('won');
    const wins = said.map((text) => Number(/won (\d+)/.exec(text)?.[1]));
    expect(wins.reduce((sum, n) => sum + n, 0)).toBe(1);
    expect(readdirSync(join(root, 'leases'))).toEqual([KEY]);
  } finally {
    for (const child of contenders) child.kill('SIGKILL');
  }
});
