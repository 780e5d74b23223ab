import { checkSize, checkWhole } from './check-size.ts';
import type { Plane } from './image.ts';

/**
 * Checks a plane and the size it is to have.
 *
 * @param name the kernel, for the message.
 * @throws RangeError for a wrong length, an empty plane, an output side below 1 or an output over 2^29 pixels.
 */
export function checkResize(
  name: string,
  plane: Plane,
  height: number,
  width: number,
  outHeight: number,
  outWidth: number,
): void {
  checkSize(`${name}: plane`, plane.length, height, width);
  if (plane.length === 0) throw new RangeError(`${name}: the plane is ${height}×${width}; there is no pixel to sample`);
  checkWhole(`${name}: outHeight`, outHeight, 1);
  checkWhole(`${name}: outWidth`, outWidth, 1);
  checkSize(`${name}: output`, outHeight * outWidth, outHeight, outWidth);
}
