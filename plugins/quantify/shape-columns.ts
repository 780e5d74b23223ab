import type { Column, Labels } from '../../kernels/image.ts';
import { measureRegions } from '../../kernels/regions.ts';
import type { LabelRuns } from '../../kernels/runs.ts';

const POSITION = ['area', 'centroidY', 'centroidX'] as const;
const SHAPE = [
  ...(['boxes', 'majorAxis', 'minorAxis', 'perimeter', 'eccentricity', 'orientation'] as const),
  ...(['solidity', 'extent', 'eulerNumber'] as const),
];

/**
 * `cell_id`, area and centroid, and with `shape` the descriptors of scikit-image's regionprops. Pixel centres lie at integer
 * coordinates, the first at 0; a centroid in µm is that in pixels times mpp, so its origin is the centre of the first pixel.
 */
export function shapeColumns(cells: Labels, runs: LabelRuns, shape: boolean): Column[] {
  const { height, width, mpp, data } = cells;
  const { ids, area, centroidY, centroidX } = measureRegions(data, height, width, { properties: POSITION, runs });
  const column = (name: string, values: Column['values'], unit: string | null): Column => ({
    name,
    values,
    unit,
    measure: null,
  });
  const scaled = (values: ArrayLike<number>, factor: number): Float64Array =>
    Float64Array.from(values, (value) => value * factor);
  const both = (name: string, values: Float64Array): Column[] => [
    column(`${name}_px`, values, 'px'),
    column(`${name}_um`, scaled(values, mpp), 'um'),
  ];
  const position = [
    column('cell_id', ids.slice(), null),
    column('area_px', area.slice(), 'px'),
    column('area_um2', scaled(area, mpp ** 2), 'um2'),
    column('centroid_y_px', centroidY, 'px'),
    column('centroid_x_px', centroidX, 'px'),
    column('centroid_y_um', scaled(centroidY, mpp), 'um'),
    column('centroid_x_um', scaled(centroidX, mpp), 'um'),
  ];
  if (!shape) return position;
  const found = measureRegions(data, height, width, { properties: SHAPE, runs });
  const touches = found.boxes.map(({ y0, x0, y1, x1 }) => y0 === 0 || x0 === 0 || y1 === height || x1 === width);
  return [
    ...position,
    ...both('major_axis', found.majorAxis),
    ...both('minor_axis', found.minorAxis),
    ...both('perimeter', found.perimeter),
    column('eccentricity', found.eccentricity, null),
    column('orientation', found.orientation, 'rad'),
    column('solidity', found.solidity, null),
    column('extent', found.extent, null),
    column('euler_number', found.eulerNumber, null),
    column('touches_border', Int32Array.from(touches, Number), null),
  ];
}
