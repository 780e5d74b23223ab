/**
 * Bytes by path. Four methods, so that a folder and an object store can stand behind the same records.
 * Paths use `/`, are relative to the store and never start with a dot or hold `..`.
 */
export interface Blobs {
  /** The bytes at `path`, or null when there are none. */
  get(path: string): Promise<Uint8Array | null>;
  /**
   * Writes all of `bytes` or nothing. With `ifAbsent` an existing blob is left as it is and false is returned
   * (a conditional put). Throws STORE or DISK_FULL.
   */
  put(path: string, bytes: Uint8Array | string, options?: { ifAbsent?: boolean }): Promise<boolean>;
  has(path: string): Promise<boolean>;
  /** Paths below `prefix`, sorted. */
  list(prefix: string): Promise<string[]>;
}

/** Reads a JSON blob; null when absent. */
export async function getJson<T>(blobs: Blobs, path: string): Promise<T | null> {
  const bytes = await blobs.get(path);
  return bytes === null ? null : (JSON.parse(new TextDecoder().decode(bytes)) as T);
}
