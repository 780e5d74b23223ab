import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deepcellAddress } from '../../../activities/models/deepcell.ts';
import { downloadFile } from '../../../activities/models/download.ts';

const folder = mkdtempSync(join(tmpdir(), 'fovea-download-'));
const bytes = Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * 7) % 251));
const digest = { kind: 'sha256', hex: createHash('sha256').update(bytes).digest('hex') } as const;

async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ url: string; close(): void }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/model?signature=secret`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Sends what is asked for, by range where there is one; the first `breaks` answers break off half way. */
function fileServer(breaks: number, ranges: string[], honours = true): Parameters<typeof serve>[0] {
  let left = breaks;
  return (request, response) => {
    const range = honours ? /bytes=(\d+)-/.exec(request.headers.range ?? '') : null;
    ranges.push(request.headers.range ?? '');
    const from = Number(range?.[1] ?? 0);
    if (from >= bytes.length) return void response.writeHead(416).end();
    response.writeHead(range === null ? 200 : 206, { 'content-length': bytes.length - from });
    if (left-- > 0) {
      response.write(bytes.subarray(from, from + 20_000), () => setTimeout(() => response.destroy(), 500));
    } else response.end(bytes.subarray(from));
  };
}

test('goes on where it broke off', async () => {
  const ranges: string[] = [];
  const server = await serve(fileServer(1, ranges));
  const to = join(folder, 'resumed/net.onnx');
  const first = downloadFile({ url: server.url, to, digest });
  await expect(first).rejects.toMatchObject({ code: 'TOOL_FAILED', retryable: true });
  await expect(first).rejects.toThrow(/broke off .* goes on from there/);
  await expect(first).rejects.not.toThrow(/secret/);
  expect(existsSync(to)).toBe(false);
  await downloadFile({ url: server.url, to, digest });
  server.close();
  expect(readFileSync(to).equals(bytes)).toBe(true);
  expect(ranges[0]).toBe('');
  expect(ranges[1]).toMatch(/^bytes=[1-9]\d*-$/);
});

test('starts anew where the server cannot go on, and where the partial file is longer than the file', async () => {
  for (const [name, honours, had] of [
    ['no-ranges', false, 10],
    ['too-long', true, 60_000],
  ] as const) {
    const server = await serve(fileServer(0, [], honours));
    const to = join(folder, `${name}.onnx`);
    writeFileSync(`${to}.partial`, Buffer.alloc(had, 1));
    await downloadFile({ url: server.url, to, digest });
    server.close();
    expect(readFileSync(to).equals(bytes)).toBe(true);
  }
});

test('throws away what has another digest, or more bytes than it may', async () => {
  const server = await serve(fileServer(0, []));
  const to = join(folder, 'wrong.onnx');
  const wrong = { kind: 'sha256', hex: 'ab'.repeat(32) } as const;
  await expect(downloadFile({ url: server.url, to, digest: wrong })).rejects.toMatchObject({
    code: 'MODEL_MISMATCH',
    message: expect.stringContaining('it was thrown away') as string,
  });
  expect([existsSync(to), existsSync(`${to}.partial`)]).toEqual([false, false]);
  await expect(downloadFile({ url: server.url, to, digest, bytes: 100 })).rejects.toThrow(
    /more than the 100 bytes expected/,
  );
  server.close();
});

test('tells what a server answers, and that it is not there', async () => {
  const server = await serve((_, response) => void response.writeHead(404).end());
  await expect(downloadFile({ url: server.url, to: join(folder, 'x'), digest })).rejects.toThrow(/answered 404/);
  server.close();
  await expect(downloadFile({ url: server.url, to: join(folder, 'x'), digest })).rejects.toThrow(/cannot be reached/);
});

describe('the DeepCell portal', () => {
  const TOKEN = 'a-very-secret-token';

  test('is given the key and the token, and gives the address', async () => {
    let seen = '';
    const portal = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        seen = `${request.method} ${request.headers['x-api-key']} ${body}`;
        response.end(JSON.stringify({ url: 'https://example.org/signed', size: '12.3 MB' }));
      });
    });
    expect(await deepcellAddress('models/x.pth', TOKEN, portal.url)).toBe('https://example.org/signed');
    expect(seen).toBe(`POST ${TOKEN} s3_key=models%2Fx.pth`);
    portal.close();
  });

  test.each([
    [403, 'does not take the token in DEEPCELL_ACCESS_TOKEN'],
    [404, 'has no asset models/x.pth'],
    [500, 'answered 500; try again later'],
  ])('answers %i', async (status, message) => {
    const portal = await serve((_, response) => void response.writeHead(status).end('{}'));
    const asked = deepcellAddress('models/x.pth', TOKEN, portal.url);
    await expect(asked).rejects.toThrow(message);
    await expect(asked).rejects.not.toThrow(TOKEN);
    portal.close();
  });

  test('is not asked without a token', async () => {
    await expect(deepcellAddress('models/x.pth', undefined)).rejects.toMatchObject({
      code: 'LICENCE',
      message: expect.stringContaining('register at users.deepcell.org') as string,
    });
  });
});
