import { realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { FoveaError } from '../core/errors.ts';
import { findDigest } from '../activities/inspect/find-digest.ts';
import { findPublished } from '../activities/inspect/published-path.ts';
import {
  lostArtifacts,
  revisionFolders,
  storedArtifacts,
  verifyArtifact,
  verifyRevision,
  type Verification,
} from '../activities/inspect/verify.ts';
import { getJson } from '../activities/store/blobs.ts';
import type { ResultRecord } from '../activities/store/records.ts';
import { resultPath, type Store } from '../activities/store/store.ts';
import { EXIT } from './exit-codes.ts';
import { counted, createOutput, examples, formatBytes } from './output.ts';
import { openExistingStore, projectOf, withProjectOptions, type ProjectOptions } from './project.ts';

interface VerifyOptions extends ProjectOptions {
  readonly all?: boolean;
}

type Check = () => Promise<Verification>;

async function everything(store: Store, results: string): Promise<Check[]> {
  const stored = await storedArtifacts(store);
  const lost = await lostArtifacts(store, new Set(stored));
  return [
    ...[...stored, ...lost].map((digest) => () => verifyArtifact(store, digest)),
    ...(await revisionFolders(results)).map((folder) => () => verifyRevision(folder)),
  ];
}

async function named(store: Store, target: string): Promise<Check[]> {
  const path = resolve(target);
  const isPath = !/^[0-9a-f]{6,64}$/i.test(target) && (await stat(path).catch(() => null)) !== null;
  const whole = isPath && (await stat(join(path, 'revision.json')).catch(() => null)) !== null;
  if (whole) return [async () => verifyRevision(await realpath(path))];
  const published = isPath ? await findPublished(path) : null;
  if (published !== null) return [() => verifyRevision(published.folder)];
  const found = await findDigest(store, target);
  if (found.kind === 'artifact') return [() => verifyArtifact(store, found.digest)];
  const record = await getJson<ResultRecord>(store.blobs, resultPath(found.digest));
  return Object.values(record?.outputs ?? {}).map(
    ({ digest }) =>
      () =>
        verifyArtifact(store, digest),
  );
}

/** One line for what is right, one per file for what is not. */
function lines({ kind, name, folder, verdict, files, bytes, damage, note }: Verification): string[] {
  const title = kind === 'artifact' ? `artifact ${name.slice(0, 12)}` : name;
  const size = files > 0 ? `  ${counted(files, 'file')}, ${formatBytes(bytes)}` : '';
  const remark = note === null ? '' : `  (${note})`;
  const head = `${verdict.padEnd(10)}  ${title}${size}${remark}`;
  return [head, ...damage.map(({ path, what, detail }) => `  ${what}  ${join(folder, path)}: ${detail}`)];
}

export function verifyCommand(): Command {
  const command = new Command('verify')
    .description('hash stored artifacts and published files again and name every file whose bytes changed')
    .argument('[digest|revision]', 'an artifact or result by its digest, or a published revision by its folder')
    .option('--all', 'every stored artifact and every published revision (the default without an argument)')
    .addHelpText(
      'after',
      examples(
        ['fovea verify', 'the whole store and all that is published'],
        ['fovea verify results/tissue/latest', 'one revision'],
        ['fovea verify 3f2a91c04b --json', 'one artifact'],
      ),
    );
  return withProjectOptions(command).action(async (target: string | undefined, options: VerifyOptions) => {
    if (target !== undefined && options.all === true) {
      throw new FoveaError('USAGE', `either --all or ${target}: leave out one of them`);
    }
    const out = createOutput(options.json === true);
    const store = await openExistingStore(options);
    const checks =
      target === undefined ? await everything(store, projectOf(options).results) : await named(store, target);
    const found: Verification[] = [];
    for (const check of checks) {
      const verification = await check();
      found.push(verification);
      const quiet = target === undefined && verification.verdict !== 'damaged' && verification.kind === 'artifact';
      if (!quiet) for (const line of lines(verification)) out.line(line);
    }
    const count = (verdict: Verification['verdict']): number => found.filter((each) => each.verdict === verdict).length;
    const files = found.reduce((sum, each) => sum + each.damage.length, 0);
    const bytes = found.reduce((sum, each) => sum + each.bytes, 0);
    const unlisted = count('unlisted') > 0 ? `, ${count('unlisted')} without a list of files` : '';
    const absent = count('not stored') > 0 ? `, ${count('not stored')} not stored` : '';
    out.line(
      `${found.length} checked (${formatBytes(bytes)}): ${count('intact')} intact${unlisted}${absent}, ` +
        (count('damaged') === 0 ? 'none damaged' : `${count('damaged')} damaged in ${counted(files, 'file')}`),
    );
    out.result({ checked: found.length, damaged: count('damaged'), bytes, results: found });
    if (count('damaged') > 0) process.exitCode = EXIT.differs;
  });
}
