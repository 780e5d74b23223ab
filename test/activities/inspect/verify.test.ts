import { mkdtemp, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkFileList, writeFileList } from '../../../activities/store/file-list.ts';
import { verifyArtifact } from '../../../activities/inspect/verify.ts';
import { linkTree } from '../../../activities/engine/link-tree.ts';
import { digestOf } from '../../../core/digest.ts';
import { artifactPath, openStore, type Store } from '../../../activities/store/store.ts';
import { verifyCommand } from '../../../cli/verify.ts';
import type { Image } from '../../../kernels/image.ts';
import { runCommand } from '../../support/run-command.ts';
import { sampleRevision } from '../../support/sample-revision.ts';
import { outputsOf, sampleRows, sampleRun, tissuePlan } from '../../support/sample-store.ts';

const RUN = '20250301-120000-aaaa';
let folder: string;
let store: Store;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fovea-verify-'));
  store = await openStore(join(folder, 'store'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Listed = { digest: string; files: Record<string, { sha256: string; bytes: number }> };

/** Flips one bit in the middle of a file. */
async function flipBit(path: string): Promise<void> {
  const bytes = await readFile(path);
  const middle = bytes.length >> 1;
  bytes[middle] = bytes[middle]! ^ 1;
  await writeFile(path, bytes);
}

const image = (): Image => ({
  ...{ height: 64, width: 64, mpp: 0.5, intensity: 'counts' },
  channels: ['DNA', 'CD45', 'CD3'].map((name) => ({ name, role: null })),
  planes: [1, 2, 3].map((factor) => Uint16Array.from({ length: 64 * 64 }, (_, i) => (i * i * factor) % 65521)),
});

async function storedImage(): Promise<{ digest: string; path: string }> {
  const { ref } = await store.writeArtifact('Image', image(), true);
  const path = join(store.root, artifactPath(ref.digest));
  await writeFileList(path);
  return { digest: ref.digest, path };
}

describe('an artifact', () => {
  test('is intact when every file and the decoded content are as written', async () => {
    const { digest } = await storedImage();
    const found = await verifyArtifact(store, digest);
    expect(found).toMatchObject({ verdict: 'intact', damage: [], note: null });
    expect(found.files).toBeGreaterThanOrEqual(6);
  });

  test.each(['image/0/0/0', 'image/2/0/0', 'image/.zarray', '.zattrs', '.zgroup'])(
    'one flipped bit names %s',
    async (file) => {
      const { digest, path } = await storedImage();
      await flipBit(join(path, file));
      const { verdict, damage } = await verifyArtifact(store, digest);
      expect(verdict).toBe('damaged');
      expect(damage.map((each) => [each.path, each.what])).toEqual([[file, 'changed']]);
      expect(damage[0]!.detail).toMatch(/^sha256 [0-9a-f]{12} where [0-9a-f]{12} was written$/);
    },
  );

  test('missing, cut and added files are told apart', async () => {
    const { digest, path } = await storedImage();
    await unlink(join(path, 'image/0/0/0'));
    await truncate(join(path, 'image/1/0/0'), 10);
    await writeFile(join(path, 'note.txt'), 'hello');
    const { damage } = await verifyArtifact(store, digest);
    expect(damage.map((each) => [each.path, each.what])).toEqual([
      ['image/0/0/0', 'missing'],
      ['image/1/0/0', 'changed'],
      ['note.txt', 'extra'],
    ]);
    expect(damage[1]!.detail).toMatch(/^10 bytes where \d+ were written$/);
  });

  test('damage to the list itself is not taken for damage to the files', async () => {
    const { digest, path } = await storedImage();
    const list = join(path, 'files.json');
    await writeFile(list, (await readFile(list, 'utf8')).replace(/"bytes": (\d)/, '"bytes": 9$1'));
    const { verdict, damage } = await verifyArtifact(store, digest);
    expect(verdict).toBe('damaged');
    expect(damage).toEqual([expect.objectContaining({ path: 'files.json', what: 'changed' })]);
  });

  test('without a list the content still tells: a chunk that does not decode is named', async () => {
    const { ref } = await store.writeArtifact('Image', image(), true);
    const path = join(store.root, artifactPath(ref.digest));
    await rm(join(path, 'files.json'), { force: true });
    expect((await verifyArtifact(store, ref.digest)).verdict).toBe('unlisted');
    await truncate(join(path, 'image/1/0/0'), 100);
    const { verdict, damage } = await verifyArtifact(store, ref.digest);
    expect(verdict).toBe('damaged');
    expect(damage).toEqual([expect.objectContaining({ path: 'image/1/0/0', what: 'unreadable' })]);
  });

  test('swapped contents are found by the digest even where the list agrees', async () => {
    const { digest, path } = await storedImage();
    const [a, b] = [join(path, 'image/0/0/0'), join(path, 'image/1/0/0')];
    const [first, second] = [await readFile(a), await readFile(b)];
    await writeFile(a, second);
    await writeFile(b, first);
    await writeFileList(path);
    const { verdict, damage } = await verifyArtifact(store, digest);
    expect(verdict).toBe('damaged');
    expect(damage).toEqual([expect.objectContaining({ path: '.', what: 'changed' })]);
    expect(damage[0]!.detail).toMatch(/^the content's digest is [0-9a-f]{12}, so at least one of its files changed$/);
  });

  test('that was not to be kept is not stored, which is no damage; one that was is lost', async () => {
    const rows = await sampleRows(store, join(folder, 'images'), ['A']);
    await sampleRun(store, { run: RUN, plan: tissuePlan(), rows });
    const { image: resampled } = await outputsOf(store, RUN, 'A', 'resample');
    const verification = await verifyArtifact(store, resampled!.digest);
    expect(verification).toMatchObject({ verdict: 'not stored', note: 'recomputed from its record when it is needed' });
    const { cells } = await outputsOf(store, RUN, 'A', 'segment');
    await rm(join(store.root, artifactPath(cells!.digest)), { recursive: true });
    expect(await verifyArtifact(store, cells!.digest)).toMatchObject({
      verdict: 'damaged',
      damage: [{ what: 'missing' }],
    });
  });
});

describe('fovea verify', () => {
  const verify = (...args: string[]) =>
    runCommand(verifyCommand(), ...args, '--store', store.root, '--results', join(folder, 'results'));

  test('checks everything, exits with 6 on damage and lists each file', async () => {
    const rows = await sampleRows(store, join(folder, 'images'), ['A', 'B']);
    await sampleRun(store, { run: RUN, plan: tissuePlan(), rows });
    const revision = await sampleRevision(store, join(folder, 'results'), RUN, 'r0001');
    const clean = await verify();
    expect(clean).toMatchObject({ exitCode: 0, error: null });
    expect(clean.stdout).toMatch(/intact {6}tissue\/r0001 {2}6 files, 1\.1 KiB\n\d+ checked .* none damaged\n$/);

    const chunk = join(revision, 'fovs/B.zarr/labels/cells/0');
    await flipBit(chunk);
    const { cells } = await outputsOf(store, RUN, 'A', 'segment');
    await rm(join(store.root, artifactPath(cells!.digest)), { recursive: true });
    const damaged = await verify('--all');
    expect(damaged.exitCode).toBe(6);
    expect(damaged.stdout).toContain(`  changed  ${chunk}: sha256 `);
    expect(damaged.stdout).toContain(
      `damaged     artifact ${cells!.digest.slice(0, 12)}  (the next run computes it again)`,
    );
    expect(damaged.stdout).toMatch(/2 damaged in 2 files\n$/);

    const one = await verify(revision, '--json');
    expect(one.exitCode).toBe(6);
    expect(JSON.parse(one.stdout)).toMatchObject({
      checked: 1,
      damaged: 1,
      results: [{ name: 'tissue/r0001', damage: [{ path: 'fovs/B.zarr/labels/cells/0', what: 'changed' }] }],
    });
  });

  test('a revision that does not describe itself any more is damaged, not an error', async () => {
    const rows = await sampleRows(store, join(folder, 'images'), ['A']);
    await sampleRun(store, { run: RUN, plan: tissuePlan(), rows });
    const revision = await sampleRevision(store, join(folder, 'results'), RUN, 'r0001');
    await truncate(join(revision, 'revision.json'), 20);
    const { exitCode, stdout } = await verify(revision);
    expect(exitCode).toBe(6);
    expect(stdout).toContain(`  unreadable  ${revision}/revision.json: `);
  });
});

test('files linked from the revision before are not hashed again', async () => {
  const [before, after] = [join(folder, 'r1'), join(folder, 'r2')];
  const { path } = await storedImage();
  await linkTree(path, before, ['image', '.zattrs']);
  await writeFileList(before);
  await linkTree(before, after, ['image']);
  await writeFile(join(after, 'new.txt'), 'new');
  // A digest that the bytes do not have shows that it was taken over from the list before.
  const path0 = 'image/0/0/0';
  const list = JSON.parse(await readFile(join(before, 'files.json'), 'utf8')) as Listed;
  list.files[path0] = { ...list.files[path0]!, sha256: '0'.repeat(64) };
  await writeFile(join(before, 'files.json'), JSON.stringify({ ...list, digest: digestOf('fovea.files', list.files) }));
  await writeFileList(after, before);
  const taken = JSON.parse(await readFile(join(after, 'files.json'), 'utf8')) as Listed;
  expect(taken.files[path0]!.sha256).toBe('0'.repeat(64));
  expect(Object.keys(taken.files)).toEqual(['image/.zarray', 'image/0/0/0', 'image/1/0/0', 'image/2/0/0', 'new.txt']);
  expect((await checkFileList(after)).damage.map((each) => [each.path, each.what])).toEqual([[path0, 'changed']]);
});
