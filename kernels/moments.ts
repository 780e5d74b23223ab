/** Raw moments of one object's pixels about any origin with integer coordinates: n, Σy, Σx, Σy², Σx², Σyx. */
export interface Moments {
  readonly n: number;
  readonly y: number;
  readonly x: number;
  readonly yy: number;
  readonly xx: number;
  readonly yx: number;
}

/** The ellipse with the same second moments as an object. Lengths in pixels, `orientation` in radians. */
export interface Ellipse {
  readonly majorAxis: number;
  readonly minorAxis: number;
  readonly eccentricity: number;
  readonly orientation: number;
}

/**
 * The ellipse of an object, as `regionprops` of scikit-image 0.26 defines it: axis lengths are 4·√λ of the inertia tensor's
 * eigenvalues (pixels are points: no 1/12 is added), eccentricity √(1 - λ₂/λ₁), 0 for a single pixel. `orientation` is the angle
 * from the y axis (axis 0) to the major axis, towards +x, in (-π/2, π/2]; where both variances are equal it is ±π/4.
 *
 * Integer moments keep the differences n·Σy² - (Σy)² exact (below 2^53), so a straight line has a minor axis of exactly 0 and a
 * square an eccentricity of exactly 0, where the library returns rounding noise of the order 1e-8.
 */
export function fitEllipse({ n, y, x, yy, xx, yx }: Moments): Ellipse {
  // n² times the variances and the covariance: integers.
  const varY = n * yy - y * y;
  const varX = n * xx - x * x;
  const cov = n * yx - y * x;
  const spread = Math.hypot(varY - varX, 2 * cov);
  const large = (varY + varX + spread) / 2;
  const small = large === 0 ? 0 : Math.max(0, (varY * varX - cov * cov) / large);
  return {
    majorAxis: (4 * Math.sqrt(large)) / n,
    minorAxis: (4 * Math.sqrt(small)) / n,
    eccentricity: large === 0 ? 0 : Math.sqrt(Math.min(1, spread / large)),
    orientation: varY === varX ? (cov > 0 ? Math.PI / 4 : -Math.PI / 4) : 0.5 * Math.atan2(2 * cov, varY - varX),
  };
}
