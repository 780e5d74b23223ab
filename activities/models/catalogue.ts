import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Digest } from '../../core/artifact.ts';
import { FoveaError } from '../../core/errors.ts';
import { parseModelsFile, type ModelAsset, type ModelRecord } from '../../core/models.ts';

/** A record with its name and the place of its file. */
export interface CataloguedModel {
  readonly name: string;
  readonly record: ModelRecord;
  /** Where the model file is, or will be once it is there. */
  readonly path: string;
  /** The models file that tells of it. */
  readonly from: string;
}

/** The models of one or more models files, the later ones laid over the earlier ones. */
export interface Catalogue {
  readonly byName: ReadonlyMap<string, CataloguedModel>;
  /** Published weights that are still to be exported. */
  readonly assets: ReadonlyMap<string, ModelAsset>;
  byDigest(digest: Digest): CataloguedModel | null;
}

/** Where files go that no record places: beside the models file, by their content. */
const placeOf = (folder: string, { file, sha256 }: ModelRecord): string =>
  file === null ? join(folder, 'models', `${sha256}.onnx`) : resolve(folder, file);

/** Reads models files in order; a name that stands in several means the last. Throws USAGE and PIPELINE. */
export async function readCatalogue(files: readonly string[]): Promise<Catalogue> {
  const byName = new Map<string, CataloguedModel>();
  const assets = new Map<string, ModelAsset>();
  for (const from of files.map((file) => resolve(file))) {
    const text = await readFile(from, 'utf8').catch((err: NodeJS.ErrnoException) => {
      throw new FoveaError('USAGE', `the models file ${from} cannot be read (${err.code}); check the path`, {
        fields: { file: from },
        cause: err,
      });
    });
    const parsed = parseModelsFile(text, from);
    for (const [name, asset] of Object.entries(parsed.assets)) assets.set(name, asset);
    for (const [name, record] of Object.entries(parsed.models)) {
      byName.set(name, { name, record, path: placeOf(dirname(from), record), from });
    }
  }
  const digests = new Map([...byName.values()].map((model) => [model.record.digest, model]));
  return { byName, assets, byDigest: (digest) => digests.get(digest) ?? null };
}

/** What to do about a model whose file is not there, in one sentence. */
export function howToGet({ name, record, path }: CataloguedModel): string {
  const { url, obtain, licence } = record;
  const accept = licence.accept ? ' --accept-licence' : '';
  if (url !== null) return `run fovea models pull ${name}${accept}`;
  if (obtain !== null) return obtain;
  return `put the file there (${record.bytes} bytes, SHA-256 ${record.sha256}), or name it by fovea models add (${path})`;
}
