/** Files open at once while a store is read: enough to keep the thread pool busy, far below any limit on open files. */
export const READERS = 16;

/** `Array.map` for an async function, at most `limit` calls at a time; results in order. Throws the first failure. */
export async function mapBounded<T, R>(
  items: readonly T[],
  limit: number,
  visit: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  let failed = false;
  const drain = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        results[index] = await visit(items[index]!, index);
      } catch (err) {
        failed = true;
        throw err;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, drain));
  return results;
}
