import type { ErrorJson } from '../../core/errors.ts';
import { FoveaError } from '../../core/errors.ts';
import type { ModelHandle, Tensor } from '../../core/step.ts';
import { testContext } from '../../core/testing.ts';
import type { Image } from '../../kernels/image.ts';
import { segmentCellsam } from '../../plugins/segment-cellsam/index.ts';
import { drawRectangles, fakeCellsam } from '../support/cellsam-models.ts';
import type { FakeOptions } from '../support/cellsam-models.ts';

type Params = Parameters<typeof segmentCellsam.params.parse>[0] & object;
type Models = Record<string, ModelHandle>;

const side = 600;
const image: Image = {
  ...{ height: side, width: side, mpp: 0.5, intensity: 'counts' },
  channels: [
    { name: 'DAPI', role: 'nuclear' },
    { name: 'CD45', role: 'membrane' },
    { name: 'CD3', role: null },
  ],
  planes: [1, 2, 3].map((k) =>
    drawRectangles(
      side,
      side,
      [40, 480].flatMap((y) => [40, 480].map((x) => ({ y, x, height: 20 * k, width: 40 }))),
    ),
  ),
};

interface Run {
  readonly params?: Params;
  readonly input?: Image;
  readonly fake?: FakeOptions;
  readonly models?: (models: Models) => Models;
}

interface Outcome {
  readonly warned: { readonly fields: object; readonly text: string }[];
  readonly data: Int32Array;
}

async function run({ params = {}, input = image, fake = {}, models = (all) => all }: Run): Promise<Outcome> {
  const options = segmentCellsam.params.parse({ perTileNormalisation: false, ...params });
  const warned: { fields: object; text: string }[] = [];
  const silent = (): void => undefined;
  const log = {
    debug: silent,
    info: silent,
    warn: (fields: object, text: string) => void warned.push({ fields, text }),
  };
  const ctx = testContext({ models: models(fakeCellsam(fake)), log });
  const { cells } = await segmentCellsam.run({ image: input }, options, ctx);
  return { warned, data: cells.data };
}

async function failure(wanted: Run): Promise<ErrorJson> {
  try {
    await run(wanted);
  } catch (err) {
    if (err instanceof FoveaError) return err.toJSON();
    throw err;
  }
  throw new Error('nothing was thrown');
}

const noRoles = { ...image, channels: image.channels.map((channel) => ({ ...channel, role: null })) };
const float = (dims: readonly number[], value = 0): Tensor => ({
  ...{ dtype: 'float32', dims },
  data: new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(value),
});

describe('images', () => {
  test('a normalised one', async () => {
    const { code, message } = await failure({ input: { ...image, intensity: 'unit' } });
    expect(code).toBe('INVALID_INPUT');
    expect(message).toBe(
      'image is normalised already (intensity "unit"), wanted intensities as recorded ("counts"), which CellSAM normalises in ' +
        'its own way; wire the port to the image before the normalize step',
    );
  });
  test('no nuclear and no membrane channel', async () => {
    const { code, message } = await failure({ input: noRoles });
    expect(code).toBe('INVALID_INPUT');
    expect(message).toBe(
      'image cannot be segmented: no channel has the role nuclear or membrane and none is named; give roles in the panel CSV ' +
        '(role column) or name channels in with.nuclear or with.membrane (channels: "DAPI", "CD45", "CD3")',
    );
  });
  test('absent, doubled and twice used channels, all at once', async () => {
    const params = { nuclear: ['DAPl', 'DAPI', 'DAPI'], membrane: ['xyz', 'DAPI'] };
    const { code, message } = await failure({ params });
    expect(code).toBe('INVALID_INPUT');
    expect(message).toBe(
      'image cannot be segmented: nuclear channel "DAPl" is not in the image; did you mean "DAPI"?; nuclear lists "DAPI" twice; ' +
        'name it once; membrane channel "xyz" is not in the image; channels: "DAPI", "CD45", "CD3"; channel "DAPI" is both ' +
        'nuclear and membrane; name it once',
    );
  });
  test('a constant one has no cells, asks no network and says so', async () => {
    const calls: string[] = [];
    const flat = { ...image, planes: image.planes.map(() => new Uint16Array(side * side).fill(300)) };
    for (const params of [{}, { perTileNormalisation: true }, { mode: 'compat' as const }]) {
      const { data, warned } = await run({ input: flat, params, fake: { on: (model) => void calls.push(model) } });
      expect(data.every((id) => id === 0)).toBe(true);
      expect(warned.map(({ text }) => text)).toEqual([
        'the nuclear or the membrane signal is the same everywhere and tells nothing of cells',
      ]);
    }
    expect(calls).toEqual([]);
  });
  test('one without cells gives labels without objects', async () => {
    for (const mode of ['fixed', 'compat'] as const) {
      const calls = new Set<string>();
      const fake = { find: () => [], on: (model: string) => void calls.add(model) };
      const { data, warned } = await run({ params: { mode, blockSize: 900 }, fake });
      expect(data.every((id) => id === 0)).toBe(true);
      expect(warned).toEqual([]);
      expect([...calls]).toEqual(['detector']);
    }
  });
  test('mode compat cannot tile a side shorter than the overlap', async () => {
    const strip = { ...image, height: 40, planes: image.planes.map((plane) => plane.slice(0, 40 * side)) };
    const { code, message } = await failure({ input: strip, params: { mode: 'compat' } });
    expect(code).toBe('INVALID_INPUT');
    expect(message).toBe(
      'image is 40×600 pixels and a side is shorter than the overlap of 56, which mode compat cannot tile; use mode fixed, or a ' +
        'smaller overlap',
    );
  });
  test('an overlap above the block size', () => {
    const { success, error } = segmentCellsam.params.safeParse({ blockSize: 100, overlap: 120 });
    expect(success).toBe(false);
    expect(error?.issues).toMatchObject([{ path: ['overlap'], message: 'overlap is more than blockSize; lower it' }]);
  });
});

describe('models', () => {
  const spoil =
    (which: string, change: Record<string, Tensor>): NonNullable<FakeOptions['spoil']> =>
    (model, outputs) =>
      model === which ? { ...outputs, ...change } : outputs;

  test.each([
    ['detector', 'logits', [1, 3500], '[1, queries, classes]'],
    ['detector', 'boxes', [1, 300, 4], '[1, 3500, 4]'],
    ['encoder', 'embedding', [1, 256, 32, 32], '[1, 256, 64, 64]'],
    ['decoder', 'masks', [4, 1, 128, 128], '[4, 1, 256, 256]'],
    ['decoder', 'iou', [4, 3], '[4, 1]'],
  ])('%s: "%s" of %j', async (model, output, dims, wanted) => {
    for (const mode of ['fixed', 'compat'] as const) {
      const json = await failure({
        params: { mode, whole: true },
        fake: { spoil: spoil(model, { [output]: float(dims) }) },
      });
      expect(json).toMatchObject({ code: 'MODEL_MISMATCH', retryable: false });
      expect(json.message).toBe(
        `the tile in row 1, column 1 of 1×1 failed: model "test-${model}" gave float32 [${dims.join(', ')}] as output "${output}", ` +
          `wanted float32 ${wanted}; export it anew`,
      );
      expect(json.fields).toMatchObject({ model: `test-${model}`, output, wanted: `float32 ${wanted}` });
    }
  });

  test('an output of another type, and one that is missing', async () => {
    const bytes: Tensor = { dtype: 'uint8', dims: [1, 256, 64, 64], data: new Uint8Array(256 * 64 * 64) };
    const typed = await failure({ fake: { spoil: spoil('encoder', { embedding: bytes }) } });
    expect(typed.message).toContain('gave uint8 [1, 256, 64, 64] as output "embedding"');
    const missing = await failure({ fake: { spoil: (model, outputs) => (model === 'encoder' ? {} : outputs) } });
    expect(missing.message).toContain('gave nothing as output "embedding", wanted float32 [1, 256, 64, 64]');
  });

  test('records that do not say which output is which, or have other inputs', async () => {
    const models = (all: Models): Models => {
      const { detector } = all;
      const outputs = detector!.spec.outputs.map((output) => ({ ...output, role: 'something' }));
      return { ...all, detector: { ...detector!, spec: { ...detector!.spec, outputs } } };
    };
    expect(await failure({ models })).toMatchObject({
      code: 'MODEL_MISMATCH',
      message:
        'model "test-detector" has outputs logits (something), boxes (something), wanted one with the role logits or scores; ' +
        'correct its record',
    });
    const flat = (all: Models): Models => {
      const { decoder } = all;
      const inputs = decoder!.spec.inputs.map((input) => ({ ...input, shape: [4] }));
      return { ...all, decoder: { ...decoder!, spec: { ...decoder!.spec, inputs } } };
    };
    expect((await failure({ models: flat })).message).toBe(
      'model "test-decoder" has inputs embedding [4], boxes [4], wanted one for the embedding, float32 [1, 256, 64, 64]; ' +
        'correct its record',
    );
  });

  test('profiles that are unknown or differ, unless the preparation is forced', async () => {
    const profiles =
      (detector: string, encoder: string) =>
      (all: Models): Models => ({
        ...all,
        detector: { ...all['detector']!, spec: { ...all['detector']!.spec, profile: detector } },
        encoder: { ...all['encoder']!, spec: { ...all['encoder']!.spec, profile: encoder } },
      });
    expect((await failure({ models: profiles('mesmer', 'mesmer') })).message).toBe(
      'model "test-detector" has the profile "mesmer", wanted cellsam or cellsam-adv; correct its record, or set advMode to on or off',
    );
    expect((await failure({ models: profiles('cellsam', 'cellsam-adv') })).message).toBe(
      'model "test-encoder" has the profile "cellsam-adv", wanted cellsam, as the detector has; correct its record, or set ' +
        'advMode to on or off',
    );
    const { data } = await run({ models: profiles('mesmer', 'other'), params: { advMode: 'off', whole: true } });
    expect(new Set(data)).toEqual(new Set([0, 1, 2, 3, 4]));
  });

  test('scores that are NaN', async () => {
    const logits = float([1, 3500, 2], NaN);
    const json = await failure({ fake: { spoil: spoil('detector', { logits }) } });
    expect(json).toMatchObject({
      code: 'MODEL_FAILED',
      fields: { model: 'test-detector', output: 'logits', row: 1, column: 1 },
    });
    expect(json.message).toBe(
      'the tile in row 1, column 1 of 2×2 failed: model "test-detector" gave NaN in output "logits" at index 0',
    );
  });

  test('ready scores are taken as they are', async () => {
    const ready = (all: Models): Models => {
      const { detector } = all;
      const outputs = detector!.spec.outputs.map((output) =>
        output.name === 'logits' ? { ...output, role: 'scores' } : output,
      );
      return { ...all, detector: { ...detector!, spec: { ...detector!.spec, outputs } } };
    };
    const toScores: NonNullable<FakeOptions['spoil']> = (model, outputs) => {
      if (model !== 'detector') return outputs;
      const data = (outputs['logits']!.data as Float32Array).map((logit) => 1 / (1 + Math.exp(-logit)));
      return { ...outputs, logits: { dtype: 'float32', dims: [1, 3500, 2], data } };
    };
    const params = { whole: true };
    const { data } = await run({ models: ready, fake: { spoil: toScores }, params });
    expect(data).toEqual((await run({ params })).data);
  });
});

describe('a tile that fails', () => {
  /** The third call of the encoder fails. */
  const fails = (err: () => unknown): FakeOptions => {
    let calls = 0;
    return {
      spoil: (model, outputs) => {
        if (model === 'encoder' && ++calls === 3) throw err();
        return outputs;
      },
    };
  };
  const broken = (): unknown => new FoveaError('MODEL_FAILED', 'session.run: out of luck');

  test('fixed: fails the step and names tile and model', async () => {
    expect(await failure({ fake: fails(broken) })).toEqual({
      code: 'MODEL_FAILED',
      message: 'the tile in row 2, column 1 of 2×2 failed: model "test-encoder": session.run: out of luck',
      retryable: true,
      fields: { model: 'test-encoder', row: 2, column: 1 },
    });
  });
  test('compat: is empty, with a warning', async () => {
    const { data, warned } = await run({ fake: fails(broken), params: { mode: 'compat', blockSize: 300 } });
    expect(warned).toEqual([
      {
        fields: { fov: 'test', model: 'test-encoder', row: 2, column: 1 },
        text:
          'the tile in row 2, column 1 of 2×2 failed: model "test-encoder": session.run: out of luck; mode compat takes the tile ' +
          'as empty',
      },
    ]);
    expect(new Set(data)).toEqual(new Set([0, 1, 2, 3]));
  });
  test('what a model throws besides is named as well', async () => {
    const json = await failure({ fake: fails(() => new TypeError('cannot read')) });
    expect(json).toMatchObject({ code: 'MODEL_FAILED', retryable: true });
    expect(json.message).toContain('row 2, column 1 of 2×2 failed: model "test-encoder": cannot read');
  });
  test('compat swallows neither cancellation nor input that does not fit', async () => {
    for (const code of ['CANCELLED', 'INVALID_INPUT', 'OUT_OF_MEMORY'] as const) {
      const json = await failure({ fake: fails(() => new FoveaError(code, 'stop')), params: { mode: 'compat' } });
      expect(json.code).toBe(code);
    }
  });
});
