// Everything that changes a plane's number of pixels along its axes.
export { rescaledSize } from './rescaled-size.ts';
export { rescaleBilinear, resizeBilinear } from './resize-bilinear.ts';
export { resizeNearest, type NearestRule, type ResizeNearestOptions } from './resize-nearest.ts';
