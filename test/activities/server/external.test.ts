import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectionOptions, ensureServer, serverStatus } from '../../../activities/server/index.ts';
import { describeWithServer, freePort, startTestServer } from '../../support/server.ts';

const cluster = { address: 'temporal.example:7233', kind: 'external' } as const;

describe('connectionOptions', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fovea-tls-'));
    for (const name of ['ca', 'crt', 'key']) writeFileSync(join(folder, name), `the ${name}`);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('the embedded server gets none of a cluster’s secrets', () => {
    const env = { TEMPORAL_API_KEY: 'secret', TEMPORAL_TLS: 'true' };
    expect(connectionOptions({ address: '127.0.0.1:7233', kind: 'embedded' }, env)).toEqual({
      address: '127.0.0.1:7233',
    });
  });

  test('an API key implies TLS', () => {
    expect(connectionOptions(cluster, { TEMPORAL_API_KEY: 'secret' })).toEqual({
      address: 'temporal.example:7233',
      apiKey: 'secret',
      tls: true,
    });
    expect(connectionOptions(cluster, { TEMPORAL_API_KEY: 'secret', TEMPORAL_TLS: 'false' }).tls).toBe(false);
    expect(connectionOptions(cluster, {})).toEqual({ address: 'temporal.example:7233' });
  });

  test('certificates come from files or from the variables themselves', () => {
    const env = {
      TEMPORAL_TLS_SERVER_NAME: 'inner',
      TEMPORAL_TLS_SERVER_CA_CERT_PATH: join(folder, 'ca'),
      TEMPORAL_TLS_CLIENT_CERT_PATH: join(folder, 'crt'),
      TEMPORAL_TLS_CLIENT_KEY_DATA: 'key here',
    };
    expect(connectionOptions(cluster, env).tls).toEqual({
      serverNameOverride: 'inner',
      serverRootCACertificate: Buffer.from('the ca'),
      clientCertPair: { crt: Buffer.from('the crt'), key: Buffer.from('key here') },
    });
  });

  test('half a pair and an unreadable file are refused', () => {
    expect(() => connectionOptions(cluster, { TEMPORAL_TLS_CLIENT_KEY_DATA: 'k' })).toThrow(
      'TEMPORAL_TLS_CLIENT_KEY_PATH (or _DATA) is set without TEMPORAL_TLS_CLIENT_CERT; set both',
    );
    expect(() => connectionOptions(cluster, { TEMPORAL_TLS_SERVER_CA_CERT_PATH: join(folder, 'no') })).toThrow(
      `TEMPORAL_TLS_SERVER_CA_CERT_PATH names ${join(folder, 'no')}, which cannot be read`,
    );
  });
});

describe('TEMPORAL_ADDRESS', () => {
  afterEach(() => {
    for (const name of ['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'TEMPORAL_PROFILE']) delete process.env[name];
  });

  test('a server that does not answer is named, with what to check', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    process.env['TEMPORAL_ADDRESS'] = address;
    await expect(ensureServer({ home: '/nowhere' })).rejects.toMatchObject({
      code: 'NO_SERVER',
      fields: { address, namespace: 'default' },
      message: expect.stringMatching(
        /^TEMPORAL_ADDRESS names 127\.0\.0\.1:\d+, namespace default, but: no Temporal server answers at .* within 5 s .*unset TEMPORAL_ADDRESS to use the embedded server$/,
      ),
    });
  });

  test('a configuration profile is not silently passed over', async () => {
    process.env['TEMPORAL_PROFILE'] = 'prod';
    await expect(ensureServer({ home: '/nowhere' })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(
        /^TEMPORAL_PROFILE is set, but Fovea reads no Temporal configuration files; set TEMPORAL_ADDRESS/,
      ),
    });
  });
});

await describeWithServer('a server by address', () => {
  let server: Awaited<ReturnType<typeof startTestServer>>;
  beforeAll(async () => {
    server = await startTestServer();
    process.env['TEMPORAL_ADDRESS'] = server.address;
  });
  afterAll(async () => {
    for (const name of ['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE']) delete process.env[name];
    await server.stop();
  });

  test('is used as it is', async () => {
    const handle = await ensureServer({ home: '/nowhere' });
    expect(handle).toMatchObject({
      kind: 'external',
      address: server.address,
      pid: null,
      ui: null,
      version: server.version,
    });
    expect(await serverStatus('/nowhere')).toMatchObject({ state: 'external', address: server.address });
  });

  test('must have the namespace', async () => {
    process.env['TEMPORAL_NAMESPACE'] = 'tissue';
    await expect(ensureServer({ home: '/nowhere' })).rejects.toMatchObject({
      code: 'NO_SERVER',
      message: expect.stringContaining('namespace tissue, but: the server has no namespace tissue; start that server'),
    });
  });
});
