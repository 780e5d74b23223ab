import type { Gathered, StepContext } from '../../core/step.ts';
import type { CellTable, Table } from '../../kernels/image.ts';
import { Composition } from './composition.ts';
import { Confusion } from './confusion.ts';
import { MarkerMeans } from './marker-means.ts';
import type { SummaryOptions } from './params.ts';
import { readTypes } from './read-types.ts';
import { zipFovs } from './zip-fovs.ts';

export interface PhenotypeInputs {
  readonly types: Gathered<CellTable>;
  readonly tables: Gathered<CellTable> | undefined;
  readonly truth: Gathered<CellTable> | undefined;
}

/**
 * Goes through the fields of view once, with one field's tables in memory at a time, and gives `composition` (types × fields), `markers`
 * (markers × types) where `tables` are wired and `confusion` (given × predicted) where `truth` is. All three list the types in one order: by
 * number of cells, descending, `Unknown` last. Each table carries `reports.plot`, which says how the summary page draws it.
 *
 * @throws INVALID_INPUT if a column is missing or holds no names, a name is not canonical where `level` needs it, `tables` are of other cells,
 *   no table has mean intensities, no cell of the whole cohort has a given type, or ports have other fields of view.
 */
export async function summarizePhenotypes(
  { types, tables, truth }: PhenotypeInputs,
  options: SummaryOptions,
  ctx: StepContext,
): Promise<{ composition: Table; markers?: Table; confusion?: Table }> {
  const composition = new Composition(options.level);
  const means = new MarkerMeans(options.compartment);
  const confusion = new Confusion();
  let done = 0;
  for await (const { fov, table, others } of zipFovs(types, { tables, truth })) {
    ctx.signal.throwIfAborted();
    const found = readTypes(table, { ...options, fov, port: 'types' });
    composition.add(fov, found, table.colours?.[options.column] ?? {});
    if (others.tables !== null) means.add(fov, found, await others.tables());
    if (others.truth !== null) {
      const given = readTypes(await others.truth(), { ...options, fov, port: 'truth', column: options.truthColumn });
      confusion.add(found, given, options);
    }
    ctx.progress(++done, types.size);
  }
  const order = composition.order();
  return {
    composition: composition.table(),
    ...(tables === undefined ? {} : { markers: means.table(order) }),
    ...(truth === undefined ? {} : { confusion: confusion.table(order) }),
  };
}
