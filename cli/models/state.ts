import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readCatalogue, type Catalogue, type CataloguedModel } from '../../activities/models/catalogue.ts';
import { acceptanceOf } from '../../activities/models/licences.ts';
import { openStore, type Store } from '../../activities/store/store.ts';
import { FoveaError } from '../../core/errors.ts';
import { remedy } from '../../core/suggest.ts';
import { modelFilesOf } from '../load-pipeline.ts';
import { projectOf, type ProjectOptions } from '../project.ts';

export interface ModelsOptions extends ProjectOptions {
  readonly models?: string[];
  readonly acceptLicence?: boolean;
}

export const catalogueOf = (options: ModelsOptions): Promise<Catalogue> => readCatalogue(modelFilesOf(options));

/** The model of that name. Throws NOT_FOUND with the nearest name. */
export function modelNamed(catalogue: Catalogue, name: string): CataloguedModel {
  const model = catalogue.byName.get(name);
  if (model !== undefined) return model;
  const asset = catalogue.assets.has(name)
    ? ` (it is the name of weights to be exported: fovea models pull ${name})`
    : '';
  const names = [...catalogue.byName.keys()];
  throw new FoveaError('NOT_FOUND', `there is no model "${name}"${asset}; ${remedy(name, names, 'the models')}`, {
    fields: { model: name },
  });
}

/** The project's store if it has one: looking at models makes none. */
export async function existingStore(options: ModelsOptions): Promise<Store | null> {
  const { storeRoot } = projectOf(options);
  return existsSync(join(storeRoot, 'store.json')) ? openStore(storeRoot) : null;
}

export type FileState = 'here' | 'missing' | 'wrong size';

export interface ModelState {
  readonly file: FileState;
  /** Null where none is needed. */
  readonly licence: 'accepted' | 'to be accepted' | null;
}

/** What can be said of a model without reading its file. */
export async function stateOf({ name, record, path }: CataloguedModel, store: Store | null): Promise<ModelState> {
  const found = await stat(path).catch(() => null);
  const file = found === null ? 'missing' : found.size === record.bytes ? 'here' : 'wrong size';
  if (!record.licence.accept) return { file, licence: null };
  const accepted = store !== null && (await acceptanceOf(store, { name, ...record })) !== null;
  return { file, licence: accepted ? 'accepted' : 'to be accepted' };
}
