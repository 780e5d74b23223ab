import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeLabelsTiff } from '../../../activities/images/write-tiff.ts';
import { scoreAgainstTruth, type PredictedFov } from '../../../activities/synth/score.ts';
import { isFoveaError } from '../../../core/errors.ts';
import type { Labels } from '../../../kernels/image.ts';

function labels(rows: readonly string[]): Labels {
  const data = Int32Array.from(rows.join(''), (digit) => (digit === '.' ? 0 : Number(digit)));
  return { height: rows.length, width: rows[0]?.length ?? 0, mpp: 0.5, data };
}

async function* stream(...fovs: PredictedFov[]): AsyncGenerator<PredictedFov> {
  for (const fov of fovs) yield await Promise.resolve(fov);
}

const TRUTH = { a: labels(['1111.', '22222']), b: labels(['1.2.3', '.....']) };
const NUCLEI = { a: labels(['.11..', '.222.']), b: labels(['.....', '.....']) };

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'fovea-score-'));
  for (const fov of ['a', 'b'] as const) {
    await writeLabelsTiff(join(dir, `${fov}_cells.tif`), TRUTH[fov]);
    await writeLabelsTiff(join(dir, `${fov}_nuclei.tif`), NUCLEI[fov]);
  }
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test('the truth scores 1 against itself', async () => {
  const scores = await scoreAgainstTruth(
    dir,
    stream({ fov: 'a', cells: TRUTH.a, nuclei: NUCLEI.a }, { fov: 'b', cells: TRUTH.b, nuclei: NUCLEI.b }),
  );
  expect(scores.map(({ objects, threshold, f1, fovs }) => [objects, threshold, f1, fovs])).toEqual([
    ['cells', 0.5, 1, 2],
    ['cells', 0.6, 1, 2],
    ['nuclei', 0.5, 1, 2],
    ['nuclei', 0.6, 1, 2],
  ]);
});

test('pools counts over fields and thresholds apart; nuclei only where predicted', async () => {
  // a: cell 1 found with IoU 2/4, cell 2 with 3/5. b: one of three found, one false.
  const a = labels(['55...', '666..']);
  const b = labels(['4....', '...7.']);
  const scores = await scoreAgainstTruth(
    dir,
    stream({ fov: 'a', cells: a, nuclei: null }, { fov: 'b', cells: b, nuclei: null }),
  );
  expect(scores).toHaveLength(2);
  expect(scores[0]).toMatchObject({
    objects: 'cells',
    threshold: 0.5,
    tp: 3,
    fp: 1,
    fn: 2,
    precision: 0.75,
    recall: 0.6,
  });
  expect(scores[0]?.f1).toBeCloseTo(2 / 3, 12);
  expect(scores[0]?.meanIou).toBeCloseTo((0.5 + 0.6 + 1) / 3, 12);
  expect(scores[0]?.meanFovF1).toBeCloseTo((1 + 2 / 5) / 2, 12);
  expect(scores[1]).toMatchObject({ threshold: 0.6, tp: 2, fp: 2, fn: 3 });
  expect(scores[1]?.meanFovF1).toBeCloseTo((0.5 + 0.4) / 2, 12);
});

test('no prediction, no score', async () => {
  expect(await scoreAgainstTruth(dir, stream())).toEqual([]);
});

describe('refuses', () => {
  const failure = async (...fovs: PredictedFov[]): Promise<{ code: string; message: string }> => {
    const error: unknown = await scoreAgainstTruth(dir, stream(...fovs)).catch((reason: unknown) => reason);
    if (!isFoveaError(error)) throw error;
    return error;
  };
  const cells = TRUTH.a;

  test('a field without truth', async () => {
    const { code, message } = await failure({ fov: 'c', cells, nuclei: null });
    expect(code).toBe('NOT_FOUND');
    expect(message).toBe(
      `there is no truth for cells of field of view c: ${join(dir, 'c_cells.tif')} cannot be read; ` +
        'make the cohort again with fovea synth',
    );
  });

  test('a name that leaves the folder', async () => {
    const { code, message } = await failure({ fov: '../a', cells, nuclei: null });
    expect(code).toBe('INVALID_INPUT');
    expect(message).toContain('"../a" is not a field of view\'s id');
  });

  test('a field given twice', async () => {
    const twice = { fov: 'a', cells, nuclei: null };
    expect((await failure(twice, twice)).message).toBe('field of view a is predicted twice; give each once');
  });

  test("labels off the truth's grid", async () => {
    const { code, message } = await failure({ fov: 'a', cells: labels(['11']), nuclei: null });
    expect(code).toBe('INVALID_INPUT');
    expect(message).toBe(
      "cells of field of view a: true labels are 2x5, predicted 1x2; bring the prediction to the truth's grid first",
    );
  });
});
