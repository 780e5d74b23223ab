import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { howToGet, readCatalogue, type CataloguedModel } from '../../../activities/models/catalogue.ts';
import { checkModelFile } from '../../../activities/models/check-file.ts';
import { readOnnxFacts } from '../../../activities/models/onnx-file.ts';
import { parseRuntime } from '../../../activities/models/runtime.ts';
import { mesmerRecord, MODELS, writeModels } from '../../support/onnx-models.ts';

const folder = mkdtempSync(join(tmpdir(), 'fovea-model-files-'));
const tiny = join(MODELS, 'mesmer-tiny.onnx');

async function modelAt(file: string, changes: Record<string, unknown> = {}): Promise<CataloguedModel> {
  const catalogue = await readCatalogue([writeModels({ tiny: mesmerRecord('mesmer-tiny', { file, ...changes }) })]);
  return catalogue.byName.get('tiny')!;
}

describe('a catalogue', () => {
  test('lays later files over earlier ones and finds models by what steps read of them', async () => {
    const first = writeModels({ a: mesmerRecord('mesmer-tiny'), b: mesmerRecord('mesmer-torch') });
    const second = writeModels({ a: mesmerRecord('mesmer-tiny', { mpp: 0.4 }) });
    const { byName, byDigest } = await readCatalogue([first, second]);
    expect(byName.get('a')!.from).toBe(second);
    expect(byName.get('b')!.from).toBe(first);
    expect(byDigest(byName.get('a')!.record.digest)).toBe(byName.get('a'));
    expect(byDigest('0'.repeat(64))).toBeNull();
  });

  test('places files beside the models file', async () => {
    const file = writeModels({
      near: mesmerRecord('mesmer-tiny', { file: 'nets/x.onnx' }),
      far: { ...mesmerRecord('mesmer-tiny', { url: 'https://example.org/x.onnx' }), file: undefined },
    });
    const { byName } = await readCatalogue([file]);
    expect(byName.get('near')!.path).toBe(join(file, '../nets/x.onnx'));
    expect(byName.get('far')!.path).toMatch(/models\/[0-9a-f]{64}\.onnx$/);
    expect(howToGet(byName.get('far')!)).toBe('run fovea models pull far');
  });

  test('says which file cannot be read', async () => {
    await expect(readCatalogue([join(folder, 'none.yaml')])).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('none.yaml cannot be read (ENOENT)') as string,
    });
  });
});

describe('a model file', () => {
  test('that is as its record says passes, twice', async () => {
    const model = await modelAt(tiny);
    await checkModelFile(model);
    await checkModelFile(model);
  });

  test('that is absent: how to get it', async () => {
    const model = await modelAt(join(folder, 'absent.onnx'), { obtain: 'export it with training/export/tf_mesmer.py' });
    await expect(checkModelFile(model)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringMatching(/model tiny is not here .*absent\.onnx\): export it with/) as string,
    });
  });

  test('that is cut short: both sizes', async () => {
    const cut = join(folder, 'cut.onnx');
    writeFileSync(cut, readFileSync(tiny).subarray(0, 500));
    await expect(checkModelFile(await modelAt(cut))).rejects.toMatchObject({
      code: 'MODEL_MISMATCH',
      message: expect.stringMatching(/has 500 bytes, wanted \d+: it is cut short/) as string,
    });
  });

  test('with another digest: both digests; found again after it is mended', async () => {
    const other = join(folder, 'other.onnx');
    const bytes = readFileSync(tiny);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(other, bytes);
    const model = await modelAt(other);
    await expect(checkModelFile(model)).rejects.toMatchObject({
      code: 'MODEL_MISMATCH',
      retryable: false,
      message: expect.stringMatching(/has the SHA-256 [0-9a-f]{64}, wanted [0-9a-f]{64}/) as string,
    });
    writeFileSync(other, readFileSync(tiny));
    await checkModelFile(model);
  });
});

describe('an ONNX file', () => {
  test('tells its producer and metadata without its graph being read', async () => {
    const { producer, metadata } = await readOnnxFacts(tiny);
    expect(producer).toBe('fovea test/models');
    expect(metadata['fovea.task']).toBe('segment-mesmer');
    expect(metadata['fovea.outputs']).toContain('semantic_0=cell-distance;');
  });

  test.each([
    ['text', Buffer.from('not a model at all, but a page that says 404')],
    ['a cut file', readFileSync(tiny).subarray(0, 300)],
    ['zeros', Buffer.alloc(64)],
  ])('%s is refused', async (_, bytes) => {
    const path = join(folder, 'no.onnx');
    writeFileSync(path, bytes);
    await expect(readOnnxFacts(path)).rejects.toMatchObject({
      code: 'MODEL_MISMATCH',
      message: expect.stringContaining('no.onnx is not an ONNX file') as string,
    });
  });
});

describe('a runtime', () => {
  test('names its provider', () => {
    expect(parseRuntime('ort-1.30-cpu', '1.30.0')).toEqual({ provider: 'cpu' });
    expect(parseRuntime('ort-1.30.2-cuda', '1.30.2')).toEqual({ provider: 'cuda' });
  });

  test.each([
    ['js', 'the queue\'s runtime is "js", wanted ort-<version>-<provider>'],
    ['ort-1.29-cpu', 'the plan wants ort-1.29-cpu and this worker has ONNX Runtime 1.30.0'],
  ])('%s is refused', (runtime, message) => {
    expect(() => parseRuntime(runtime, '1.30.0')).toThrow(message);
  });
});
