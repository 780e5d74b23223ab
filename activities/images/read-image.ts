import type { Image, Plane } from '../../kernels/image.ts';
import { invalidInput } from '../../core/errors.ts';
import type { Acquisition, PlaneSource } from './acquisition.ts';
import { applyPanel, channelNames } from './apply-panel.ts';
import type { ChosenChannel, PanelEntry } from './apply-panel.ts';
import { openAcquisition } from './open-acquisition.ts';
import { isBelievable, settleMpp } from './pixel-size.ts';
import { commonPlaneType, convertPlane, PLANE_FORMATS } from './plane-type.ts';
import type { PlaneType } from './plane-type.ts';

/** The smallest side, in pixels, of an image worth segmenting. */
const MIN_SIDE = 8;
const DEFAULT_MAX_BYTES = 16 * 2 ** 30;

export interface ImageRequest {
  /** Absolute path of a file or folder. */
  readonly image: string;
  /** µm per pixel by the samplesheet, null to take the file's. */
  readonly mpp: number | null;
  /** Take `mpp` even where the file contradicts it. */
  readonly forceMpp: boolean;
  readonly panel: readonly PanelEntry[] | null;
}

export interface ReadOptions {
  /** Most bytes the decoded image may take; 16 GiB by default. Checked before anything is allocated. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
  readonly onPlane?: (done: number, total: number) => void;
}

export interface ReadResult {
  readonly image: Image;
  readonly warnings: string[];
  readonly format: string;
  /** Names of all channels in the file, kept or not. */
  readonly acquired: string[];
}

/** Every file whose bytes decide what readImage returns, absolute, sorted. Throws as readImage does. */
export async function sourceFiles(imagePath: string): Promise<string[]> {
  const acquisition = await openAcquisition(imagePath);
  await acquisition.close();
  return [...acquisition.files];
}

/** Whether the file or folder states a pixel size that counts (see settleMpp). Throws as readImage does. */
export async function statesPixelSize(imagePath: string): Promise<boolean> {
  const acquisition = await openAcquisition(imagePath);
  await acquisition.close();
  return acquisition.pixelSizes.some(isBelievable);
}

/** The one dtype all planes will have; throws INVALID_INPUT where no type holds all values. */
function settleType(path: string, chosen: readonly ChosenChannel[], warnings: string[]): PlaneType {
  const dtypes = [...new Set(chosen.map(({ from }) => from.source.dtype))];
  const common = commonPlaneType(dtypes);
  if (common === null)
    throw invalidInput(
      `${path}: channels have the types ${dtypes.join(' and ')}, which no one type holds exactly; export them with one type`,
      { path, found: dtypes },
    );
  if (dtypes.length > 1) warnings.push(`channels of types ${dtypes.join(', ')} were promoted to ${common}`);
  return common;
}

function checkSize(path: string, chosen: readonly ChosenChannel[], dtype: PlaneType, maxBytes: number): void {
  const { height = 0, width = 0 } = chosen[0]?.from.source ?? {};
  if (height < MIN_SIDE || width < MIN_SIDE)
    throw invalidInput(
      `${path} is ${height}x${width} pixels, expected at least ${MIN_SIDE}x${MIN_SIDE}; check that this is a field of view`,
      { path, found: [height, width], wanted: [MIN_SIDE, MIN_SIDE] },
    );
  const bytes = height * width * PLANE_FORMATS[dtype].bytes * chosen.length;
  if (bytes > maxBytes)
    throw invalidInput(
      `${path} would take ${bytes} bytes (${chosen.length} channels of ${height}x${width} ${dtype}), at most ${maxBytes} are read; ` +
        'crop it into fields of view, or keep fewer channels with a panel',
      { path, found: bytes, wanted: maxBytes },
    );
}

/** Throws on NaN and infinities, naming the channel, how many and the first; returns whether every pixel is 0. */
function inspect(plane: Plane, width: number, where: string, channel: string, path: string): boolean {
  if (plane instanceof Float32Array) {
    let bad = 0;
    let first = -1;
    for (let i = 0; i < plane.length; i++) {
      if (Number.isFinite(plane[i] as number)) continue;
      if (first < 0) first = i;
      bad++;
    }
    if (bad > 0)
      throw invalidInput(
        `${where}: channel "${channel}" has ${bad} pixel(s) that are NaN or infinite, the first at y ${Math.floor(first / width)}, ` +
          `x ${first % width}; repair or mask the image before it is measured`,
        { path, channel, count: bad, y: Math.floor(first / width), x: first % width },
      );
  }
  return plane.every((value) => value === 0);
}

/** Decodes the chosen channels, page by page, each page once however many of its samples are wanted. */
async function decode(
  chosen: readonly ChosenChannel[],
  dtype: PlaneType,
  request: ImageRequest,
  options: ReadOptions,
): Promise<{ planes: Plane[]; empty: string[] }> {
  const bySource = new Map<PlaneSource, number[]>();
  chosen.forEach(({ from }, c) => bySource.set(from.source, [...(bySource.get(from.source) ?? []), c]));
  const planes: Plane[] = Array.from({ length: chosen.length });
  const empty: string[] = [];
  let done = 0;
  for (const [source, indices] of bySource) {
    const decoded = await source.decode(
      indices.map((c) => chosen[c]?.from.sample ?? 0),
      options.signal,
    );
    for (const [i, c] of indices.entries()) {
      const plane = decoded[i] as Plane;
      const name = chosen[c]?.name ?? '';
      if (inspect(plane, source.width, source.label, name, request.image)) empty.push(name);
      planes[c] = convertPlane(plane, dtype);
      options.onPlane?.(++done, chosen.length);
    }
  }
  return { planes, empty };
}

async function readAcquisition(
  acquisition: Acquisition,
  request: ImageRequest,
  options: ReadOptions,
): Promise<ReadResult> {
  const { image: path, panel } = request;
  const warnings = [...acquisition.warnings];
  const chosen = applyPanel(path, acquisition.channels, panel);
  const mpp = settleMpp(path, acquisition.pixelSizes, request);
  const dtype = settleType(path, chosen, warnings);
  checkSize(path, chosen, dtype, options.maxBytes ?? DEFAULT_MAX_BYTES);
  const { height = 0, width = 0 } = chosen[0]?.from.source ?? {};
  const { planes, empty } = await decode(chosen, dtype, request, options);
  warnings.push(...empty.map((name) => `channel "${name}" is zero everywhere`));
  const channels = chosen.map(({ name, role }) => ({ name, role }));
  return {
    image: { height, width, mpp, intensity: acquisition.intensity, channels, planes },
    warnings,
    format: acquisition.format,
    acquired: channelNames(acquisition.channels),
  };
}

/**
 * Reads an image (C,Y,X; values as recorded, never scaled or clipped) plane by plane with the panel applied and the pixel
 * size settled (see settleMpp). Channels of several types are promoted to the smallest type that holds all exactly.
 * An all-zero channel is kept and reported in `warnings`. Throws INVALID_INPUT naming file, page or channel; CANCELLED;
 * STORE for disk trouble.
 */
export async function readImage(request: ImageRequest, options: ReadOptions = {}): Promise<ReadResult> {
  const acquisition = await openAcquisition(request.image);
  try {
    return await readAcquisition(acquisition, request, options);
  } finally {
    await acquisition.close();
  }
}
