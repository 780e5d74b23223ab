/**
 * The chords of a disk, dy² + dx² ≤ radius², as half-widths of the rows at distance 0, 1, … from its centre: as many rows and as wide as
 * matter to a plane of this size.
 */
export function chordsOf(radius: number, height: number, width: number): Int32Array {
  // A disk of this radius covers the plane from any of its pixels.
  const r = Math.min(radius, height + width);
  const halves = new Int32Array(Math.min(r, height - 1) + 1);
  for (let dy = 0, half = r; dy < halves.length; dy++) {
    while (half * half + dy * dy > r * r) half--;
    halves[dy] = Math.min(half, width - 1);
  }
  return halves;
}
