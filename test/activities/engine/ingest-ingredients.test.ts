import { ingestIngredients } from '../../../activities/engine/ingest.ts';
import { READERS_VERSION, type SourceRow } from '../../../activities/images/index.ts';
import { compile } from '../../../core/compile.ts';
import { stepKey } from '../../../core/key.ts';
import { READERS_VERSION as inPlans } from '../../../core/pipeline.ts';
import { fakeEnvironment } from '../../support/fake-environment.ts';
import { TISSUE } from '../../support/sample-store.ts';

const row = (image: string): SourceRow => ({
  ...{ fov: 'A', image, mpp: 0.5, forceMpp: false, panel: null, obs: {}, problem: null },
});
const digest = 'ab'.repeat(32);
const file = (path: string) => ({ path, sha256: digest, bytes: 1 });
const keyOf = (image: string, ...paths: string[]): string => stepKey(ingestIngredients(row(image), paths.map(file)));

describe('the key of an ingested image', () => {
  test('does not depend on where a file lies or what it is called', () => {
    expect(keyOf('/data/a.tif', '/data/a.tif')).toBe(keyOf('/other/b.tif', '/other/b.tif'));
  });

  test("has the names of a folder's files, which name its channels, even of a single one", () => {
    expect(keyOf('/data/a', '/data/a/CD3.tif')).not.toBe(keyOf('/data/a', '/data/a/CD8.tif'));
    expect(keyOf('/data/a', '/data/a/CD3.tif')).toBe(keyOf('/other/b', '/other/b/CD3.tif'));
    expect(keyOf('/data/a', '/data/a/CD3.tif')).not.toBe(keyOf('/data/CD3.tif', '/data/CD3.tif'));
    expect(ingestIngredients(row('/data/a'), [file('/data/a/TIFs/CD3.tif')]).identity).toEqual({ names: ['CD3.tif'] });
  });

  test('has the names of the files of a set, which name each other', () => {
    expect(keyOf('/data/a.tif', '/data/a.tif', '/data/b.tif')).not.toBe(
      keyOf('/data/a.tif', '/data/a.tif', '/data/c.tif'),
    );
  });

  test("has the readers' version, the one plans carry", () => {
    expect(ingestIngredients(row('/data/a.tif'), [file('/data/a.tif')]).version).toBe(READERS_VERSION);
    expect(READERS_VERSION).toBe(inPlans);
    expect(compile(TISSUE, 'tissue.yaml', fakeEnvironment()).source.version).toBe(READERS_VERSION);
  });
});
