const MS: Readonly<Record<string, number>> = { s: 1e3, second: 1e3, min: 6e4, minute: 6e4, h: 36e5, hour: 36e5 };

/** `90 s`, `20 minutes`, `1.5 h`: a number, a space if wanted, a unit. */
export const DURATION = /^(\d{1,6}(?:\.\d{1,3})?) ?(s|seconds?|min|minutes?|h|hours?)$/;

const WEEK_MS = 7 * 24 * 36e5;

/** Milliseconds of a duration such as `20 minutes`, or null when it is not one, is zero or is above a week. */
export function parseDuration(text: string): number | null {
  const found = DURATION.exec(text);
  if (found === null) return null;
  const unit = found[2]!;
  const ms = Math.round(Number(found[1]) * MS[unit === 's' ? unit : unit.replace(/s$/, '')]!);
  return ms > 0 && ms <= WEEK_MS ? ms : null;
}
