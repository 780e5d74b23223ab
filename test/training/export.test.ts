import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { modelsCommand } from '../../cli/models/index.ts';
import { testContext } from '../../core/testing.ts';
import type { ModelHandle, Tensor } from '../../core/step.ts';
import { connect } from '../../plugins/segment-cellsam/networks.ts';
import { readNets } from '../../plugins/segment-hpa/nets.ts';
import { readSignature } from '../../plugins/segment-mesmer/locate.ts';
import { profileOf } from '../../plugins/segment-mesmer/profiles.ts';
import { openModel } from '../support/onnx-models.ts';
import { runCommand } from '../support/run-command.ts';
import { describeWithTraining, exportAll, makeWeights, type Outcome } from '../support/training-python.ts';

const folder = mkdtempSync(join(tmpdir(), 'fovea-export-'));
const weights = (name: string): string => join(folder, name);
const made = (name: string): string => join(folder, 'made', name);

/** The ONNX file's record, as written beside it. */
const recordOf = (name: string): Record<string, unknown> =>
  parse(readFileSync(`${made(name)}.yaml`, 'utf8')) as Record<string, unknown>;

/** A written model, through the catalogue: its file and graph are compared with its record when it first runs. */
async function open(name: string): Promise<ModelHandle> {
  return (await openModel({ ...recordOf(name), file: made(name) })).handle;
}

function noise(dims: readonly number[]): Tensor & { data: Float32Array } {
  let state = 1;
  const length = dims.reduce((product, each) => product * each, 1);
  const data = Float32Array.from({ length }, () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647);
  return { dtype: 'float32', dims, data };
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeWithTraining('exports from stand-ins of the published packages', () => {
  let outcomes: Record<string, Outcome>;

  beforeAll(() => {
    makeWeights(folder);
    mkdirSync(made(''));
    const calls: [string, string, string[]][] = [
      ['tf', 'mesmer_tf', [weights('mesmer-tf'), '--out', made('tf.onnx')]],
      ['renamed', 'mesmer_tf', [weights('mesmer-tf-renamed'), '--out', made('renamed.onnx'), '--outputs', 'a,b,c,d']],
      ['torch', 'mesmer_torch', [weights('mesmer.pth'), '--out', made('torch.onnx')]],
      ['cellFirst', 'mesmer_torch', [weights('mesmer.pth'), '--out', made('cell-first.onnx'), '--cell-first']],
      ['cellsam', 'cellsam_graphs', [weights('cellsam.pt'), '--out', made('')]],
      ['adv', 'cellsam_graphs', [weights('cellsam-adv.pt'), '--out', made(''), '--prefix', 'adv']],
      [
        'cells',
        'hpa_unet',
        [weights('hpa-script.pt'), '--part', 'cells', '--licence', 'CC-BY-4.0', '--out', made('cells.onnx')],
      ],
      [
        'nuclei',
        'hpa_unet',
        [
          ...[weights('hpa-scores.pth'), '--unpickle', '--part', 'nuclei', '--out', made('nuclei.onnx')],
          ...['--licence', 'no', '--non-commercial'],
        ],
      ],
    ];
    const found = exportAll(calls.map(([, script, args]) => [script, args]));
    outcomes = Object.fromEntries(calls.map(([name], index) => [name, found[index]!]));
  }, 300_000);

  test('all pass their own check of parity, and say what was not tried', () => {
    for (const { code, stdout, stderr } of Object.values(outcomes)) {
      expect([code, stderr]).toEqual([0, '']);
      const [report] = stdout.split('\n');
      const { worst_difference: worst } = JSON.parse(report!) as { worst_difference: number };
      expect(worst).toBeLessThan(1e-4);
      expect(stdout).toMatch(/^Next: fovea models add \S+ \S+\.onnx$/m);
      expect(stdout).toMatch(/^Not tried on real weights: .* small stand-ins /m);
    }
    expect(readdirSync(made('')).filter((name) => !/\.onnx(\.yaml)?$/.test(name))).toEqual([]);
  });

  test.each(['tf.onnx', 'renamed.onnx'])('%s: the saved model’s maps under the record’s names', async (name) => {
    const model = await open(name);
    profileOf(name, model.spec.profile);
    const { maps, input } = readSignature(name, model.spec);
    const image = noise([1, 256, 256, 2]);
    const outputs = await model.run({ [input]: image });
    const level = (part: 'cell' | 'nucleus', kind: 'distance' | 'interior', pixel: number): number => {
      const { output, channel, channels } = maps[part][kind];
      return Number(outputs[output]!.data[pixel * channels + channel]);
    };
    for (const pixel of [0, 300, 65_535]) {
      const [nuclear, membrane] = [image.data[2 * pixel]!, image.data[2 * pixel + 1]!];
      expect(level('cell', 'distance', pixel)).toBeCloseTo(0.5 * membrane, 5);
      expect(level('cell', 'interior', pixel)).toBeCloseTo(0.6 * membrane, 5);
      expect(level('nucleus', 'distance', pixel)).toBeCloseTo(0.7 * nuclear, 5);
      expect(level('nucleus', 'interior', pixel)).toBeCloseTo(0.8 * nuclear, 5);
    }
  });

  test('torch-mesmer: eight maps, nuclei first unless told otherwise', async () => {
    const model = await open('torch.onnx');
    profileOf('torch', model.spec.profile);
    const { maps, layout } = readSignature('torch', model.spec);
    expect([layout, maps.nucleus.distance.channel, maps.cell.interior.channel]).toEqual(['NCHW', 0, 6]);
    const { maps: found } = await model.run({ image: noise([3, 2, 256, 256]) });
    expect(found!.dims).toEqual([3, 8, 256, 256]);
    const other = readSignature('torch', (await open('cell-first.onnx')).spec).maps;
    expect([other.cell.distance.channel, other.nucleus.interior.channel]).toEqual([0, 6]);
    expect(recordOf('torch.onnx')['source']).toMatch(/mesmer\.pth, SHA-256 [0-9a-f]{64}; is NOT the published file$/);
  });

  test.each([
    ['cellsam', 'cellsam', false],
    ['adv', 'cellsam-adv', true],
  ])('CellSAM, %s: three graphs that the step connects', async (prefix, profile, adv) => {
    const [detector, encoder, decoder] = await Promise.all(
      ['detector', 'encoder', 'decoder'].map((part) => open(`${prefix}-${part}.onnx`)),
    );
    expect(decoder!.spec.profile).toBe(profile);
    const networks = connect(
      { detector: detector!, encoder: encoder!, decoder: decoder! },
      'auto',
      new AbortController().signal,
    );
    expect(networks.adv).toBe(adv);
    const { data } = noise([1, 3, 1024, 1024]);
    const found = await networks.detect(data);
    expect([found.classes, found.scores.length, found.boxes.length]).toEqual([2, 7000, 14_000]);
    const embedding = await networks.embed(data);
    const boxes = [
      [10, 20, 200, 300],
      [500, 600, 900, 1000],
    ];
    const both = await networks.decode(embedding, Float32Array.from(boxes.flat()));
    const second = await networks.decode(embedding, Float32Array.from(boxes[1]!));
    expect(both.masks.length).toBe(2 * 256 * 256);
    expect(both.ious[1]).toBeCloseTo(second.ious[0]!, 5);
    expect(both.masks[256 * 256 + 77]).toBeCloseTo(second.masks[77]!, 4);
  });

  test('the HPA Cell Segmentator: probabilities for any sides, with the softmax added where it is missing', async () => {
    const models = { nuclei: await open('nuclei.onnx'), cells: await open('cells.onnx') };
    const nets = readNets(testContext({ models }), true);
    expect(nets.mpp).toBe(0.3205104);
    for (const net of [nets.nuclei, nets.cells]) {
      expect(net.softmax).toBe(false);
      const found = (await net.handle.run({ [net.input]: noise([1, 3, 96, 160]) }))[net.output]!;
      expect(found.dims).toEqual([1, 3, 96, 160]);
      const [a, b, c] = [0, 1, 2].map((plane) => Number(found.data[plane * 96 * 160 + 5000]));
      expect(a! + b! + c!).toBeCloseTo(1, 5);
    }
    expect(recordOf('nuclei.onnx')['licence']).toEqual({ id: 'no', commercial: false });
  });

  test('fovea models add takes file and record as they were written', async () => {
    const home = join(folder, 'home', '.fovea');
    const add = (name: string, ...more: string[]): ReturnType<typeof runCommand> =>
      runCommand(modelsCommand(), 'add', name, made(`${name}.onnx`), '--home', home, ...more);
    expect((await add('tf')).error).toMatchObject({ code: 'LICENCE' });
    for (const name of ['tf', 'torch', 'cellsam-detector', 'cellsam-encoder', 'adv-decoder', 'cells', 'nuclei']) {
      const added = await add(name, '--accept-licence');
      expect([name, added.error, added.exitCode]).toEqual([name, null, 0]);
      expect(added.stdout).toContain(String(recordOf(`${name}.onnx`)['sha256']));
    }
    const verified = await runCommand(modelsCommand(), 'verify', 'tf', 'nuclei', '--home', home);
    expect([verified.error, verified.exitCode]).toEqual([null, 0]);
    expect(existsSync(join(home, 'models.yaml'))).toBe(true);
  });
});
