import type { CellTable, Column, DType, Image, Labels, Plane, Table } from '../kernels/image.ts';
import type { Kind, Kinds } from './artifact.ts';
import { dtypeOf } from './dtype.ts';

/** Pixels an artifact may have along y or x. */
const MAX_SIDE = 2 ** 20;

const PLANE_DTYPES: readonly (DType | null)[] = ['uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'float32'];

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function frameProblems({ height, width, mpp }: { height: number; width: number; mpp: number }): string[] {
  const problems: string[] = [];
  for (const [side, size] of Object.entries({ height, width })) {
    if (!Number.isSafeInteger(size) || size < 1 || size > MAX_SIDE) {
      problems.push(`${side} is ${size}, wanted a whole number from 1 to ${MAX_SIDE}`);
    }
  }
  if (typeof mpp !== 'number' || !Number.isFinite(mpp) || mpp <= 0) {
    problems.push(`mpp is ${mpp}, wanted a finite number above 0`);
  }
  return problems;
}

const place = (index: number, width: number): string => `y ${Math.floor(index / width)}, x ${index % width}`;

/** First value that is not finite (or, for unit images, outside 0–1). One pass; NaN fails every comparison. */
function firstOutside(plane: Plane, low: number, high: number): number {
  for (let i = 0; i < plane.length; i++) {
    const value = plane[i]!;
    if (!(value >= low && value <= high)) return i;
  }
  return -1;
}

/** Largest finite float32; anything beyond is infinite. */
const FLOAT32_MAX = (2 - 2 ** -23) * 2 ** 127;

function planeProblems(image: Image, plane: Plane, index: number, dtype: DType | null): string[] {
  const channel = JSON.stringify(image.channels[index]?.name ?? index);
  const found = dtypeOf(plane);
  if (!PLANE_DTYPES.includes(found))
    return [`channel ${channel}: ${found ?? 'no typed array'} cannot be an image plane`];
  if (found !== dtype) return [`channel ${channel} is ${found}, the first one ${dtype}; all planes share one dtype`];
  const size = image.height * image.width;
  if (plane.length !== size) {
    return [`channel ${channel} has ${plane.length} pixels, wanted ${size} (${image.height} × ${image.width})`];
  }
  const unit = image.intensity === 'unit';
  if (!unit && found !== 'float32') return [];
  const at = firstOutside(plane, unit ? 0 : -FLOAT32_MAX, unit ? 1 : FLOAT32_MAX);
  if (at < 0) return [];
  const wanted = unit ? 'values from 0 to 1, as the image is "unit"' : 'finite values';
  return [`channel ${channel} holds ${plane[at]} at ${place(at, image.width)}; wanted ${wanted}`];
}

function channelProblems({ channels, planes }: Image): string[] {
  if (!Array.isArray(channels) || !Array.isArray(planes)) return ['an image has lists of channels and planes'];
  const problems: string[] = [];
  if (planes.length === 0) problems.push('the image has no planes, wanted at least one');
  if (channels.length !== planes.length) problems.push(`${channels.length} channels for ${planes.length} planes`);
  const seen = new Set<string>();
  for (const [index, { name, role }] of channels.entries()) {
    if (typeof name !== 'string' || name.trim() === '') problems.push(`channel ${index} has no name`);
    else if (seen.has(name)) problems.push(`two channels are named ${JSON.stringify(name)}`);
    seen.add(name);
    if (role !== null && role !== 'nuclear' && role !== 'membrane') {
      problems.push(
        `channel ${JSON.stringify(name)} has role ${JSON.stringify(role)}, wanted nuclear, membrane or null`,
      );
    }
  }
  return problems;
}

function imageProblems(image: Image): string[] {
  const problems = [...frameProblems(image), ...channelProblems(image)];
  if (image.intensity !== 'counts' && image.intensity !== 'unit') {
    problems.push(`intensity is ${JSON.stringify(image.intensity)}, wanted "counts" or "unit"`);
  }
  if (!Array.isArray(image.planes)) return problems;
  const dtype = dtypeOf(image.planes[0]);
  return [...problems, ...image.planes.flatMap((plane, index) => planeProblems(image, plane, index, dtype))];
}

function labelsProblems(labels: Labels): string[] {
  const problems = frameProblems(labels);
  const { data, height, width } = labels;
  if (dtypeOf(data) !== 'int32') return [...problems, `labels are ${dtypeOf(data) ?? 'no typed array'}, wanted int32`];
  if (data.length !== height * width) {
    problems.push(`labels have ${data.length} pixels, wanted ${height * width} (${height} × ${width})`);
  }
  for (let i = 0; i < data.length; i++) {
    if (data[i]! < 0)
      return [...problems, `labels hold ${data[i]} at ${place(i, width)}; wanted ids from 0 (background)`];
  }
  return problems;
}

function columnProblems({ name, values, measure, unit }: Column, rows: number): string[] {
  const title = `column ${JSON.stringify(name)}`;
  const dtype = dtypeOf(values);
  if (dtype === null ? !Array.isArray(values) : dtype !== 'int32' && dtype !== 'float64') {
    return [`${title} is ${dtype ?? 'no array'}, wanted int32, float64 or strings`];
  }
  const problems: string[] = [];
  if (values.length !== rows) problems.push(`${title} has ${values.length} values for ${rows} rows`);
  if (unit !== null && typeof unit !== 'string')
    problems.push(`${title} has unit ${JSON.stringify(unit)}, wanted text or null`);
  if (measure !== null && !isObject(measure)) problems.push(`${title} has no measure, wanted one or null`);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    // NaN says that there was nothing to measure; an infinity is an accident of arithmetic.
    if (dtype === null ? typeof value !== 'string' : value === Infinity || value === -Infinity) {
      problems.push(
        `${title} holds ${String(value)} in row ${row}, wanted ${dtype === null ? 'text' : 'finite values or NaN'}`,
      );
      break;
    }
  }
  return problems;
}

function tableProblems({ rows, columns }: Table): string[] {
  if (!Number.isSafeInteger(rows) || rows < 0) return [`rows is ${rows}, wanted a whole number from 0`];
  if (!Array.isArray(columns)) return ['a table has a list of columns'];
  const seen = new Set<string>();
  return (columns as readonly Column[]).flatMap((column) => {
    const { name } = column;
    const problems = columnProblems(column, rows);
    if (typeof name !== 'string' || name === '') problems.push('a column has no name');
    else if (seen.has(name)) problems.push(`two columns are named ${JSON.stringify(name)}`);
    seen.add(name);
    return problems;
  });
}

function cellTableProblems(table: CellTable): string[] {
  const problems = tableProblems(table);
  const first = Array.isArray(table.columns) ? table.columns[0] : undefined;
  if (first?.name !== 'cell_id') {
    return [...problems, `the first column is ${JSON.stringify(first?.name)}, wanted "cell_id"`];
  }
  if (dtypeOf(first.values) !== 'int32') return [...problems, 'column "cell_id" must be int32'];
  let last = 0;
  for (const [row, id] of (first.values as Int32Array).entries()) {
    if (id <= last) {
      return [...problems, `cell_id ${id} in row ${row} follows ${last}; wanted ids above 0, ascending, each once`];
    }
    last = id;
  }
  return problems;
}

const CHECKS: { readonly [K in Kind]: (value: Kinds[K]) => string[] } = {
  Image: imageProblems,
  Labels: labelsProblems,
  CellTable: cellTableProblems,
  Table: tableProblems,
};

/**
 * What is wrong with a value of `kind`, a sentence each; empty when it is one. Image (C,Y,X): sizes, mpp, channel names,
 * one dtype, finite floats, unit images within 0–1; Labels: int32 ≥ 0; tables: column lengths, names, dtypes; CellTable:
 * `cell_id` first, ascending. The caller says whether this is bad input or a step that broke its contract. One pass.
 */
export function problemsOf<K extends Kind>(kind: K, value: Kinds[K]): string[] {
  if (!isObject(value)) return [`${kind} wanted, found ${value === null ? 'null' : typeof value}`];
  return CHECKS[kind](value);
}
