import type { DType, Image, Labels, Patches, Plane } from '../kernels/image.ts';
import type { Kind, Kinds } from './artifact.ts';
import { dtypeOf } from './dtype.ts';
import { cellTableProblems, tableProblems } from './validate-table.ts';

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

function patchesProblems(patches: Patches): string[] {
  const problems = frameProblems(patches);
  const { channels, planes, labels, ids, y, x, lost, height, width } = patches;
  const dtype = dtypeOf(planes[0]);
  if (planes.length === 0 || planes.length !== channels.length) {
    problems.push(`${planes.length} planes for ${channels.length} channels, wanted one each and at least one`);
  }
  if (!PLANE_DTYPES.includes(dtype)) problems.push(`the planes are ${dtype ?? 'no typed arrays'}`);
  if (planes.some((plane) => dtypeOf(plane) !== dtype || plane.length !== height * width)) {
    problems.push(`every plane is ${dtype} of ${height} × ${width} values`);
  }
  if (dtypeOf(labels) !== 'int32' || labels.length !== height * width) {
    problems.push(`labels are ${dtypeOf(labels)} of ${labels.length} values, wanted int32 of ${height} × ${width}`);
  }
  if (
    [ids, y, x, lost].some((list) => dtypeOf(list) !== 'int32') ||
    y.length !== ids.length ||
    x.length !== ids.length
  ) {
    return [...problems, 'ids, y, x and lost are int32, the first three of one length'];
  }
  for (const list of [ids, lost]) {
    const at = list.findIndex((id, i) => id <= (i === 0 ? 0 : list[i - 1]!));
    if (at >= 0) problems.push(`cell ${list[at]} stands at ${at}; wanted ids above 0, ascending, each once`);
  }
  return problems;
}

const CHECKS: { readonly [K in Kind]: (value: Kinds[K]) => string[] } = {
  Image: imageProblems,
  Labels: labelsProblems,
  CellTable: cellTableProblems,
  Table: tableProblems,
  Patches: patchesProblems,
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
