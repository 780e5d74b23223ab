import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseModelsFile } from '../../core/models.ts';
import { describeWithTraining, exportAll, exportOnce, makeWeights } from '../support/training-python.ts';

const folder = mkdtempSync(join(tmpdir(), 'fovea-export-refused-'));
const root = join(import.meta.dirname, '../..');
const HPA = ['--part', 'nuclei', '--licence', 'MIT'];

/** Exit codes of the scripts. */
const [PARITY, USAGE, PACKAGE, WEIGHTS] = [1, 2, 3, 4];

type Case = [name: string, script: string, args: string[], code: number, said: string | RegExp];

const faults: Case[] = [
  ['no file', 'mesmer_torch', ['none.pth'], USAGE, 'none.pth is no file; name the .pth file of torch-mesmer'],
  ['another folder', 'mesmer_tf', ['.'], USAGE, 'saved_model.pb is no file; name the folder that holds saved_model.pb'],
  ['too few outputs', 'mesmer_tf', ['mesmer-tf', '--outputs', 'a,b'], USAGE, '--outputs names 2 outputs, wanted 4'],
  ['outputs of other names', 'mesmer_tf', ['mesmer-tf-renamed'], WEIGHTS, /gives \{'a': .*give them as --outputs/],
  ['outputs in another order', 'mesmer_tf', ['mesmer-tf-renamed', '--outputs', 'b,a,c,d'], WEIGHTS, /gives \{'a': /],
  ['another input', 'mesmer_tf', ['mesmer-tf-other'], WEIGHTS, "takes {'input_1': [None, 256, 256, 1]}"],
  ['another signature', 'mesmer_tf', ['mesmer-tf-unsigned'], WEIGHTS, 'no signature serving_default, but predict'],
  [
    'tensors missing',
    'mesmer_torch',
    ['mesmer-short.pth'],
    WEIGHTS,
    /another structure than the network: tensors 2 missing \(semantic_heads\.2\.late\.bias, .*\)/,
  ],
  [
    'a dict around the weights',
    'mesmer_torch',
    ['mesmer-nested.pth'],
    WEIGHTS,
    'no state dict of tensors (model, epoch)',
  ],
  ['code in the weights', 'mesmer_torch', ['hpa-scores.pth'], WEIGHTS, 'it is cut short, or holds classes of its own'],
  ['a part missing', 'cellsam_graphs', ['cellsam-short.pt'], WEIGHTS, /cellfinder of .*: tensors 3 missing/],
  [
    'weights newer than the package',
    'cellsam_graphs',
    ['cellsam-adv-for-old-package.pt'],
    PACKAGE,
    'has model_cp tensors, which the installed cellSAM ignores',
  ],
  [
    'a pickle without leave',
    'hpa_unet',
    ['hpa-scores.pth', ...HPA],
    USAGE,
    'give --unpickle: loading it runs the code',
  ],
  [
    'no licence',
    'hpa_unet',
    ['hpa-script.pt', '--part', 'cells'],
    USAGE,
    'give its --licence, as its source states it',
  ],
  ['no network', 'hpa_unet', ['hpa-none.pth', '--unpickle', ...HPA], WEIGHTS, 'holds dict, wanted a whole network'],
  [
    'a graph that does not do what the network does',
    'hpa_unet',
    ['hpa-fickle.pth', '--unpickle', ...HPA],
    PARITY,
    /ONNX Runtime differs from the framework by 0\.\d+, more than 0\.0001; nothing is kept/,
  ],
];

const absent: Case[] = [
  [
    'TensorFlow',
    'mesmer_tf',
    ['mesmer-tf'],
    PACKAGE,
    'tensorflow cannot be imported; install it into this environment: pip install tensorflow',
  ],
  [
    'torch-mesmer',
    'mesmer_torch',
    ['mesmer.pth'],
    PACKAGE,
    /torch_mesmer\.model cannot be .*: pip install git\+https:\S+torch-mesmer\.git/,
  ],
  [
    'CellSAM',
    'cellsam_graphs',
    ['cellsam.pt'],
    PACKAGE,
    /cellSAM\.model cannot be .*: pip install git\+https:\S+cellSAM\.git/,
  ],
  [
    'what a pickled network needs',
    'hpa_unet',
    ['hpa-scores.pth', '--unpickle', ...HPA],
    PACKAGE,
    /pytorch_zoo cannot be .*: pip install git\+https:\S+HPA-Cell-Segmentation\.git/,
  ],
];

/** A call with its weights in the folder and its files in `made`. */
const called = ([, script, [weights, ...more]]: Case): [string, string[]] => {
  const out = script === 'cellsam_graphs' ? join(folder, 'made') : join(folder, 'made', 'net.onnx');
  return [script, [join(folder, weights!), ...more, '--out', out]];
};

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeWithTraining('exports that are refused', () => {
  beforeAll(() => {
    makeWeights(folder);
    mkdirSync(join(folder, 'made'));
  }, 120_000);

  test.each([
    ['faults of weights and arguments', faults, true],
    ['packages that are missing', absent, false],
  ])(
    '%s: exit code, place and remedy, and nothing left behind',
    (_, cases, standIns) => {
      const outcomes = exportAll(cases.map(called), standIns);
      for (const [index, [name, script, , code, said]] of cases.entries()) {
        const { stderr, stdout, code: found } = outcomes[index]!;
        expect([name, found, stdout]).toEqual([name, code, '']);
        expect(stderr).toMatch(said);
        expect(stderr.startsWith(`${script}: `)).toBe(true);
        expect(stderr).not.toContain('Traceback');
      }
      expect(readdirSync(join(folder, 'made'))).toEqual([]);
    },
    300_000,
  );

  test('a script by itself ends with the same code', () => {
    const { status, stderr } = exportOnce('mesmer_tf', [join(folder, 'mesmer-tf-other')]);
    expect([status, stderr]).toEqual([WEIGHTS, expect.stringMatching(/^mesmer_tf: the saved model takes/) as string]);
  });
});

test('the weights of bioimage.io have the same digests in configs/models.yaml and in the script', () => {
  const { assets } = parseModelsFile(readFileSync(join(root, 'configs/models.yaml'), 'utf8'), 'models.yaml');
  const script = readFileSync(join(root, 'training/export/hpa_unet.py'), 'utf8');
  for (const part of ['nuclei', 'cells']) {
    expect(script).toContain(`"${assets[`hpa-${part}`]?.sha256}": ("${part}", `);
  }
  const published = readFileSync(join(root, 'training/export/mesmer_torch.py'), 'utf8');
  expect(published).toContain(`PUBLISHED_MD5 = "${assets['torch-mesmer']?.md5}"`);
});
