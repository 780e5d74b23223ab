// Everything that changes a plane's number of pixels along its axes.
export { rescaledSize } from './rescaled-size.ts';
export type { ResizeBorder } from './bilinear-weights.ts';
export { rescaleBilinear, resizeBilinear, type ResizeBilinearOptions } from './resize-bilinear.ts';
export { resizeLinear } from './resize-linear.ts';
export { resizeNearest, type NearestRule, type ResizeNearestOptions } from './resize-nearest.ts';
export { resizeAntialiased } from './resize-antialiased.ts';
export { resizeArea, type AreaPlane } from './resize-area.ts';
