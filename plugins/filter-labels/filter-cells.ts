import { invalidInput } from '../../core/errors.ts';
import type { CellTable, Column, Labels } from '../../kernels/image.ts';
import { renumberPaired, replaceIds, strayNuclei } from '../../kernels/paired-labels.ts';
import { distinctIds, relabelSequential } from '../../kernels/relabel.ts';
import { findFlaws, FLAWS } from './find-flaws.ts';
import type { CellFlaws, Flaw } from './find-flaws.ts';
import type { FilterOptions } from './params.ts';

export interface Filtered {
  readonly cells: Labels;
  readonly nuclei?: Labels;
  readonly flags: CellTable;
}

/**
 * Cells, and nuclei of the same ids, without those whose flaws are to be dropped, and a row of flags for each that stays. Nuclei that belong to no
 * cell stay. Labels of which nothing is dropped or renumbered are returned as they are.
 *
 * @throws INVALID_INPUT for nuclei on another grid, or numbered otherwise than the cells.
 */
export function filterCells(cells: Labels, nuclei: Labels | undefined, options: FilterOptions): Filtered {
  if (nuclei !== undefined) checkPair(cells, nuclei);
  const found = findFlaws(cells, options);
  const dropping = FLAWS.filter((flaw) => actionOn(flaw, options) === 'drop');
  const stays = Array.from(found.ids.keys()).filter((k) => dropping.every((flaw) => found.flaws[flaw][k] === 0));
  const dropped = new Set(found.ids);
  for (const k of stays) dropped.delete(found.ids[k]!);
  const kept = settleIds(without(cells, dropped), nuclei && without(nuclei, dropped), options.renumber);
  return { ...kept, flags: flagTable(found, stays, options) };
}

function actionOn(flaw: Flaw, { size, border, straightEdge }: FilterOptions): FilterOptions['size'] {
  return { small: size, large: size, border, straight_edge: straightEdge }[flaw];
}

function checkPair(cells: Labels, nuclei: Labels): void {
  const sizeOf = ({ height, width, mpp }: Labels): string => `${height}×${width} pixels at ${mpp} µm`;
  const [found, wanted] = [sizeOf(nuclei), sizeOf(cells)];
  const fits = nuclei.height === cells.height && nuclei.width === cells.width;
  if (!fits || Math.abs(nuclei.mpp - cells.mpp) > 1e-6 * cells.mpp) {
    throw invalidInput(`nuclei are ${found}, cells are ${wanted}; wire both from one step`, {
      port: 'nuclei',
      found,
      wanted,
    });
  }
  const { pixels, first } = strayNuclei(cells.data, nuclei.data);
  if (pixels === 0) return;
  const place = `y ${Math.floor(first / cells.width)}, x ${first % cells.width}`;
  throw invalidInput(
    `${pixels} pixels of nuclei lie in a cell of another id, the first at ${place} (nucleus ${nuclei.data[first]}, cell ` +
      `${cells.data[first]}); wire cells and nuclei from one step that numbers them alike, or leave nuclei unwired`,
    { port: 'nuclei', pixels },
  );
}

function without(labels: Labels, dropped: ReadonlySet<number>): Labels {
  if (dropped.size === 0) return labels;
  const stay = new Map<number, number>();
  for (const id of distinctIds(labels.data)) if (!dropped.has(id)) stay.set(id, id);
  return { ...labels, data: replaceIds(labels.data, stay) };
}

function settleIds(cells: Labels, nuclei: Labels | undefined, renumber: boolean): Omit<Filtered, 'flags'> {
  if (nuclei === undefined) {
    return { cells: renumber ? { ...cells, data: relabelSequential(cells.data).labels } : cells };
  }
  if (!renumber) return { cells, nuclei };
  const paired = renumberPaired(cells.data, nuclei.data);
  return { cells: { ...cells, data: paired.cells }, nuclei: { ...nuclei, data: paired.nuclei } };
}

/** The cells that stay, by the ids of the labels that come out. A flaw under `keep` has no column, since nobody is to act on it. */
function flagTable(
  { ids, areaUm2, straightShare, flaws }: CellFlaws,
  stays: readonly number[],
  options: FilterOptions,
): CellTable {
  const column = (name: string, values: Column['values'], unit: string | null = null): Column => ({
    ...{ name, values, unit, measure: null },
  });
  const shown = FLAWS.filter((flaw) => actionOn(flaw, options) !== 'keep');
  const any = Int32Array.from(stays, (k) => Number(shown.some((flaw) => flaws[flaw][k] === 1)));
  const columns: Column[] = [
    column(
      'cell_id',
      Int32Array.from(stays, (k, row) => (options.renumber ? row + 1 : ids[k]!)),
    ),
    column(
      'area_um2',
      Float64Array.from(stays, (k) => areaUm2[k]!),
      'um2',
    ),
    ...shown.map((flaw) =>
      column(
        flaw,
        Int32Array.from(stays, (k) => flaws[flaw][k]!),
      ),
    ),
    column(
      'straight_share',
      Float64Array.from(stays, (k) => straightShare[k]!),
    ),
    column('flagged', any),
  ];
  return { rows: stays.length, columns };
}
