import { join } from 'node:path';
import type { CellTable, Column, Labels, Table } from '../../kernels/image.ts';
import { writeGroup } from '../zarr/index.ts';
import { writeDataframe, writeDict, writeNumbers, writeString, writeStringArray } from './anndata.ts';
import type { DataframeColumn } from './anndata.ts';
import { centroids } from './centroids.ts';
import { FORMAT } from './format.ts';
import { MAIN_LAYER, layers } from './measures.ts';
import { columnNames } from './names.ts';
import { writeMembers } from './table-members.ts';

/** What a table is about: the field of view, and the labels whose ids its rows carry (null for other tables). */
export interface TableContext {
  readonly fov: string;
  /** Free columns of the samplesheet, the same for every row. */
  readonly obs: Readonly<Record<string, string>>;
  readonly annotates: { readonly name: string; readonly labels: Labels } | null;
}

const REGION = 'region';
const INSTANCE = 'cell_id';

/**
 * Writes a table as AnnData 0.1.0 that spatialdata reads as a table 0.1. A cell table that annotates published labels
 * says so (region, cell_id) and carries the cells' centroids: `obsm/spatial` as x, y in pixels of level 0, which is
 * SpatialData's "global", and `obsm/spatial_um` in µm. Intensities: mean over the cell in X, every other measure in a
 * layer `<compartment>_<statistic>`, float32, channels in `var`. All other columns go to `obs`; `uns/columns` tells their
 * units and, where a name had to change, the original one. Matrices go to `obsm` (their columns' names to `uns/<name>_columns`), graphs
 * to `obsp`, reports to `uns` as anndata has them, and colours to `uns/<column>_colors` as scanpy looks for them. No rows is as valid as many.
 */
export async function writeTableElement(dir: string, table: CellTable | Table, context: TableContext): Promise<void> {
  const { fov, obs, annotates } = context;
  const { rows } = table;
  await writeGroup(dir, {
    'encoding-type': 'anndata',
    'encoding-version': FORMAT.anndata,
    'spatialdata-encoding-type': 'ngff:regions_table',
    version: FORMAT.table,
    ...(annotates === null
      ? {}
      : { region: rows > 0 ? annotates.name : [], region_key: REGION, instance_key: INSTANCE }),
  });

  const plain = table.columns.filter(({ measure }) => measure === null);
  const ids = plain.find(({ name }) => name === INSTANCE)?.values ?? null;
  const described = obsColumns(rows, plain, fov, obs, annotates?.name ?? null);
  const index = Array.from({ length: rows }, (_, row) => String(ids === null ? row : ids[row]));
  await writeDataframe(join(dir, 'obs'), index, described);

  const measured = layers(rows, table.columns);
  await writeDataframe(join(dir, 'var'), measured.channels, []);
  await writeDict(join(dir, 'layers'));
  for (const { name, values } of measured.layers) {
    const path = name === MAIN_LAYER ? join(dir, 'X') : join(dir, 'layers', name);
    await writeNumbers(path, values, measured.channels.length);
  }

  await writeDict(join(dir, 'obsm'));
  if (annotates !== null && ids !== null) {
    const { x, y } = centroids(annotates.labels, ids as Int32Array);
    const { mpp } = annotates.labels;
    await writeNumbers(join(dir, 'obsm/spatial'), pairs(x, y, 1), 2);
    await writeNumbers(join(dir, 'obsm/spatial_um'), pairs(x, y, mpp), 2);
  }
  for (const empty of ['varm', 'obsp', 'varp']) await writeDict(join(dir, empty));

  await writeDict(join(dir, 'uns'));
  // Where a samplesheet's column has the same name, the table's own comes later, and its colours are meant.
  await writeMembers(dir, table, new Map(described.map(({ original, name }) => [original, name])));
  await writeDataframe(
    join(dir, 'uns/columns'),
    described.map(({ name }) => name),
    [
      { name: 'unit', values: described.map(({ unit }) => unit ?? '') },
      { name: 'original_name', values: described.map(({ original }) => original) },
    ],
  );
  if (annotates !== null) {
    await writeDict(join(dir, 'uns/spatialdata_attrs'));
    // spatialdata wants exactly the regions that occur in obs: none, when there are no rows.
    const region = join(dir, 'uns/spatialdata_attrs/region');
    await (rows > 0 ? writeString(region, annotates.name) : writeStringArray(region, []));
    await writeString(join(dir, 'uns/spatialdata_attrs/region_key'), REGION);
    await writeString(join(dir, 'uns/spatialdata_attrs/instance_key'), INSTANCE);
  }
}

interface ObsColumn extends DataframeColumn {
  readonly unit: string | null;
  readonly original: string;
}

/** cell_id, region and fov first, since SpatialData knows them by name; then the samplesheet's and the table's columns. */
function obsColumns(
  rows: number,
  plain: readonly Column[],
  fov: string,
  obs: Readonly<Record<string, string>>,
  region: string | null,
): ObsColumn[] {
  const constant = (name: string, value: string): Column => {
    return { name, values: Array<string>(rows).fill(value), unit: null, measure: null };
  };
  const columns = [
    ...plain.filter(({ name }) => name === INSTANCE),
    ...(region === null ? [] : [constant(REGION, region)]),
    constant('fov', fov),
    ...Object.entries(obs).map(([name, value]) => constant(name, value)),
    ...plain.filter(({ name }) => name !== INSTANCE),
  ];
  const names = columnNames(columns.map(({ name }) => name));
  return columns.map(({ name, values, unit }, i) => ({ name: names[i] ?? name, values, unit, original: name }));
}

/** Row-major pairs (x, y), scaled. */
function pairs(x: Float64Array, y: Float64Array, scale: number): Float64Array {
  const out = new Float64Array(2 * x.length);
  for (let i = 0; i < x.length; i++) {
    out[2 * i] = (x[i] ?? 0) * scale;
    out[2 * i + 1] = (y[i] ?? 0) * scale;
  }
  return out;
}
