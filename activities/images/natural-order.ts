/**
 * Order in which people number things: runs of digits compare as numbers (`ch2` before `ch10`), letters without regard to
 * case, and what is then still equal by code unit. The same on every machine: no locale takes part.
 */
export function naturalOrder(a: string, b: string): number {
  const parts = (text: string) => text.toLowerCase().match(/\d+|\D+/g) ?? [];
  const [left, right] = [parts(a), parts(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [x, y] = [left[i] as string, right[i] as string];
    const difference = /^\d/.test(x) && /^\d/.test(y) ? compareDigits(x, y) : compareText(x, y);
    if (difference !== 0) return difference;
  }
  return left.length - right.length || compareText(a, b);
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function compareDigits(a: string, b: string): number {
  const [x, y] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  return x.length - y.length || compareText(x, y);
}
