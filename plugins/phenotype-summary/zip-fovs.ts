import { invalidInput } from '../../core/errors.ts';
import type { Gathered } from '../../core/step.ts';
import type { CellTable } from '../../kernels/image.ts';

/** One field of view's table of types, and the tables beside it, each fetched when it is called for. */
export interface ZippedFov {
  readonly fov: string;
  readonly table: CellTable;
  /** Null where the port is not wired. Throws INVALID_INPUT if that port's next field of view is another one. */
  readonly others: { readonly [port in 'tables' | 'truth']: (() => Promise<CellTable>) | null };
}

type Others = { readonly [port in 'tables' | 'truth']: Gathered<CellTable> | undefined };

/**
 * Goes through gathered ports side by side: all come in the same order of fields of view, which is checked. Every function of `others` is to be
 * called once per field. The engine never gathers other fields for one port than for another; programs that call the step may.
 */
export async function* zipFovs(types: Gathered<CellTable>, others: Others): AsyncGenerator<ZippedFov> {
  const follow = (port: 'tables' | 'truth'): ((fov: string) => Promise<CellTable>) | null => {
    const values = others[port];
    if (values === undefined) return null;
    if (values.size !== types.size) throw mismatch(port, `${values.size} fields of view`, `${types.size}`);
    const iterator = values[Symbol.asyncIterator]();
    return async (fov) => {
      const next = await iterator.next();
      const found = next.done === true ? null : next.value.fov;
      if (next.done === true || found !== fov) throw mismatch(port, JSON.stringify(found), JSON.stringify(fov));
      return next.value.value;
    };
  };
  const [tables, truth] = [follow('tables'), follow('truth')];
  for await (const { fov, value } of types) {
    yield {
      ...{ fov, table: value },
      others: { tables: tables && (() => tables(fov)), truth: truth && (() => truth(fov)) },
    };
  }
}

const mismatch = (port: string, found: string, wanted: string): Error =>
  invalidInput(`"${port}" has ${found} where "types" has ${wanted}; wire outputs of the same fields of view`, {
    ...{ port, found, wanted },
  });
