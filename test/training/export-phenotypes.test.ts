import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { modelsCommand } from '../../cli/models/index.ts';
import { parseModelsFile } from '../../core/models.ts';
import type { ModelHandle, Tensor } from '../../core/step.ts';
import { readNet } from '../../plugins/marker-positivity-nimbus/read-net.ts';
import { signatureOf } from '../../plugins/phenotype-deepcell-types/signature.ts';
import { openModel } from '../support/onnx-models.ts';
import { runCommand } from '../support/run-command.ts';
import { describeWithTraining, exportAll, makeWeights, type Outcome } from '../support/training-python.ts';

const folder = mkdtempSync(join(tmpdir(), 'fovea-export-types-'));
const weights = (name: string): string => join(folder, name);
const made = (name: string): string => join(folder, 'made', name);
const TYPES = ['Bcell', 'CD4T', 'CD8T', 'Macrophage', 'Tumor'];
const LICENCE = ['--licence', 'MIT'];
const VECTORS = ['--markers', weights('markers.json'), '--types', weights('types.json')];
const NAMES = ['--features', weights('train.csv'), '--classes', weights('classes.txt')];

const recordOf = (name: string): Record<string, unknown> =>
  parse(readFileSync(`${made(name)}.yaml`, 'utf8')) as Record<string, unknown>;

async function open(name: string): Promise<ModelHandle> {
  return (await openModel({ ...recordOf(name), file: made(name) })).handle;
}

const float32 = (dims: readonly number[], value: (i: number) => number): Tensor => ({
  ...{ dtype: 'float32', dims },
  data: Float32Array.from({ length: dims.reduce((product, each) => product * each, 1) }, (_, i) => value(i)),
});

/** Values of 0 to 1 that repeat nowhere near. */
const noise = (i: number): number => ((i * 7919) % 1009) / 1009;

const channelFeeds = (batch: number, markers: readonly number[], channels = markers.length): Record<string, Tensor> => {
  const index = Array.from({ length: batch * channels }, (_, i) => BigInt(markers[i % channels] ?? -1));
  const dims = [batch, channels];
  return {
    ch_idx: { dtype: 'int64', dims, data: BigInt64Array.from(index) },
    padding_mask: { dtype: 'bool', dims, data: Uint8Array.from(index, (each) => (each < 0n ? 1 : 0)) },
  };
};

/** A square cell in the middle of 32², and channels told apart by their values. */
function resmlpFeeds(batch: number, markers: readonly number[], channels = markers.length): Record<string, Tensor> {
  const self = (i: number): number => (i % 32 > 10 && i % 32 < 22 && (i >> 5) % 32 > 8 && (i >> 5) % 32 < 20 ? 1 : 0);
  const marker = (i: number): number | undefined => markers[(i >> 10) % channels];
  return {
    sample: float32([batch, channels, 1, 32, 32], (i) =>
      marker(i) === undefined ? -1 : self(i) * noise((i % 1024) + 1024 * marker(i)!),
    ),
    spatial_context: float32([batch, 3, 32, 32], (i) => [self(i), 1 - self(i), self(i) / 2][(i >> 10) % 3]!),
    ...channelFeeds(batch, markers, channels),
  };
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeWithTraining(
  'exports of networks that tell cell types and positive markers apart, from stand-ins',
  () => {
    let outcomes: Outcome[];
    const calls: [string, string, string[]][] = [
      ['dct_resmlp', 'resmlp.pt', []],
      ['dct_clip', 'clip-domains.pt', ['--markers', weights('markers-sorted.json'), '--types', weights('types.json')]],
      ['nimbus', 'nimbus.pt', [...LICENCE, '--non-commercial']],
      ['maps_mlp', 'maps.pt', [...NAMES, ...LICENCE]],
      ['maps_mlp', 'maps-dct.pth', ['--deepcell-types']],
    ];
    const outOf = (input: string): string => input.replace(/\.pth?$/, '.onnx');

    beforeAll(() => {
      makeWeights(folder, 'make_dct_weights.py');
      mkdirSync(made(''));
      outcomes = exportAll(
        calls.map(([script, input, more]) => [script, [weights(input), ...more, '--out', made(outOf(input))]]),
      );
    }, 1_200_000);

    test('all pass their own check of parity, say what was not tried, and leave one file and its record', () => {
      for (const { code, stdout, stderr } of outcomes) {
        expect([code, stderr]).toEqual([0, '']);
        const { worst_difference: worst, cases } = JSON.parse(stdout.split('\n')[0]!) as Record<string, number>;
        expect(worst).toBeLessThan(1e-4);
        expect(cases).toBeGreaterThanOrEqual(3);
        expect(stdout).toMatch(/^Not tried on real weights: .* small networks of that structure only/m);
      }
      expect(readdirSync(made('')).filter((name) => !/\.onnx(\.yaml)?$/.test(name))).toEqual([]);
      const [first] = calls.map(([, input]) => readFileSync(made(outOf(input!))).toString('latin1'));
      expect(first).not.toMatch(/stand-ins|site-packages/);
    });

    test('DeepCell Types of 2026: any cells and channels, in any order, with padding or without', async () => {
      const model = await open('resmlp.onnx');
      const { markers, types, positivity, embedding } = signatureOf(model);
      expect([types, markers.slice(0, 3), markers.length]).toEqual([TYPES, ['AGER', 'CD20', 'CD3'], 14]);
      expect([positivity, embedding]).toEqual([{ output: 'marker_pos_logits', sigmoid: true }, 'cls_embedding']);
      const plain = await model.run(resmlpFeeds(2, [4, 1, 9]));
      const shuffled = await model.run(resmlpFeeds(1, [9, 4, 1]));
      const padded = await model.run(resmlpFeeds(1, [4, 1, 9], 8));
      for (let k = 0; k < TYPES.length; k++) {
        const score = Number(plain['logits']!.data[k]);
        for (const other of [shuffled, padded]) expect(Number(other['logits']!.data[k])).toBeCloseTo(score, 4);
      }
      const at = (outputs: typeof plain, channel: number): number =>
        Number(outputs['marker_pos_logits']!.data[channel]);
      expect(at(shuffled, 1)).toBeCloseTo(at(plain, 0), 4);
      expect(padded['marker_pos_logits']!.dims).toEqual([1, 8]);
      const other = await model.run(resmlpFeeds(1, [4, 2, 9]));
      expect(Math.abs(Number(other['logits']!.data[0]) - Number(plain['logits']!.data[0]))).toBeGreaterThan(1e-3);
      const { metadata, source } = recordOf('resmlp.onnx') as { metadata: Record<string, string>; source: string };
      expect(metadata).toMatchObject({ 'fovea.markers': markers.join(','), 'fovea.vocabulary': TYPES.join(',') });
      expect(metadata).toMatchObject({ 'fovea.compat_marker0_zero': 'true', 'fovea.mpp': '0.5' });
      expect(metadata['fovea.weights_md5']).toMatch(/^[0-9a-f]{32}$/);
      expect(source).toMatch(/is NOT a published file$/);
    });

    test('DeepCell Types of 2025: 75 channels; the weights say which index is which marker', async () => {
      const model = await open('clip-domains.onnx');
      const { markers, types, positivity } = signatureOf(model);
      expect(positivity).toEqual({ output: 'marker_positivity', sigmoid: false });
      // The file has the names in the order of the alphabet, the weights backwards.
      expect([types, markers.slice(0, 2), markers.at(-1)]).toEqual([TYPES, ['CD56', 'CD16'], 'AGER']);
      const index = [3, 11, 6, 0];
      const sample = float32([2, 75, 3, 64, 64], (i) => {
        const channel = Math.floor(i / 12_288) % 75;
        if (channel >= index.length) return -1;
        return Math.floor(i / 4096) % 3 === 0 ? noise(i) : Number(i % 64 > 20 && i % 64 < 44);
      });
      const found = await model.run({ sample, ...channelFeeds(2, index, 75) });
      const shares = Array.from(found['marker_positivity']!.data.slice(0, 75), Number);
      expect(Math.max(...shares)).toBeCloseTo(1, 6);
      expect(Math.min(...shares.slice(0, 4))).toBeGreaterThan(0);
      expect(shares.slice(4).every((share) => share === 0)).toBe(true);
      // Cosines times exp(2.659): no score can be larger.
      const scores = Array.from(found['logits']!.data, Number);
      expect(Math.max(...scores.map(Math.abs))).toBeLessThanOrEqual(Math.exp(2.659) + 1e-3);
      expect(found['cls_embedding']!.dims).toEqual([2, 32]);
    });

    test('Nimbus: one map of 0 to 1 for any sides that are multiples of 16', async () => {
      const model = await open('nimbus.onnx');
      expect(model.spec.task).toBe('marker-positivity-nimbus');
      expect(readNet(model)).toMatchObject({ input: 'image', output: 'positivity', side: null, mpp: 1 });
      const { positivity } = await model.run({ image: float32([3, 2, 80, 48], noise) });
      expect(positivity!.dims).toEqual([3, 1, 80, 48]);
      const values = Array.from(positivity!.data, Number);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...values)).toBeLessThanOrEqual(1);
      expect(recordOf('nimbus.onnx')['licence']).toEqual({ id: 'MIT', commercial: false });
    });

    test('MAPS: features as they were measured, scaled in the graph; names from the table of the training', async () => {
      const model = await open('maps.onnx');
      const features = ['CD3', 'CD4', 'CD8', 'CD20', 'PanCK', 'cellSize'];
      expect(model.spec).toMatchObject({ task: 'phenotype-table', profile: 'maps', vocabulary: TYPES });
      expect(model.spec.inputs[0]!.channels).toEqual(features);
      const { logits } = await model.run({ features: float32([4, 6], (i) => 300 * noise(i)) });
      expect(logits!.dims).toEqual([4, 5]);
      // A shift of one deviation is a shift of 1/255 for the network: scores move, but little.
      const moved = (await model.run({ features: float32([4, 6], (i) => 300 * noise(i) + 30) }))['logits']!;
      const step = Math.abs(Number(moved.data[0]) - Number(logits!.data[0]));
      expect(step).toBeGreaterThan(0);
      expect(step).toBeLessThan(0.05);
      const baseline = await open('maps-dct.onnx');
      expect(baseline.spec).toMatchObject({ profile: 'dct-maps', mpp: 0.5, vocabulary: TYPES });
      expect(baseline.spec.inputs[0]!.channels).toHaveLength(15);
      expect(baseline.spec.inputs[0]!.channels!.at(-1)).toBe('cellSize');
      expect(recordOf('maps-dct.onnx')['licence']).toMatchObject({ commercial: false, accept: true });
    });

    test('fovea models add takes all of them as they were written', async () => {
      const home = join(folder, 'home', '.fovea');
      for (const name of ['resmlp', 'clip-domains', 'nimbus', 'maps', 'maps-dct']) {
        const more = ['--home', home, '--accept-licence'];
        const added = await runCommand(modelsCommand(), 'add', name, made(`${name}.onnx`), ...more);
        expect([name, added.error, added.exitCode]).toEqual([name, null, 0]);
      }
    });
  },
  ['onnxscript'],
);

type Case = [name: string, script: string, args: string[], code: number, said: string | RegExp];
const [USAGE, PACKAGE, WEIGHTS] = [2, 3, 4];

const faults: Case[] = [
  [
    'markers in another order',
    'dct_resmlp',
    ['resmlp-swapped.pt'],
    WEIGHTS,
    /order .*: number 0 is CD20 here and AGER/,
  ],
  ['types of other names', 'dct_resmlp', ['resmlp-renamed.pt'], WEIGHTS, 'only one of them has Tumour'],
  ['no number of heads', 'dct_resmlp', ['resmlp-heads.pt'], WEIGHTS, 'lacks n_heads, which no tensor tells'],
  ['tensors missing', 'dct_resmlp', ['resmlp-short.pt'], WEIGHTS, 'tensors 2 missing (final_norm.bias'],
  ['the other generation', 'dct_resmlp', ['clip.pt'], WEIGHTS, 'if it is of 2025, use dct_clip.py'],
  ['the newer generation', 'dct_clip', ['resmlp.pt', ...VECTORS], WEIGHTS, 'holds no state dict of tensors'],
  ['no vectors', 'dct_clip', ['clip.pt'], USAGE, 'has no marker_embeddings-deepseek'],
  [
    'vectors of other weights',
    'dct_clip',
    ['clip.pt', '--markers', weights('markers-other.json'), '--types', weights('types.json')],
    ...([WEIGHTS, "row 0 of the weights' marker table is the vector of no name in markers-other.json"] as const),
  ],
  ['no licence', 'nimbus', ['nimbus.pt'], USAGE, "give the weights' --licence, as their source states it"],
  ['two maps', 'nimbus', ['nimbus-two.pt', ...LICENCE], WEIGHTS, 'tensors 2 of another shape (last.bias, last.weight)'],
  ['no names', 'maps_mlp', ['maps.pt', ...LICENCE], USAGE, 'holds no names; give --features and --classes'],
  [
    'too few classes',
    'maps_mlp',
    ['maps.pt', '--features', weights('train.csv'), '--classes', weights('few.txt'), ...LICENCE],
    ...([USAGE, '2 names of classes were found, the weights are for 5'] as const),
  ],
  ['no scaling', 'maps_mlp', ['maps-bare.pt', ...NAMES], WEIGHTS, 'wanted model_parameters, train_data_mean'],
  ['one mean too few', 'maps_mlp', ['maps-five.pt', ...NAMES], WEIGHTS, 'has 5 means and 6 deviations for 6 features'],
];

const absent: Case[] = [
  ['DeepCell Types', 'dct_resmlp', ['resmlp.pt'], PACKAGE, /deepcell_types\.model cannot .*pip install git\+https:\S+/],
  ['DeepCell Types of 2025', 'dct_clip', ['clip.pt', ...VECTORS], PACKAGE, /pip install git\+https:\S+@[0-9a-f]{40}/],
  ['Nimbus', 'nimbus', ['nimbus.pt', ...LICENCE], PACKAGE, 'pip install nimbus-inference'],
  ['MAPS', 'maps_mlp', ['maps.pt', ...NAMES, ...LICENCE], PACKAGE, /maps\.cell_phenotyping.*mahmoodlab\/MAPS\.git/],
];

describeWithTraining('exports that are refused', () => {
  const out = join(folder, 'refused');

  beforeAll(() => {
    makeWeights(folder, 'make_dct_weights.py');
    mkdirSync(out);
  }, 120_000);

  test.each([
    ['faults of weights and arguments', faults, true],
    ['packages that are missing', absent, false],
  ])(
    '%s: exit code, place and remedy, and nothing left behind',
    (_, cases, standIns) => {
      const outcomes = exportAll(
        cases.map(([, script, [input, ...more]]) => [
          script,
          [weights(input!), ...more, '--out', join(out, 'net.onnx')],
        ]),
        standIns,
      );
      for (const [index, [name, script, , code, said]] of cases.entries()) {
        const { stderr, stdout, code: found } = outcomes[index]!;
        expect([name, found, stdout]).toEqual([name, code, '']);
        expect(stderr).toMatch(said);
        expect(stderr.startsWith(`${script}: `)).toBe(true);
      }
      expect(readdirSync(out)).toEqual([]);
    },
    300_000,
  );
});

test('the published weights have the same digests in configs/models.yaml and in the scripts', () => {
  const root = join(import.meta.dirname, '../..');
  const { assets } = parseModelsFile(readFileSync(join(root, 'configs/models.yaml'), 'utf8'), 'models.yaml');
  const published = (script: string): string[] => {
    const text = readFileSync(join(root, `training/export/${script}.py`), 'utf8');
    return Array.from(text.matchAll(/"([0-9a-f]{32})": "([^"]+)"/g), ([, md5, file]) => `${md5} ${file}`);
  };
  const told = (...names: string[]): string[] => names.map((name) => `${assets[name]?.md5} ${assets[name]?.file}`);
  expect(published('dct_resmlp')).toEqual(told('deepcell-types', 'deepcell-types-ptft'));
  expect(published('dct_clip')).toEqual(told('deepcell-types-2025', 'deepcell-types-2025-public'));
});
