import { measureConvexAreas } from './convex-hull.ts';
import { measureEulerNumbers } from './euler-number.ts';
import { fitEllipse } from './moments.ts';
import { measurePerimeters } from './perimeter.ts';
import { centralMomentsOf, huMomentsOf, normalisedMomentsOf, sumRawMoments } from './region-moments.ts';
import type { RegionMoments } from './region-moments.ts';
import { sumLabels, sumRegions, type RegionSums } from './region-sums.ts';
import type { LabelRuns } from './runs.ts';
import { encodeRuns } from './runs.ts';

/** A box, half open: rows y0..y1-1, columns x0..x1-1. */
export interface Box {
  readonly y0: number;
  readonly x0: number;
  readonly y1: number;
  readonly x1: number;
}

/** Shape of every object of a label image, one entry per object in ascending order of id. Lengths in pixels. */
export interface Regions {
  readonly ids: Int32Array;
  readonly area: Int32Array;
  readonly boxes: readonly Box[];
  readonly centroidY: Float64Array;
  readonly centroidX: Float64Array;
  readonly majorAxis: Float64Array;
  readonly minorAxis: Float64Array;
  readonly eccentricity: Float64Array;
  /** Radians from the y axis to the major axis, towards +x. */
  readonly orientation: Float64Array;
  readonly perimeter: Float64Array;
  readonly convexArea: Int32Array;
  /** area / convexArea. */
  readonly solidity: Float64Array;
  /** area / area of the box. */
  readonly extent: Float64Array;
  /** 8-connected parts minus holes. */
  readonly eulerNumber: Int32Array;
}

/**
 * Everything that can be asked for. Moments are those of pixel centres: raw ones about the corner of the object's box, central ones
 * about its centroid; 16 numbers per object, entry 4·p + q of y^p·x^q.
 */
export interface RegionTable extends Regions, RegionMoments {
  /** Diameter of the disc of the same area. */
  readonly equivalentDiameter: Float64Array;
}

export type RegionProperty = keyof RegionTable;

export interface RegionOptions<P extends RegionProperty> {
  readonly properties: readonly P[];
  /** The runs of the labels, when the caller has them. */
  readonly runs?: LabelRuns;
}

/**
 * Measures the shape of every object of a (Y, X) label image. An object may have several parts; they are measured together.
 *
 * Follows `skimage.measure.regionprops` 0.26 with unit spacing: integers equal it, floats to 1e-9 relative (near-isotropic and
 * one-pixel-wide objects excepted, see {@link fitEllipse}; a moment is compared with Σ|y|^p·|x|^q, since its parts may cancel).
 * Centroids are means of pixel centres, which lie at integer coordinates. Names map to the library's as they read, except
 * `boxes` (bbox), `convexArea` (area_convex), `rawMoments` (moments) and `equivalentDiameter` (equivalent_diameter_area).
 *
 * @param wanted the properties to measure, of which only those are paid for; area, boxes, centroids, axes, eccentricity, orientation,
 *   extent and diameter come from one walk along the runs. Or the runs of `labels`, when the caller has them: then, and without this
 *   argument, all of {@link Regions} is measured.
 * @throws RangeError for a wrong length, a negative id or an unknown property.
 */
export function measureRegions(labels: Int32Array, height: number, width: number, runs?: LabelRuns): Regions;
export function measureRegions<P extends RegionProperty>(
  labels: Int32Array,
  height: number,
  width: number,
  wanted: RegionOptions<P>,
): Pick<RegionTable, 'ids' | P>;
export function measureRegions(
  labels: Int32Array,
  height: number,
  width: number,
  wanted: LabelRuns | RegionOptions<RegionProperty> = { properties: SHAPES },
): Partial<RegionTable> {
  const options = 'properties' in wanted ? wanted : { properties: SHAPES, runs: wanted };
  const properties = new Set<RegionProperty>(options.properties);
  for (const name of properties) {
    if (ALL.includes(name)) continue;
    throw new RangeError(`measureRegions: property '${name}' is unknown; pass some of ${ALL.join(', ')}`);
  }
  const alongRuns = RUN_PROPERTIES.some((name) => properties.has(name));
  const runs = options.runs ?? (alongRuns ? encodeRuns(labels, height, width) : null);
  const sums = runs === null ? sumLabels(labels, height, width) : sumRegions(runs);
  const table: Partial<RegionTable> = {
    ...fromSums(sums),
    ...(runs === null ? {} : fromRuns(labels, runs, sums, properties)),
  };
  return Object.fromEntries(
    Object.entries(table).filter(([name]) => name === 'ids' || properties.has(name as RegionProperty)),
  );
}

const SHAPES = [
  ...([
    'ids',
    'area',
    'boxes',
    'centroidY',
    'centroidX',
    'majorAxis',
    'minorAxis',
    'eccentricity',
    'orientation',
  ] as const),
  ...(['perimeter', 'convexArea', 'solidity', 'extent', 'eulerNumber'] as const),
] satisfies readonly (keyof Regions)[];
const MOMENTS = ['rawMoments', 'centralMoments', 'normalisedMoments', 'huMoments'] as const;
const ALL: readonly RegionProperty[] = [...SHAPES, ...MOMENTS, 'equivalentDiameter'];
/** What cannot be had from the sums alone. */
const RUN_PROPERTIES = ['perimeter', 'convexArea', 'solidity', 'eulerNumber', ...MOMENTS] as const;

function fromSums({ ids, area, bounds, moments }: RegionSums) {
  const n = ids.length;
  const boxes = new Array<Box>(n);
  const floats = (): Float64Array => new Float64Array(n);
  const [centroidY, centroidX, majorAxis, minorAxis] = [floats(), floats(), floats(), floats()];
  const [eccentricity, orientation, extent, equivalentDiameter] = [floats(), floats(), floats(), floats()];
  for (let k = 0; k < n; k++) {
    const [y0, x0, y1, x1] = [bounds[4 * k]!, bounds[4 * k + 1]!, bounds[4 * k + 2]!, bounds[4 * k + 3]!];
    boxes[k] = { y0, x0, y1, x1 };
    const pixels = area[k]!;
    const [y, x] = [moments[5 * k]!, moments[5 * k + 1]!];
    const [yy, xx, yx] = [moments[5 * k + 2]!, moments[5 * k + 3]!, moments[5 * k + 4]!];
    const ellipse = fitEllipse({ n: pixels, y, x, yy, xx, yx });
    centroidY[k] = (y + y0 * pixels) / pixels;
    centroidX[k] = (x + x0 * pixels) / pixels;
    majorAxis[k] = ellipse.majorAxis;
    minorAxis[k] = ellipse.minorAxis;
    eccentricity[k] = ellipse.eccentricity;
    orientation[k] = ellipse.orientation;
    extent[k] = pixels / ((y1 - y0) * (x1 - x0));
    equivalentDiameter[k] = Math.sqrt((4 * pixels) / Math.PI);
  }
  const ellipses = { majorAxis, minorAxis, eccentricity, orientation };
  return { ids, area, boxes, centroidY, centroidX, ...ellipses, extent, equivalentDiameter };
}

function fromRuns(
  labels: Int32Array,
  runs: LabelRuns,
  { area, bounds }: RegionSums,
  properties: ReadonlySet<RegionProperty>,
): Partial<RegionTable> {
  const wants = (...names: RegionProperty[]): boolean => names.some((name) => properties.has(name));
  const raw = wants(...MOMENTS) ? sumRawMoments(runs, bounds) : null;
  const central = raw === null || !wants(...MOMENTS.slice(1)) ? null : centralMomentsOf(raw);
  const normalised = central === null || !wants(...MOMENTS.slice(2)) ? null : normalisedMomentsOf(central);
  const convexArea = wants('convexArea', 'solidity') ? measureConvexAreas(runs, bounds) : null;
  return {
    ...(wants('perimeter') && { perimeter: measurePerimeters(labels, runs) }),
    ...(convexArea && { convexArea, solidity: Float64Array.from(area, (pixels, k) => pixels / convexArea[k]!) }),
    ...(wants('eulerNumber') && { eulerNumber: measureEulerNumbers(labels, runs) }),
    ...(raw && { rawMoments: raw }),
    ...(central && { centralMoments: central }),
    ...(normalised && { normalisedMoments: normalised }),
    ...(normalised && wants('huMoments') && { huMoments: huMomentsOf(normalised) }),
  };
}
