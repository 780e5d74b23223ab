const BYTES = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 } as const;

/** `4 GiB`, `512 MiB`, `1.5 GB`: a number, a space if wanted, a unit. */
export const MEMORY = /^(\d{1,9}(?:\.\d{1,6})?) ?(KiB|MiB|GiB|TiB|kB|MB|GB|TB)$/;

/** Bytes of an amount of memory such as `4 GiB`, rounded to whole bytes, or null when it is not one (zero included). */
export function parseMemory(text: string): number | null {
  const found = MEMORY.exec(text);
  if (found === null) return null;
  const bytes = Math.round(Number(found[1]) * BYTES[found[2] as keyof typeof BYTES]);
  return bytes > 0 ? bytes : null;
}

/** Bytes as people read them, in binary units with at most one decimal: `4 GiB`, `1.5 MiB`, `12 B`. */
export function formatMemory(bytes: number): string {
  for (const unit of ['TiB', 'GiB', 'MiB', 'KiB'] as const) {
    if (bytes >= BYTES[unit]) return `${Number((bytes / BYTES[unit]).toFixed(1))} ${unit}`;
  }
  return `${bytes} B`;
}
