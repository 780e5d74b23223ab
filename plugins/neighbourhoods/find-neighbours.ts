import { invalidInput } from '../../core/errors.ts';
import type { StepContext } from '../../core/step.ts';
import { listed, remedy } from '../../core/suggest.ts';
import type { CellGraph, CellTable, Labels, Matrix } from '../../kernels/image.ts';
import { nearestNeighbours, neighboursWithin, symmetricGraph } from '../../kernels/neighbour-graph.ts';
import type { NeighbourGraph } from '../../kernels/neighbour-graph.ts';
import { measureRegions } from '../../kernels/regions.ts';

export interface NeighbourOptions {
  readonly method: 'knn' | 'radius';
  readonly k: number;
  readonly radiusUm: number;
  readonly symmetric: boolean;
  readonly includeSelf: boolean;
  readonly column: string;
}

const CONNECTIVITIES = 'spatial_connectivities';
const DISTANCES = 'spatial_distances';

/**
 * One row per cell: how many neighbours it has; graphs `spatial_connectivities` (1 per neighbour) and `spatial_distances` (µm between centroids);
 * with `types` the matrix `neighbourhood_composition`, shares 0–1 of each type among the neighbours, 0 for a cell without any. A centroid is
 * the mean of a cell's pixel centres.
 *
 * @throws INVALID_INPUT where `types` has other cells than the labels, or no text column of the name.
 */
export function findNeighbours(
  cells: Labels,
  types: CellTable | undefined,
  options: NeighbourOptions,
  ctx: StepContext,
): CellTable {
  ctx.signal.throwIfAborted();
  const { ids, centroidY, centroidX } = measureRegions(cells.data, cells.height, cells.width, {
    properties: ['centroidY', 'centroidX'],
  });
  const names = types === undefined ? null : typesOf(types, ids, options.column);
  const um = (values: Float64Array): Float64Array => values.map((value) => value * cells.mpp);
  const distances = graphOf(um(centroidY), um(centroidX), options);
  ctx.signal.throwIfAborted();
  const joined = options.includeSelf ? withSelf(distances) : distances;
  const graphs: CellGraph[] = [
    { name: CONNECTIVITIES, indptr: joined.indptr, indices: joined.indices, data: joined.data.map(() => 1) },
    { name: DISTANCES, ...distances },
  ];
  const counts = Int32Array.from(ids, (_, row) => joined.indptr[row + 1]! - joined.indptr[row]!);
  const composition = names === null ? null : compositionOf(names, joined);
  return {
    rows: ids.length,
    columns: [
      { name: 'cell_id', values: ids, unit: null, measure: null },
      { name: 'neighbours', values: counts, unit: null, measure: null },
    ],
    graphs,
    ...(composition === null ? {} : { matrices: [composition] }),
    reports: {
      spatial_neighbors: {
        connectivities_key: CONNECTIVITIES,
        distances_key: DISTANCES,
        params: {
          n_neighbors: options.k,
          coord_type: 'generic',
          radius: options.method === 'radius' ? options.radiusUm : null,
          symmetric: options.method === 'radius' || options.symmetric,
          set_diag: options.includeSelf,
        },
      },
    },
  };
}

/** The type of each cell. */
function typesOf(types: CellTable, ids: Int32Array, name: string): readonly string[] {
  const own = types.columns[0]!.values as Int32Array;
  if (own.length !== ids.length || own.some((id, row) => id !== ids[row])) {
    const [there, wanted] = [new Set(own), new Set(ids)];
    const [lacking, more] = [[...wanted].filter((id) => !there.has(id)), [...there].filter((id) => !wanted.has(id))];
    throw invalidInput(
      `types are of other cells: ${lacking.length} cells of the labels have no row` +
        `${lacking.length > 0 ? ` (the first is ${lacking[0]})` : ''}, ${more.length} rows have no cell` +
        `${more.length > 0 ? ` (the first is ${more[0]})` : ''}; wire types to the step that typed these labels`,
      { port: 'types', lacking: lacking.length, more: more.length },
    );
  }
  const column = types.columns.find((one) => one.name === name);
  const texts = types.columns.filter(({ values }) => Array.isArray(values)).map((one) => one.name);
  if (column === undefined) {
    throw invalidInput(`types has no column ${JSON.stringify(name)}; ${remedy(name, texts, 'text columns')}`, {
      port: 'types',
      column: name,
    });
  }
  if (!Array.isArray(column.values)) {
    throw invalidInput(`column ${JSON.stringify(name)} holds numbers, wanted text; text columns: ${listed(texts)}`, {
      port: 'types',
      column: name,
    });
  }
  return column.values as readonly string[];
}

function graphOf(y: Float64Array, x: Float64Array, options: NeighbourOptions): NeighbourGraph {
  if (options.method === 'radius') return neighboursWithin(y, x, options.radiusUm);
  const nearest = nearestNeighbours(y, x, options.k);
  return options.symmetric ? symmetricGraph(nearest) : nearest;
}

/** The graph with each row joined to itself too, at distance 0. */
function withSelf({ indptr, indices, data }: NeighbourGraph): NeighbourGraph {
  const rows = indptr.length - 1;
  const starts = indptr.map((start, row) => start + row);
  const all = new Int32Array(indices.length + rows);
  const distances = new Float64Array(all.length);
  for (let row = 0; row < rows; row++) {
    let at = starts[row]!;
    let placed = false;
    for (let i = indptr[row]!; i < indptr[row + 1]!; i++) {
      if (!placed && indices[i]! > row) {
        all[at++] = row;
        placed = true;
      }
      all[at] = indices[i]!;
      distances[at++] = data[i]!;
    }
    if (!placed) all[at] = row;
  }
  return { indptr: starts, indices: all, data: distances };
}

/** Shares of the types that occur, sorted by name; null where there are no cells. */
function compositionOf(names: readonly string[], { indptr, indices }: NeighbourGraph): Matrix | null {
  const columns = [...new Set(names)].sort();
  if (columns.length === 0) return null;
  const column = new Map(columns.map((name, at) => [name, at]));
  const values = new Float64Array(names.length * columns.length);
  for (let row = 0; row < names.length; row++) {
    const [from, to] = [indptr[row]!, indptr[row + 1]!];
    const counts = new Int32Array(columns.length);
    for (let i = from; i < to; i++) counts[column.get(names[indices[i]!]!)!]!++;
    counts.forEach((count, at) => (values[row * columns.length + at] = count / Math.max(1, to - from)));
  }
  return { name: 'neighbourhood_composition', columns, values };
}
