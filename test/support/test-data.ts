import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(process.env['FOVEA_TEST_DATA'] ?? join(import.meta.dirname, '../../../shared/data'));

/** The path of a folder or file of the real test data, or null when it is not there. */
export function testData(name: string): string | null {
  const path = join(root, name);
  return existsSync(path) ? path : null;
}

/** `describe` over real data; skipped, with the reason in its title, where the data is absent. */
export function describeWithData(name: string, suite: (path: string) => void): void {
  const path = testData(name);
  if (path === null)
    describe.skip(`${name} (set FOVEA_TEST_DATA to a folder that holds it)`, () => suite(join(root, name)));
  else describe(name, () => suite(path));
}
