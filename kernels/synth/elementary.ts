/**
 * Elementary functions made of +, −, ×, ÷ and √ only. ECMAScript fixes those to the bit, but leaves Math.exp, Math.log
 * and the rest to the engine; pixels that depend on the engine could not be compared by digest.
 */

const LN2 = 0.6931471805599453;

/** e^x for |x| ≤ 700, relative error below 1e-14: argument halved to |r| ≤ ln 2 / 2, then a Taylor polynomial. */
export function exponential(x: number): number {
  const k = Math.round(x / LN2);
  const r = x - k * LN2;
  let term = 1;
  let sum = 1;
  for (let n = 1; n <= 14; n++) {
    term *= r / n;
    sum += term;
  }
  const factor = k < 0 ? 0.5 : 2;
  for (let n = Math.abs(k); n > 0; n--) sum *= factor;
  return sum;
}

/** Natural logarithm of a finite x > 0, absolute error below 1e-14: mantissa in [√½, √2), then the series of artanh. */
export function logarithm(x: number): number {
  if (!(x > 0) || x === Infinity)
    throw new RangeError(`logarithm is defined for finite x > 0, not ${x}; pass such an x`);
  let exponent = 0;
  let mantissa = x;
  for (; mantissa >= Math.SQRT2; exponent++) mantissa *= 0.5;
  for (; mantissa < Math.SQRT1_2; exponent--) mantissa *= 2;
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let power = s;
  let sum = 0;
  for (let n = 1; n <= 23; n += 2) {
    sum += power / n;
    power *= square;
  }
  return exponent * LN2 + 2 * sum;
}

/**
 * The standard normal distribution's quantile at `p`, 1e-10 ≤ p ≤ 1 − 1e-10, accurate to about 1e-7.
 * Rational approximations PPND7 of Wichura, "Algorithm AS 241", Applied Statistics 37 (1988).
 */
export function normalQuantile(p: number): number {
  if (!(p >= 1e-10 && p <= 1 - 1e-10)) {
    throw new RangeError(`normalQuantile takes p from 1e-10 to 1 - 1e-10, not ${p}; keep p inside`);
  }
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (
      (q * (((59.10937472 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179)) /
      (((67.1875636 * r + 78.757757664) * r + 17.895169469) * r + 1)
    );
  }
  const r = Math.sqrt(-logarithm(q < 0 ? p : 1 - p)) - 1.6;
  const tail =
    (((0.17023821103 * r + 1.3067284816) * r + 2.75681539) * r + 1.4234372777) /
    ((0.12021132975 * r + 0.7370016425) * r + 1);
  return q < 0 ? -tail : tail;
}
