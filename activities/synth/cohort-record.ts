import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Digest } from '../../core/artifact.ts';
import { canonical } from '../../core/digest.ts';
import { FoveaError } from '../../core/errors.ts';

/** What `synth.json` holds: enough to know a finished cohort again. */
export interface CohortRecord {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly cells: number;
  /** SHA-256 by path relative to the cohort's folder. */
  readonly files: Readonly<Record<string, Digest>>;
}

const RECORD = 'synth.json';

async function digestFile(path: string): Promise<Digest | null> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  return hash.digest('hex');
}

/** Writes a text file that appears whole or not at all. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.partial`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The record of an earlier, finished call; null when there is none that can be read. */
export async function readRecord(dir: string): Promise<CohortRecord | null> {
  try {
    const record = JSON.parse(await readFile(join(dir, RECORD), 'utf8')) as CohortRecord | null;
    return typeof record?.files === 'object' && record.files !== null && Number.isInteger(record.cells) ? record : null;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Whether a record was made with `parameters`, lists exactly `files`, and every one of them still has its digest. */
export async function isComplete(
  dir: string,
  record: CohortRecord,
  parameters: Readonly<Record<string, unknown>>,
  files: readonly string[],
): Promise<boolean> {
  if (canonical(record.parameters ?? null) !== canonical(parameters)) return false;
  if (files.length !== Object.keys(record.files).length) return false;
  for (const file of files) if ((await digestFile(join(dir, file))) !== record.files[file]) return false;
  return true;
}

/** Digests the cohort's files and records them: the last act of a finished call. */
export async function writeRecord(
  dir: string,
  parameters: Readonly<Record<string, unknown>>,
  cells: number,
  names: readonly string[],
): Promise<void> {
  const files: Record<string, Digest> = {};
  for (const name of names) {
    const digest = await digestFile(join(dir, name));
    if (digest === null) {
      throw new FoveaError('STORE', `${join(dir, name)} vanished while the cohort was written; make the cohort again`);
    }
    files[name] = digest;
  }
  const record: CohortRecord = { parameters, cells, files };
  await writeWhole(join(dir, RECORD), `${JSON.stringify(record, null, 2)}\n`);
}

/** Forgets an earlier record, so that an interrupted rewrite cannot pass for a finished one. */
export async function removeRecord(dir: string): Promise<void> {
  await rm(join(dir, RECORD), { force: true });
}
