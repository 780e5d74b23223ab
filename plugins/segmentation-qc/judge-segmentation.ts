import { invalidInput } from '../../core/errors.ts';
import type { StepContext } from '../../core/step.ts';
import type { Column, Labels, Table } from '../../kernels/image.ts';
import { breachesOf, describeBreach } from './check-limits.ts';
import { measureFigures, NUCLEAR } from './measure-figures.ts';
import type { Figures } from './measure-figures.ts';
import type { Figure, QcOptions } from './params.ts';

const UNITS: Readonly<Partial<Record<Figure, string>>> = {
  density_per_mm2: '1/mm2',
  area_q1_um2: 'um2',
  area_median_um2: 'um2',
  area_q3_um2: 'um2',
};

/**
 * One row: every figure, how many of the warning limits it breaks, and which. Each warning is logged too.
 *
 * @throws INVALID_INPUT if a figure lies outside its blocking limits (all of them are named, with what was found and wanted), if nuclei lie on
 *   another grid, or if limits are set for nuclei and none are wired.
 */
export function judgeSegmentation(
  cells: Labels,
  nuclei: Labels | undefined,
  options: QcOptions,
  ctx: StepContext,
): Table {
  checkNuclei(cells, nuclei, options);
  const figures = measureFigures(cells, nuclei, options.straightRunUm);
  const blocking = breachesOf(figures, options.block);
  if (blocking.length > 0) {
    throw invalidInput(
      `the segmentation is not fit for use: ${blocking.map(describeBreach).join('; ')}. Look at this field of view, and mend the ` +
        'segmentation or the limits under block',
      { port: 'cells', figures: blocking.map(({ figure, found, wanted }) => ({ figure, found, wanted })) },
    );
  }
  const warnings = breachesOf(figures, options.warn).map(describeBreach);
  for (const warning of warnings) ctx.log.warn({ fov: ctx.fov }, warning);
  return asTable(figures, warnings);
}

function checkNuclei(cells: Labels, nuclei: Labels | undefined, { warn, block }: QcOptions): void {
  if (nuclei === undefined) {
    const asked = NUCLEAR.filter((figure) => warn[figure] !== undefined || block[figure] !== undefined);
    if (asked.length === 0) return;
    throw invalidInput(
      `limits are set for ${asked.join(', ')}, but no nuclei are wired; wire nuclei or remove the limits`,
      {
        port: 'nuclei',
      },
    );
  }
  const sizeOf = ({ height, width, mpp }: Labels): string => `${height}×${width} pixels at ${mpp} µm`;
  const [found, wanted] = [sizeOf(nuclei), sizeOf(cells)];
  const fits = nuclei.height === cells.height && nuclei.width === cells.width;
  if (fits && Math.abs(nuclei.mpp - cells.mpp) <= 1e-6 * cells.mpp) return;
  throw invalidInput(`nuclei are ${found}, cells are ${wanted}; bring both onto one grid with a regrid step`, {
    port: 'nuclei',
    found,
    wanted,
  });
}

function asTable(figures: Figures, warnings: readonly string[]): Table {
  const column = (name: string, values: Column['values'], unit: string | null = null): Column => ({
    ...{ name, values, unit, measure: null },
  });
  const measured = Object.entries(figures).map(([name, value]) =>
    column(name, Float64Array.of(value), UNITS[name as Figure] ?? null),
  );
  return {
    rows: 1,
    columns: [
      ...measured,
      column('warnings', Int32Array.of(warnings.length)),
      column('warning', [warnings.join('; ')]),
    ],
  };
}
