import type { Digest, Kind, Kinds } from '../../core/artifact.ts';
import type { Gathered } from '../../core/step.ts';

/** Turns refs into values: from memory, from the store, or by doing again what the record says was done. */
export interface Materialiser {
  get<K extends Kind>(ref: { readonly kind: K; readonly digest: Digest }): Promise<Kinds[K]>;
  gather<K extends Kind>(ref: { readonly kind: K; readonly digest: Digest }): Promise<Gathered<Kinds[K]>>;
}
