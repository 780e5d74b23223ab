import { hostname, userInfo } from 'node:os';
import type { Digest } from '../../core/artifact.ts';
import { digestOf } from '../../core/digest.ts';
import { FoveaError } from '../../core/errors.ts';
import type { Licence } from '../../core/models.ts';
import { getJson } from '../store/blobs.ts';
import type { Store } from '../store/store.ts';

/** Who accepted which terms for which file, and when. Written once. */
export interface Acceptance {
  readonly model: string;
  /** Of the file the terms are for. */
  readonly sha256: Digest;
  readonly licence: Licence;
  readonly acceptedBy: string;
  readonly acceptedAt: string;
}

/** What terms are accepted for: a file, under these very terms. Other terms for the same file are asked for again. */
export interface Licensed {
  readonly name: string;
  readonly sha256: Digest;
  readonly licence: Licence;
}

const pathOf = ({ sha256, licence }: Licensed): string =>
  `licences/${digestOf('fovea.licence', JSON.parse(JSON.stringify({ sha256, licence })))}.json`;

/** The acceptance of a model's licence in this store; null when nobody has accepted it. */
export const acceptanceOf = (store: Store, model: Licensed): Promise<Acceptance | null> =>
  getJson<Acceptance>(store.blobs, pathOf(model));

/** Records that the person at this machine accepts; the first acceptance stands. Returns the one that stands. */
export async function acceptLicence(store: Store, model: Licensed, now = new Date()): Promise<Acceptance> {
  const { name, sha256, licence } = model;
  const acceptedBy = `${userInfo().username}@${hostname()}`;
  const acceptance: Acceptance = { model: name, sha256, licence, acceptedBy, acceptedAt: now.toISOString() };
  await store.blobs.put(pathOf(model), `${JSON.stringify(acceptance, null, 2)}\n`, { ifAbsent: true });
  return (await acceptanceOf(store, model)) ?? acceptance;
}

/** Throws LICENCE, with the terms and how to accept them, unless they need no acceptance or have it. `accept` is the command to type. */
export async function requireAccepted(store: Store, model: Licensed, accept: string): Promise<void> {
  const { name, licence } = model;
  if (!licence.accept || (await acceptanceOf(store, model)) !== null) return;
  const commercial = licence.commercial ? '' : ' It does not allow commercial use.';
  const where = licence.url === undefined ? '' : ` Read it at ${licence.url}.`;
  throw new FoveaError(
    'LICENCE',
    `model ${name} may be used under the licence "${licence.id}" only, which nobody has accepted in this store.${commercial}${where} ` +
      `To accept it: ${accept}`,
    { fields: { model: name, licence: licence.id, commercial: licence.commercial } },
  );
}
