import { join } from 'node:path';
import type { CellTable, Image, Labels, Patches, Table } from '../../kernels/image.ts';
import { consolidate, writeGroup } from '../zarr/index.ts';
import { FORMAT } from './format.ts';
import { writeImageElement } from './image-element.ts';
import { writeLabelsElement } from './labels-element.ts';
import { checkElementNames } from './names.ts';
import { writePatchesElement } from './patches-element.ts';
import { writeTableElement } from './table-element.ts';

/** An artifact with its kind, under the name it is published as. */
export type PublishedArtifact =
  | { readonly kind: 'Image'; readonly value: Image }
  | { readonly kind: 'Labels'; readonly value: Labels }
  | { readonly kind: 'CellTable'; readonly value: CellTable }
  | { readonly kind: 'Table'; readonly value: Table }
  | { readonly kind: 'Patches'; readonly value: Patches };

export interface PublishedFov {
  readonly fov: string;
  /** Free columns of the samplesheet; they become columns of every table. */
  readonly obs: Readonly<Record<string, string>>;
  /** Published name → artifact. Names become folders: letters, digits, `_`, `-` and `.` only. */
  readonly artifacts: Readonly<Record<string, PublishedArtifact>>;
  /** Name and version of the writing software. */
  readonly software: string;
}

/** The labels that cell tables annotate, where they are published. */
const CELLS = 'cells';

/**
 * Writes one field of view as one zarr v2 store with three faces: every image and labels group is valid NGFF 0.4, every
 * table valid AnnData 0.1.0, and the whole a SpatialData container 0.1, with consolidated metadata.
 *
 * `dir` should not exist; the caller renames it into place, so that nobody sees half a store. Cell tables annotate the
 * labels named `cells`, or else the first labels; without labels they stand alone. Patches lie in `patches/`, which is Fovea's own.
 * Throws INVALID_INPUT for names that cannot be published, DISK_FULL or STORE when writing fails.
 */
export async function publishFov(dir: string, input: PublishedFov): Promise<void> {
  const { fov, obs, artifacts, software } = input;
  checkElementNames(Object.keys(artifacts), fov);
  const images: [string, Image][] = [];
  const labels: [string, Labels][] = [];
  const tables: [string, Table, boolean][] = [];
  const patches: [string, Patches][] = [];
  for (const [name, artifact] of Object.entries(artifacts)) {
    if (artifact.kind === 'Image') images.push([name, artifact.value]);
    else if (artifact.kind === 'Labels') labels.push([name, artifact.value]);
    else if (artifact.kind === 'Patches') patches.push([name, artifact.value]);
    else tables.push([name, artifact.value, artifact.kind === 'CellTable']);
  }

  await writeGroup(dir, {
    spatialdata_attrs: { version: FORMAT.container, spatialdata_software_version: software },
  });
  if (images.length > 0) await writeGroup(join(dir, 'images'));
  for (const [name, image] of images) await writeImageElement(join(dir, 'images', name), name, image);

  if (labels.length > 0) await writeGroup(join(dir, 'labels'), { labels: labels.map(([name]) => name) });
  for (const [name, value] of labels) await writeLabelsElement(join(dir, 'labels', name), name, value);

  const annotated = labels.find(([name]) => name === CELLS) ?? labels[0];
  if (tables.length > 0) await writeGroup(join(dir, 'tables'), { tables: tables.map(([name]) => name) });
  for (const [name, table, ofCells] of tables) {
    const annotates = ofCells && annotated ? { name: annotated[0], labels: annotated[1] } : null;
    await writeTableElement(join(dir, 'tables', name), table, { fov, obs, annotates });
  }
  // SpatialData knows no patches and passes groups over that it does not know.
  if (patches.length > 0) await writeGroup(join(dir, 'patches'));
  for (const [name, value] of patches) await writePatchesElement(join(dir, 'patches', name), value);
  await consolidate(dir);
}
