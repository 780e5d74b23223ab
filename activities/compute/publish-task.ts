import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kind, Kinds } from '../../core/artifact.ts';
import { UNKNOWN_TYPE } from '../../core/vocabulary/cell-types.ts';
import type { CellTable, Image, Labels } from '../../kernels/image.ts';
import { publishFov, type PublishedArtifact } from '../publish/fov.ts';
import { mainTableName } from '../publish/main-table.ts';
import { renderThumbnail } from '../publish/thumbnail.ts';
import { storeError } from '../store/file-errors.ts';
import type { Materialiser } from './materialiser.ts';
import type { FovFacts, Task } from './tasks.ts';

type PublishTask = Extract<Task, { kind: 'publish' }>;

function medianArea(table: CellTable | null): number | null {
  const areas = table?.columns.find((column) => column.name === 'area_um2')?.values as Float64Array | undefined;
  if (areas === undefined || areas.length === 0) return null;
  const sorted = Float64Array.from(areas).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function typesIn(table: CellTable | null): number | null {
  const types = table?.columns.find((column) => column.name === 'cell_type')?.values;
  return Array.isArray(types) ? new Set(types.filter((type) => type !== UNKNOWN_TYPE)).size : null;
}

function factsOf(fov: string, image: Image | null, table: CellTable | null): FovFacts {
  const { height, width, mpp } = image ?? { height: null, width: null, mpp: null };
  return {
    ...{ fov, height, width, mpp },
    cells: table?.rows ?? null,
    medianAreaUm2: medianArea(table),
    types: typesIn(table),
    areaMm2: image === null ? null : (image.height * image.width * image.mpp ** 2) / 1e6,
    channels: image?.channels.map((channel) => channel.name) ?? [],
  };
}

/**
 * Writes one field of view's published artifacts as `<fov>.zarr`, its facts as `<fov>.json` and its thumbnail as
 * `<fov>.webp`, each under a temporary name and then renamed, so that a repeated attempt replaces nothing half-written.
 */
export async function publishTask(materialiser: Materialiser, task: PublishTask): Promise<FovFacts> {
  const { fov, obs, refs, folder, software } = task;
  const artifacts: Record<string, PublishedArtifact> = {};
  for (const [name, ref] of Object.entries(refs)) {
    artifacts[name] = { kind: ref.kind, value: await materialiser.get(ref) } as PublishedArtifact;
  }
  const temporary = join(folder, `.tmp-${process.pid}-${fov}.zarr`);
  const target = join(folder, `${fov}.zarr`);
  try {
    await mkdir(folder, { recursive: true });
    await rm(temporary, { recursive: true, force: true });
    await publishFov(temporary, { fov, obs, artifacts, software });
    await rm(target, { recursive: true, force: true });
    await rename(temporary, target);

    const first = <K extends Kind>(kind: K): Kinds[K] | null =>
      (Object.values(artifacts).find((artifact) => artifact.kind === kind)?.value as Kinds[K] | undefined) ?? null;
    const named = (name: string): Labels | null => {
      const artifact = artifacts[name];
      return artifact?.kind === 'Labels' ? artifact.value : null;
    };
    const image: Image | null = first('Image');
    const writeWhole = async (name: string, bytes: Uint8Array | string): Promise<void> => {
      await writeFile(join(folder, `.tmp-${process.pid}-${name}`), bytes);
      await rename(join(folder, `.tmp-${process.pid}-${name}`), join(folder, name));
    };
    if (image !== null) {
      const picture = await renderThumbnail(image, named('cells') ?? first('Labels'), named('nuclei'));
      await writeWhole(`${fov}.webp`, picture);
    }
    const main = mainTableName(artifacts);
    const facts = factsOf(fov, image, main === null ? null : (artifacts[main]!.value as CellTable));
    await writeWhole(`${fov}.json`, `${JSON.stringify(facts, null, 2)}\n`);
    return facts;
  } catch (err) {
    await rm(temporary, { recursive: true, force: true });
    throw await storeError(err, 'publish to', target);
  }
}
