import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Server } from 'node:http';
import { findTemporal } from '../../../activities/server/index.ts';
import { isFoveaError } from '../../../core/errors.ts';
import type { FoveaError } from '../../../core/errors.ts';

const OLD = 'temporal version 1.4.1 (Server 1.28.0, UI 2.39.0)';
const NEW = 'temporal version 1.8.2 (Server 1.31.2, UI 2.50.1)';

describe('findTemporal', () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fovea-find-'));
    // A closed port: no download. No Go on PATH: no build.
    env = {
      PATH: join(folder, 'bin'),
      FOVEA_CACHE: join(folder, 'cache'),
      FOVEA_TEMPORAL_URL: 'http://127.0.0.1:1/releases',
    };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A program that prints a line, whatever it is asked. */
  const program = (name: string, prints: string): string => {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, `#!/bin/sh\necho '${prints}'\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const failure = async (): Promise<FoveaError> => {
    const err: unknown = await findTemporal({ env }).catch((thrown: unknown) => thrown);
    if (!isFoveaError(err)) throw new Error('a FoveaError was expected', { cause: err });
    return err;
  };

  test('takes temporal from PATH when it is new enough', async () => {
    const path = program('bin/temporal', NEW);
    expect(await findTemporal({ env })).toMatchObject({ path, version: '1.31.2', cli: '1.8.2', how: 'PATH' });
  });

  test('takes FOVEA_TEMPORAL_BIN before PATH', async () => {
    program('bin/temporal', NEW);
    env['FOVEA_TEMPORAL_BIN'] = program('mine/temporal', 'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)');
    expect(await findTemporal({ env })).toMatchObject({ version: '1.29.1', how: 'FOVEA_TEMPORAL_BIN', tried: [] });
  });

  test('FOVEA_TEMPORAL_BIN is binding: a bad one is an error though PATH has a good one', async () => {
    program('bin/temporal', NEW);
    env['FOVEA_TEMPORAL_BIN'] = join(folder, 'nothing');
    const err = await failure();
    expect(err.code).toBe('NO_SERVER');
    expect(err.fields['tried']).toEqual([
      `FOVEA_TEMPORAL_BIN: ${join(folder, 'nothing')} cannot be run: spawnSync ${join(folder, 'nothing')} ENOENT`,
    ]);
  });

  test('passes over a temporal on PATH that is too old, saying which version it found and which it wants', async () => {
    const old = program('bin/temporal', OLD);
    const lines: string[] = [];
    const err: unknown = await findTemporal({ env, log: (line) => lines.push(line) }).catch(
      (thrown: unknown) => thrown,
    );
    const wanted = `PATH: ${old} has server 1.28.0; 1.29 or newer is wanted (Temporal CLI 1.5 or newer)`;
    expect(lines).toContain(wanted);
    expect((err as Error).message).toContain(wanted);
  });

  test('a program that is no Temporal CLI is not taken for one', async () => {
    const path = program('bin/temporal', 'temporal: the time module, version 3');
    expect((await failure()).fields['tried']).toContain(
      `PATH: ${path} --version says "temporal: the time module, version 3", which is no Temporal CLI with a server`,
    );
  });

  test('without any way the error lists them all, in order, and ends in the remedy', async () => {
    const err = await failure();
    expect(err.code).toBe('NO_SERVER');
    expect(err.fields['tried']).toEqual([
      'FOVEA_TEMPORAL_BIN: not set',
      'PATH: no temporal program on it',
      `cache: nothing usable under ${join(folder, 'cache', 'temporal')}`,
      'download: 127.0.0.1:1 cannot be reached: ECONNREFUSED',
      'build: no go program on PATH',
    ]);
    expect(err.message).toMatch(/^no Temporal server could be had\. Tried:\n {2}- FOVEA_TEMPORAL_BIN: not set\n/);
    expect(err.message).toMatch(
      /set TEMPORAL_ADDRESS to a running server or FOVEA_TEMPORAL_BIN to a temporal program\.$/,
    );
  });

  test('a Go that is too old to fetch a newer one is named', async () => {
    const go = program('bin/go', 'go version go1.19.8 linux/amd64');
    expect((await failure()).fields['tried']).toContain(`build: ${go} is Go 1.19; Go 1.21 or newer is wanted`);
  });

  test('a failing build reports what Go said', async () => {
    const go = program('bin/go', 'go version go1.26.4 linux/amd64');
    writeFileSync(
      go,
      '#!/bin/sh\ncase $1 in version) echo go version go1.26.4 linux/amd64;; *) echo no room left >&2; exit 1;; esac\n',
    );
    expect((await failure()).fields['tried']).toContain('build: go build failed: no room left');
  });

  describe('download', () => {
    let mirror: Server;
    afterEach(() => new Promise((resolve) => mirror.close(resolve)));
    const serve = async (answer: { status: number; body: string }): Promise<void> => {
      mirror = createServer((_request, response) => response.writeHead(answer.status).end(answer.body));
      await new Promise<void>((resolve) => mirror.listen(0, '127.0.0.1', resolve));
      env['FOVEA_TEMPORAL_URL'] = `http://127.0.0.1:${(mirror.address() as { port: number }).port}/releases`;
    };

    test('an archive with another digest is not unpacked, let alone run', async () => {
      await serve({ status: 200, body: 'something else' });
      const download = ((await failure()).fields['tried'] as string[]).find((line) => line.startsWith('download:'));
      expect(download).toMatch(
        /temporal_cli_1\.8\.2_\w+\.tar\.gz has sha256 f41f3fa625ff120ddca7ef456bf66371ecea23c129f4e4c32367101edb516cf8, [0-9a-f]{64} was expected; it was not run$|no verified release is known/,
      );
    });

    test('a mirror without the file is named', async () => {
      await serve({ status: 404, body: '' });
      const download = ((await failure()).fields['tried'] as string[]).find((line) => line.startsWith('download:'));
      expect(download).toMatch(
        /releases\/temporal_cli_1\.8\.2_\w+\.tar\.gz: HTTP 404 Not Found$|no verified release is known/,
      );
    });
  });
});
