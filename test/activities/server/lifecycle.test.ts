import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { ensureServer, serverStatus, stopServer } from '../../../activities/server/index.ts';
import { fileLock } from '../../../activities/server/supply.ts';
import { describeWithServer, freePort, startTestServer } from '../../support/server.ts';

type TestServer = Awaited<ReturnType<typeof startTestServer>>;

/** Local addresses the process listens on, from the kernel's own tables: socket inodes of its descriptors, state 0A. */
function listening(pid: number): string[] {
  const links = execFileSync('ls', ['-l', `/proc/${pid}/fd`], { encoding: 'utf8' });
  const sockets = new Set([...links.matchAll(/socket:\[(\d+)\]/g)].map((match) => match[1]));
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((row) => row[3] === '0A' && sockets.has(row[9]))
      .map((row) => `${table} ${(row[1] ?? '').split(':')[0]}`),
  );
}

await describeWithServer('the embedded server', () => {
  let server: TestServer;
  let connection: Connection;

  beforeAll(async () => {
    server = await startTestServer();
    connection = await Connection.connect({ address: server.address });
  });
  afterAll(async () => {
    await connection.close();
    await server.stop();
  });

  test('answers, and its handle and status say what is running', async () => {
    expect(server).toMatchObject({ kind: 'embedded', namespace: 'default', startedHere: true });
    expect(server.version).toMatch(/^1\.(29|[3-9]\d)\.\d+/);
    const status = await serverStatus(server.home);
    expect(status).toMatchObject({
      state: 'running',
      address: server.address,
      pid: server.pid,
      ui: server.ui,
      users: [],
    });
    expect(status.db?.path).toMatch(/temporal-1\.\d+\.db$/);
    expect(status.db?.bytes).toBeGreaterThan(0);
    expect(readdirSync(join(server.home, 'server'))).toEqual(expect.arrayContaining(['server.json', 'server.log']));
  });

  test('a second call finds the same server', async () => {
    const again = await ensureServer({ home: server.home });
    expect(again).toEqual({
      address: server.address,
      namespace: 'default',
      ui: server.ui,
      kind: 'embedded',
      pid: server.pid,
      startedHere: false,
      version: server.version,
    });
  });

  test('a second call for another port keeps the running server and says so', async () => {
    const lines: string[] = [];
    const again = await ensureServer({ home: server.home, port: await freePort(), log: (line) => lines.push(line) });
    expect(again.address).toBe(server.address);
    expect(lines.join('\n')).toContain(`already runs at ${server.address}; it keeps that port`);
  });

  test('keeps closed workflows for 365 days', async () => {
    const { config } = await connection.workflowService.describeNamespace({ namespace: 'default' });
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(365 * 24 * 3600);
  });

  test('knows the search attributes as keywords', async () => {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
    expect(customAttributes).toMatchObject({ FoveaPipeline: 2, FoveaPlan: 2, FoveaFov: 2, FoveaRun: 2 });
  });

  test('runs with WAL', () => {
    const db = readdirSync(join(server.home, 'server')).filter((name) => name.endsWith('.db-wal'));
    expect(db).toHaveLength(1);
  });

  test('serves its web page', async () => {
    const page = await fetch(server.ui ?? '');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<html');
  });

  test('listens on the loopback interface only', () => {
    if (process.platform !== 'linux') return expect(server.address).toMatch(/^127\.0\.0\.1:/);
    const found = listening(server.pid ?? 0);
    expect(found.length).toBeGreaterThanOrEqual(2);
    // 127.0.0.1 in the kernel's byte order.
    expect(new Set(found)).toEqual(new Set(['tcp 0100007F']));
  });

  test('killed with SIGKILL, it comes back on the same port and file, with its workflows', async () => {
    const client = new Client({ connection });
    const started = await client.workflow.start('pipeline', { workflowId: 'survivor', taskQueue: 'nobody', args: [] });
    process.kill(server.pid ?? 0, 'SIGKILL');
    const again = await ensureServer({ home: server.home });
    expect(again).toMatchObject({ address: server.address, startedHere: true });
    expect(again.pid).not.toBe(server.pid);
    const described = await client.workflow.getHandle('survivor').describe();
    expect(described).toMatchObject({ runId: started.firstExecutionRunId, status: { name: 'RUNNING' } });
  });

  test('stops cleanly, and a second stop finds nothing to do', async () => {
    const { pid } = await ensureServer({ home: server.home });
    expect(await stopServer(server.home)).toEqual({ stopped: true, pid, killed: false });
    // This process may not have been told yet of its child's end; the child is a zombie then, which counts as ended.
    expect((await fileLock()).processStart(pid ?? 0)).toBeNull();
    expect(existsSync(join(server.home, 'server', 'server.json'))).toBe(false);
    expect(await serverStatus(server.home)).toMatchObject({ state: 'stopped', address: null, pid: null });
    expect(await stopServer(server.home)).toEqual({ stopped: false, pid: null, killed: false });
  });
});
