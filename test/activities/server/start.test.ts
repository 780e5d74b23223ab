import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { ensureServer, holdServer, serverStatus, stopServer } from '../../../activities/server/index.ts';
import { describeWithServer, freePort, temporaryHome } from '../../support/server.ts';

for (const name of Object.keys(process.env)) if (name.startsWith('TEMPORAL_')) delete process.env[name];

await describeWithServer('starting the embedded server', () => {
  let home: string;
  let remove: () => Promise<void>;
  const folder = (): string => join(home, 'server');
  const recordFile = (): string => join(folder(), 'server.json');
  const start = async (options = {}): ReturnType<typeof ensureServer> =>
    ensureServer({ home, port: await freePort(), ...options });

  beforeEach(async () => ({ home, remove } = await temporaryHome()));
  afterEach(async () => {
    await stopServer(home);
    await remove();
  });

  /** A record as a server leaves it that did not get to remove it. */
  const leaveRecord = (over: object): void => {
    mkdirSync(folder(), { recursive: true });
    const record = { pid: 2 ** 22 + 1, started: 'long ago', host: hostname(), port: 1, uiPort: 2, version: '1.31.2' };
    const rest = { db: 'temporal-1.31.db', startedAt: 'then', ready: true, keep: false, stopping: false };
    writeFileSync(recordFile(), JSON.stringify({ ...record, ...rest, ...over }));
  };

  test('many calls at once start exactly one', async () => {
    const port = await freePort();
    const handles = await Promise.all([1, 2, 3, 4].map(() => ensureServer({ home, port })));
    expect(new Set(handles.map((handle) => handle.pid)).size).toBe(1);
    expect(handles.filter((handle) => handle.startedHere)).toHaveLength(1);
  });

  test('a port that was asked for and is taken is named, with the remedy', async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) =>
      other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port)),
    );
    try {
      await expect(ensureServer({ home, port })).rejects.toMatchObject({
        code: 'PORT_TAKEN',
        fields: { port },
        message:
          `port ${port} on 127.0.0.1, wanted for the Temporal server, is in use by another program; ` +
          'stop that program, name another port with --port, or leave --port out and a free one is taken',
      });
      expect((await serverStatus(home)).state).toBe('stopped');
      const elsewhere = await ensureServer({ home });
      expect(elsewhere.address).not.toBe(`127.0.0.1:${port}`);
    } finally {
      other.close();
    }
  });

  test('a record whose process is gone is replaced', async () => {
    leaveRecord({});
    expect(await start()).toMatchObject({ startedHere: true });
  });

  test('a record whose process number now belongs to another program is replaced, and that program left alone', async () => {
    leaveRecord({ pid: process.pid });
    const handle = await start();
    expect(handle.startedHere).toBe(true);
    expect(handle.pid).not.toBe(process.pid);
  });

  test('a record of another machine is an error that names it', async () => {
    leaveRecord({ host: 'scanner-7' });
    await expect(ensureServer({ home })).rejects.toMatchObject({
      code: 'NO_SERVER',
      message: expect.stringContaining(
        'runs on scanner-7, process 4194305, and cannot be reached from here; run the command there',
      ),
    });
    rmSync(recordFile());
  });

  test('a damaged record is an error that names the file', async () => {
    leaveRecord({ port: 'many' });
    await expect(ensureServer({ home })).rejects.toMatchObject({
      code: 'NO_SERVER',
      message: expect.stringContaining(`${recordFile()} is not a server record; stop the Temporal server`),
    });
    rmSync(recordFile());
  });

  test('a server whose starter died before it was ready is taken over', async () => {
    const first = await start();
    const record = JSON.parse(readFileSync(recordFile(), 'utf8')) as object;
    writeFileSync(recordFile(), JSON.stringify({ ...record, ready: false }));
    expect(await ensureServer({ home })).toMatchObject({ pid: first.pid, startedHere: false });
    expect(JSON.parse(readFileSync(recordFile(), 'utf8'))).toMatchObject({ ready: true });
  });

  test('a server whose record was removed is found again: no second one on its database', async () => {
    if (process.platform !== 'linux') return;
    const first = await start();
    rmSync(recordFile());
    const again = await ensureServer({ home });
    expect(again).toMatchObject({ pid: first.pid, address: first.address, ui: first.ui, startedHere: false });
    rmSync(recordFile());
    expect(await stopServer(home)).toMatchObject({ stopped: true, pid: first.pid });
  });

  test('a database of another server version is left as it is and named', async () => {
    mkdirSync(folder(), { recursive: true });
    const old = join(folder(), 'temporal-1.20.db');
    writeFileSync(old, 'as it was');
    const lines: string[] = [];
    await start({ log: (line: string) => lines.push(line) });
    expect(lines.join('\n')).toContain(`${old} was written by another server version than this 1.`);
    expect(readFileSync(old, 'utf8')).toBe('as it was');
  });

  test('search attributes that an existing database lacks are added', async () => {
    const handle = await start();
    const connection = await Connection.connect({ address: handle.address });
    try {
      await connection.operatorService.removeSearchAttributes({ namespace: 'default', searchAttributes: ['FoveaFov'] });
      await stopServer(home);
      const again = await ensureServer({ home, port: Number(handle.address.split(':')[1]) });
      expect(again.startedHere).toBe(true);
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
      expect(customAttributes).toMatchObject({ FoveaFov: 2, FoveaRun: 2 });
    } finally {
      await connection.close();
    }
  });

  test('a server started on demand ends with its last user, one started to stay does not', async () => {
    const first = await holdServer(home);
    const second = await holdServer(home);
    const handle = await start();
    expect((await serverStatus(home)).users).toEqual([process.pid, process.pid]);
    expect(await first()).toEqual({ stopped: false });
    expect(await first()).toEqual({ stopped: false });
    expect((await serverStatus(home)).state).toBe('running');
    expect(await second()).toEqual({ stopped: true });
    expect((await serverStatus(home)).state).toBe('stopped');

    const third = await holdServer(home);
    const kept = await start({ keep: true });
    expect(kept.pid).not.toBe(handle.pid);
    expect(await third()).toEqual({ stopped: false });
    expect((await serverStatus(home)).state).toBe('running');
  });

  test('a user that crashed does not keep the server up, and keep on release does', async () => {
    const release = await holdServer(home);
    writeFileSync(
      join(folder(), 'users', '4194305-aa.json'),
      JSON.stringify({ pid: 4194305, started: 'x', host: hostname() }),
    );
    await start();
    expect(await release({ keep: true })).toEqual({ stopped: false });
    expect((await serverStatus(home)).state).toBe('running');
    const last = await holdServer(home);
    expect(await last()).toEqual({ stopped: true });
  });
});
