import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

interface Release {
  downloadRelease(
    path: string,
    options: {
      env: NodeJS.ProcessEnv;
      log: (line: string) => void;
      platform: string;
      digests?: Record<string, [string, string]>;
    },
  ): Promise<void>;
  untar(tar: Buffer, name: string): Buffer;
}
const { downloadRelease, untar } = (await import(pathToFileURL('scripts/temporal-release.mjs').href)) as Release;

describe('temporal-release', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fovea-release-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const pack = (...flags: string[]): Buffer => {
    mkdirSync(join(folder, 'in'), { recursive: true });
    writeFileSync(join(folder, 'in', 'LICENSE'), 'MIT'.repeat(400));
    writeFileSync(join(folder, 'in', 'temporal'), '#!/bin/sh\necho hello\n');
    execFileSync('tar', [...flags, '-cf', join(folder, 'out'), '-C', join(folder, 'in'), '.']);
    return readFileSync(join(folder, 'out'));
  };

  test('a verified archive becomes an executable file and leaves nothing beside it', async () => {
    const archive = pack('-z');
    const digest = createHash('sha256').update(archive).digest('hex');
    const paths: (string | undefined)[] = [];
    const mirror = createServer((request, response) => {
      paths.push(request.url);
      response.end(archive);
    });
    await new Promise<void>((resolve) => mirror.listen(0, '127.0.0.1', resolve));
    try {
      const env = { FOVEA_TEMPORAL_URL: `http://127.0.0.1:${(mirror.address() as { port: number }).port}/t/` };
      const path = join(folder, 'cache', 'temporal');
      await downloadRelease(path, { env, log: () => {}, platform: 'vax', digests: { vax: ['vms_vax', digest] } });
      expect(paths).toEqual(['/t/temporal_cli_1.8.2_vms_vax.tar.gz']);
      expect(execFileSync(path, { encoding: 'utf8' })).toBe('hello\n');
      expect(statSync(path).mode & 0o777).toBe(0o755);
      expect(readdirSync(join(folder, 'cache'))).toEqual(['temporal']);
    } finally {
      mirror.close();
    }
  });

  test('a platform without a known digest is refused before anything is fetched', async () => {
    const options = { env: { FOVEA_TEMPORAL_URL: 'http://127.0.0.1:1' }, log: () => {}, platform: 'sunos-x64' };
    await expect(downloadRelease(join(folder, 'temporal'), options)).rejects.toThrow(
      'no verified release is known for sunos-x64',
    );
  });

  test('untar finds the file among others, and refuses damaged and foreign archives', () => {
    const tar = pack();
    expect(untar(tar, 'temporal').toString()).toBe('#!/bin/sh\necho hello\n');
    expect(() => untar(tar, 'absent')).toThrow('the archive holds no file called absent');
    const cut = tar.subarray(0, 1024);
    expect(() => untar(cut, 'temporal')).toThrow(/damaged|holds no file/);
    expect(() => untar(Buffer.alloc(1024, 'x'), 'temporal')).toThrow('the archive is damaged');
  });
});
