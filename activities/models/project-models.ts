import { copyFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseDocument, type Document } from 'yaml';
import { FoveaError } from '../../core/errors.ts';
import { parseModels } from '../../core/models.ts';
import { sha256OfFile } from './check-file.ts';

const HEAD =
  "# The project's own models, laid over those that come with Fovea. Written by fovea models; comments stay.\n";

async function read(file: string): Promise<Document> {
  const text = await readFile(file, 'utf8').catch((err: NodeJS.ErrnoException) => {
    if (err.code === 'ENOENT') return `${HEAD}models: {}\n`;
    throw err;
  });
  const document = parseDocument(text);
  const [problem] = document.errors;
  if (problem !== undefined) {
    throw new FoveaError('USAGE', `${file} is no YAML: ${problem.message}; correct it first`, { fields: { file } });
  }
  return document;
}

async function write(file: string, document: Document): Promise<void> {
  const text = document.toString({ lineWidth: 120 });
  parseModels(text, file);
  await mkdir(dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}.partial`;
  await writeFile(partial, text);
  await rename(partial, file);
}

/** What `add` is told of a model: a record without what is read off the file. */
export type NewModel = Readonly<Record<string, unknown>>;

/**
 * Puts a model file into the project and its record into `<home>/models.yaml`; a record of that name is replaced. The file is
 * copied to `<home>/models/<sha256>.onnx`. `check` sees the new record's file before anything is written. Throws PIPELINE for
 * a record that cannot be used, and what `check` throws.
 */
export async function addModel(
  home: string,
  name: string,
  onnx: string,
  record: NewModel,
  check: (modelsFile: string) => Promise<void>,
): Promise<{ sha256: string; bytes: number }> {
  const { size } = await stat(onnx);
  const sha256 = await sha256OfFile(onnx);
  const file = join('models', `${sha256}.onnx`);
  const complete = { ...record, file, sha256, bytes: size };
  const target = join(home, file);
  await mkdir(dirname(target), { recursive: true });
  const partial = `${target}.${process.pid}.partial`;
  const trial = join(home, `models.${process.pid}.partial.yaml`);
  const existed = await stat(target).catch(() => null);
  try {
    await copyFile(onnx, partial);
    await rename(partial, target);
    const only = parseDocument('models: {}\n');
    only.setIn(['models', name], complete);
    await write(trial, only);
    await check(trial);
  } catch (err) {
    if (existed === null) await rm(target, { force: true });
    throw err;
  } finally {
    await rm(trial, { force: true });
    await rm(partial, { force: true });
  }
  const modelsFile = join(home, 'models.yaml');
  const document = await read(modelsFile);
  document.setIn(['models', name], document.createNode(complete));
  await write(modelsFile, document);
  return { sha256, bytes: size };
}

/** Takes a model's record out of `<home>/models.yaml`, and its file if no other record needs it. False when it was not there. */
export async function removeModel(home: string, name: string): Promise<boolean> {
  const modelsFile = join(home, 'models.yaml');
  const document = await read(modelsFile);
  if (!document.hasIn(['models', name])) return false;
  const records = parseModels(document.toString(), modelsFile);
  const gone = records[name]!;
  document.deleteIn(['models', name]);
  await write(modelsFile, document);
  const shared = Object.entries(records).some(([other, { sha256 }]) => other !== name && sha256 === gone.sha256);
  // Only what add or pull put there; a file that a person named elsewhere is that person's.
  if (!shared) await rm(join(home, 'models', `${gone.sha256}.onnx`), { force: true });
  return true;
}
