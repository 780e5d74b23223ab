import type { CellTable, Image, Labels, Patches, Table } from '../kernels/image.ts';

/** A lower-case hexadecimal SHA-256. */
export type Digest = string;

/** The one table of artifact kinds: what can travel between steps. */
export interface Kinds {
  Image: Image;
  Labels: Labels;
  CellTable: CellTable;
  Table: Table;
  Patches: Patches;
}

export type Kind = keyof Kinds;

export const KINDS = ['Image', 'Labels', 'CellTable', 'Table', 'Patches'] as const satisfies readonly Kind[];

/** The name of a stored artifact: its kind and the digest of its decoded content. */
export interface ArtifactRef {
  readonly kind: Kind;
  readonly digest: Digest;
}
