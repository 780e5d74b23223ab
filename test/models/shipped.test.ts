import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readCatalogue } from '../../activities/models/catalogue.ts';
import { createHandle } from '../../activities/models/handle.ts';
import { testContext } from '../../core/testing.ts';
import { synthesizeTissue } from '../../kernels/synth/index.ts';
import type { Labels } from '../../kernels/image.ts';
import { segmentMesmer } from '../../plugins/segment-mesmer/index.ts';
import { matchLabels, pooledF1 } from '../support/match-labels.ts';
import { cpuSessions } from '../support/onnx-models.ts';

const root = join(import.meta.dirname, '../..');
const { byName } = await readCatalogue([join(root, 'configs/models.yaml')]);
const mini = byName.get('mesmer-mini')!;
const net = createHandle(mini, cpuSessions());

test('mesmer-mini is small, has a card beside it, and is the file its record names', async () => {
  expect(statSync(mini.path).size).toBe(mini.record.bytes);
  expect(mini.record.bytes).toBeLessThanOrEqual(12e6);
  const card = readFileSync(join(mini.path, '../README.md'), 'utf8');
  for (const heading of ['Data', 'How well', 'Not for']) expect(card).toMatch(new RegExp(`^#+ .*${heading}`, 'im'));
  // The session compares digest, signature and metadata before it runs.
  const data = new Float32Array(256 * 256 * 2);
  const outputs = await net.run({ image: { dtype: 'float32', dims: [1, 256, 256, 2], data } });
  for (const name of ['semantic_1', 'semantic_3']) {
    const [a = 0, b = 0, c = 0] = outputs[name]!.data as Float32Array;
    expect(a + b + c).toBeCloseTo(1, 5);
  }
});

test.each([
  ['dense with follicles', { epithelium: 0.05, glands: 0, infiltration: 0.95, aggregates: 4, density: 1.1 }],
  ['glandular', { epithelium: 0.75, glands: 0.2, infiltration: 0.1, aggregates: 0, density: 1.1 }],
])(
  'mesmer-mini finds cells and nuclei of drawn tissue of a kind it was not trained on: %s',
  async (_, composition) => {
    const markers = ['DAPI', 'Na-K-ATPase'];
    const drawn = synthesizeTissue({ seed: 991, height: 256, width: 256, mpp: 0.45, markers, composition });
    const image = {
      ...drawn.image,
      channels: markers.map((name, index) => ({
        name,
        role: index === 0 ? ('nuclear' as const) : ('membrane' as const),
      })),
    };
    const found = (await segmentMesmer.run(
      { image },
      segmentMesmer.params.parse({}),
      testContext({ models: { net } }),
    )) as { cells: Labels; nuclei: Labels };
    expect(pooledF1([matchLabels(drawn.cells.data, found.cells.data, 0.5)])).toBeGreaterThan(0.85);
    expect(pooledF1([matchLabels(drawn.nuclei.data, found.nuclei.data, 0.5)])).toBeGreaterThan(0.85);
  },
  180_000,
);
