import type { z } from 'zod';
import { testContext } from '../../core/testing.ts';
import type { ModelHandle, Tensor } from '../../core/step.ts';
import type { Image } from '../../kernels/image.ts';
import { segmentHpa } from '../../plugins/segment-hpa/index.ts';
import { FINE_MPP, hpaImage, hpaNets, hpaSpec, judging, NET_MPP } from '../support/hpa-nets.ts';

type Params = z.input<typeof segmentHpa.params>;
type Models = Readonly<Record<string, ModelHandle>>;

const image = hpaImage(160, 200, FINE_MPP, { cells: [[20, 20, 140, 160]], nuclei: [[50, 50, 110, 110]] });
const channels = { microtubules: ['MT'], er: ['ER'] };

async function fails(code: string, params: Params, input: Image = image, models: Models = hpaNets()): Promise<string> {
  try {
    await segmentHpa.run({ image: input }, segmentHpa.params.parse(params), testContext({ models }));
  } catch (err) {
    expect(err).toMatchObject({ code, retryable: false });
    return (err as Error).message;
  }
  throw new Error('nothing was thrown');
}

describe('bad input', () => {
  test('a normalised image', async () => {
    const unit = {
      ...image,
      intensity: 'unit' as const,
      planes: image.planes.map((plane) => Float32Array.from(plane, (v) => v / 255)),
    };
    expect(await fails('INVALID_INPUT', channels, unit)).toBe(
      'image is normalised ("unit"), wanted intensities as recorded ("counts"); the models have a scaling of their own: wire the image ' +
        'from before the normalize step',
    );
  });

  test('unknown, repeated and missing channels, all at once', async () => {
    const params = { nuclear: ['DNa', 'MT', 'MT'], er: ['xyz', 'MT'] };
    expect(await fails('INVALID_INPUT', params)).toBe(
      'image cannot be segmented: nuclear channel "DNa" is not in the image; did you mean "DNA"?; ' +
        'nuclear lists "MT" twice; name it once; er channel "xyz" is not in the image; channels: "MT", "ER", "DNA"; ' +
        'no microtubule channel is named; name one in with.microtubules (channels: "MT", "ER", "DNA"); ' +
        'channel "MT" is both nuclear and er; name it once',
    );
  });

  test('no nuclear channel', async () => {
    const unnamed = { ...image, channels: image.channels.map(({ name }) => ({ name, role: null })) };
    expect(await fails('INVALID_INPUT', channels, unnamed)).toBe(
      'image cannot be segmented: no channel has the role nuclear and none is named; give one in the panel CSV (role column) ' +
        'or in with.nuclear (channels: "MT", "ER", "DNA")',
    );
  });

  test('channels of one value everywhere', async () => {
    const flat = { ...image, planes: image.planes.map((plane, c) => plane.map(() => (c === 2 ? 0 : 17))) };
    expect(await fails('INVALID_INPUT', channels, flat)).toBe(
      'image cannot be segmented: nuclear channel "DNA" is 0 everywhere; check the image or name another channel; ' +
        'microtubules channel "MT" is 17 everywhere; check the image or name another channel',
    );
  });

  test('counts of a type that has no full scale', async () => {
    const floats = { ...image, planes: image.planes.map((plane) => Float32Array.from(plane)) };
    expect(await fails('INVALID_INPUT', channels, floats)).toBe(
      'image holds float32 counts, whose full scale is not known; name the count that stands for 1 in with.fullScale (255 for what was 8-bit)',
    );
  });

  test('a pixel size far from the models', async () => {
    expect(await fails('INVALID_INPUT', channels, { ...image, mpp: 80 })).toBe(
      'image is at 80 µm per pixel, the models work at 0.3205104: a factor of 250, wanted 1/32 to 32; check the pixel size in the samplesheet',
    );
  });

  test('a field too large for one run', async () => {
    const broad = hpaImage(8, 4096, 10, { cells: [[0, 0, 8, 9]], nuclei: [[2, 2, 5, 5]] });
    expect(await fails('INVALID_INPUT', channels, { ...broad, mpp: 10 })).toBe(
      "image of 8×4096 pixels is 250×127796 at the models' 0.3205104 µm per pixel, over the limit of 2^22 pixels; cut it into smaller " +
        'fields of view',
    );
  });

  test('sides that do not fit without padding', async () => {
    expect(await fails('INVALID_INPUT', { ...channels, pad: false })).toBe(
      "image is 40×50 pixels at the models' 0.3205104 µm per pixel, wanted multiples of 32 where pad is false; set pad: true",
    );
  });
});

describe('models that do not fit', () => {
  const give = (tensor: Tensor | undefined): ModelHandle => ({
    name: 'odd-net',
    spec: hpaSpec(),
    run: () => Promise.resolve(tensor === undefined ? {} : { probabilities: tensor }),
  });
  const withCells = (cells: ModelHandle): Models => ({ ...hpaNets(), cells });

  test.each([
    ['too small', { dtype: 'float32', dims: [1, 3, 2, 2], data: new Float32Array(12) }, 'float32 [1, 3, 2, 2]'],
    [
      'of two classes',
      { dtype: 'float32', dims: [1, 2, 96, 96], data: new Float32Array(18432) },
      'float32 [1, 2, 96, 96]',
    ],
    ['of integers', { dtype: 'int32', dims: [1, 3, 96, 96], data: new Int32Array(27648) }, 'int32 [1, 3, 96, 96]'],
    ['absent', undefined, 'nothing'],
  ] as const)('maps %s', async (_, tensor, found) => {
    expect(await fails('MODEL_MISMATCH', channels, image, withCells(give(tensor)))).toBe(
      `model "odd-net" gave ${found} as "probabilities", wanted float32 [1, 3, 96, 96]; check the model's file and record`,
    );
  });

  test('scores where the record promises probabilities', async () => {
    const scores = judging('raw-net', ([red]) => [0, -3, 40 * (red - 0.5)]);
    expect(await fails('MODEL_MISMATCH', channels, image, withCells(scores))).toMatch(
      /^model "raw-net" gave -3\.00 in "probabilities", whose role is probabilities, wanted 0 to 1; a graph without softmax gives scores/,
    );
  });

  test('records of other models, all problems at once', async () => {
    const other = hpaSpec({
      ...{ profile: 'mesmer', mpp: 0.5 },
      inputs: [{ name: 'x', shape: [1, 3, 512, 512], dtype: 'float32', channels: ['a', 'b', 'c'] }],
      outputs: [{ name: 'y', shape: [1, 3, 512, 512], dtype: 'float32', role: 'distance' }],
    });
    expect(await fails('MODEL_MISMATCH', channels, image, withCells(judging('other', () => [1, 0, 0], other)))).toBe(
      'models cannot be used: model "other" has the profile "mesmer", wanted "hpa-unet"; ' +
        'model "other" takes float32 [1, 3, 512, 512], wanted one float32 [1, 3, height, width] in which height and width may vary; ' +
        'model "other" gives float32 distance, wanted float32 probabilities (softmax in the graph) or float32 scores (without); ' +
        `model "nuclei-net" works at ${NET_MPP} µm per pixel and model "other" at 0.5; choose two of one pixel size; ` +
        'model "other" takes the channels a, b, c, wanted microtubules, er, nuclei or microtubules, zeros, nuclei',
    );
  });

  test('an er channel that the cell model lacks, or wants', async () => {
    const taking = (second: string): Models => {
      const names = ['microtubules', second, 'nuclei'];
      const input = { ...hpaSpec().inputs[0]!, channels: names };
      return withCells(judging('cell-net', () => [1, 0, 0], hpaSpec({ inputs: [input] })));
    };
    expect(await fails('INVALID_INPUT', channels, image, taking('zeros'))).toBe(
      'er channels are named, but model "cell-net" takes none; leave er out, or choose a model of three channels',
    );
    expect(await fails('INVALID_INPUT', { microtubules: ['MT'] }, image, taking('er'))).toBe(
      'model "cell-net" takes an er channel and none is named; name one in with.er, or choose a model of two channels',
    );
  });
});
