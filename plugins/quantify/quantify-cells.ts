import { invalidInput } from '../../core/errors.ts';
import { checkSameGrid } from '../../core/same-grid.ts';
import type { StepContext } from '../../core/step.ts';
import { backgroundLevel } from '../../kernels/background.ts';
import type { CellTable, Column, Image, Labels, Measure } from '../../kernels/image.ts';
import { measurePlane } from '../../kernels/intensities.ts';
import { encodeRuns } from '../../kernels/runs.ts';
import type { LabelRuns } from '../../kernels/runs.ts';
import { splitCompartments } from './compartments.ts';
import { shapeColumns } from './shape-columns.ts';

export interface QuantifyOptions {
  readonly statistics: readonly Measure['statistic'][];
  readonly background: 'none' | 'percentile';
  readonly percent: number;
  readonly shape: boolean;
}

/** A compartment's pixels, and for each of its objects the table row of its cell. */
interface Measured {
  readonly compartment: Measure['compartment'];
  readonly runs: LabelRuns;
  readonly row: Int32Array;
}

/**
 * One row per cell, ascending by id. Intensity columns are named `compartment:statistic:channel` and come by compartment (cell,
 * nucleus, cytoplasm), then statistic, then channel; a cell without pixels in a compartment has NaN there. Labels without objects give
 * a table of no rows and the same columns.
 *
 * @throws INVALID_INPUT for a normalised image, sizes that differ, nuclei of other ids than their cells, no pixel for a background.
 */
export function quantifyCells(
  image: Image,
  cells: Labels,
  nuclei: Labels | undefined,
  options: QuantifyOptions,
  ctx: StepContext,
): CellTable {
  checkInputs(image, cells, nuclei);
  const { height, width } = cells;
  const runs = encodeRuns(cells.data, height, width);
  const compartments: Measured[] = [{ compartment: 'cell', runs, row: Int32Array.from(runs.ids.keys()) }];
  const columns = shapeColumns(cells, runs, options.shape);
  if (nuclei !== undefined) {
    const parts = splitCompartments(cells, nuclei);
    for (const compartment of ['nucleus', 'cytoplasm'] as const) {
      const partRuns = encodeRuns(parts[compartment], height, width);
      compartments.push({ compartment, runs: partRuns, row: rowsOf(partRuns.ids, runs.ids) });
    }
    columns.push(...nucleusColumns(compartments[1]!, runs.ids.length, cells.mpp));
  }
  columns.push(...intensityColumns(image, cells, compartments, options, ctx));
  return { rows: runs.ids.length, columns };
}

function checkInputs(image: Image, cells: Labels, nuclei: Labels | undefined): void {
  if (image.intensity === 'unit') {
    throw invalidInput(
      'image is normalised (intensity "unit"), wanted intensities as recorded ("counts"), or fields of view could not be ' +
        'compared; wire image to the source or to resample',
      { port: 'image', found: 'unit', wanted: 'counts' },
    );
  }
  checkSameGrid(image, { cells, nuclei });
}

/** For each id its index in `all`; both ascending, and every id is in `all`. */
function rowsOf(ids: Int32Array, all: Int32Array): Int32Array {
  let row = 0;
  return ids.map((id) => {
    while (all[row] !== id) row++;
    return row;
  });
}

function nucleusColumns({ runs, row }: Measured, rows: number, mpp: number): Column[] {
  const area = new Int32Array(rows);
  row.forEach((at, k) => (area[at] = runs.area[k]!));
  const areaUm2 = Float64Array.from(area, (pixels) => pixels * mpp ** 2);
  return [
    { name: 'nucleus_area_px', values: area, unit: 'px', measure: null },
    { name: 'nucleus_area_um2', values: areaUm2, unit: 'um2', measure: null },
  ];
}

function intensityColumns(
  image: Image,
  cells: Labels,
  compartments: readonly Measured[],
  { statistics, background, percent }: QuantifyOptions,
  ctx: StepContext,
): Column[] {
  const rows = compartments[0]!.runs.ids.length;
  const median = statistics.includes('median');
  const columns: Column[] = compartments.flatMap(({ compartment }) =>
    statistics.flatMap((statistic) =>
      image.channels.map(({ name }) => ({
        name: `${compartment}:${statistic}:${name}`,
        values: new Float64Array(rows).fill(NaN),
        unit: 'counts',
        measure: { compartment, statistic, channel: name },
      })),
    ),
  );
  image.planes.forEach((plane, c) => {
    ctx.signal.throwIfAborted();
    ctx.progress(c, image.planes.length);
    const level = background === 'none' ? 0 : backgroundLevel(plane, cells.data, percent);
    if (level === null) {
      throw invalidInput('cells cover every pixel, so there is no background to measure; set background: none', {
        port: 'cells',
        channel: image.channels[c]!.name,
      });
    }
    compartments.forEach(({ runs, row }, k) => {
      const found = measurePlane(plane, runs, { median });
      statistics.forEach((statistic, s) => {
        const column = columns[(k * statistics.length + s) * image.channels.length + c]!.values as Float64Array;
        const pixels = (object: number): number => (statistic === 'sum' ? runs.area[object]! : 1);
        for (let j = 0; j < row.length; j++) column[row[j]!] = found[statistic][j]! - level * pixels(j);
      });
    });
  });
  return columns;
}
