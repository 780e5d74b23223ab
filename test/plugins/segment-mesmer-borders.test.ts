import { testContext } from '../../core/testing.ts';
import type { ModelHandle, Tensor } from '../../core/step.ts';
import { segmentMesmer } from '../../plugins/segment-mesmer/index.ts';
import { drawBlobs } from '../support/drawn-blobs.ts';
import { mesmerRecord, openModel } from '../support/onnx-models.ts';

const TILE = 256;

/** The nuclear channel of every tile that the network is given, (256, 256) each. */
async function tilesOf(profile: string): Promise<Float32Array[]> {
  const { handle } = await openModel(mesmerRecord('mesmer-tiny', { profile }));
  const seen: Float32Array[] = [];
  const net: ModelHandle = {
    ...handle,
    async run(feeds: Record<string, Tensor>) {
      const { data } = Object.values(feeds)[0]!;
      seen.push(Float32Array.from({ length: TILE * TILE }, (_, i) => Number(data[2 * i])));
      return handle.run(feeds);
    },
  };
  const image = drawBlobs(300, 256, 0.5);
  await segmentMesmer.run({ image }, segmentMesmer.params.parse({}), testContext({ models: { net } }));
  return seen;
}

const row = (tile: Float32Array, at: number): number[] => [...tile.subarray(at * TILE, (at + 1) * TILE)];

test('beyond its border a network sees what its profile says: zeros as Mesmer, or the mirrored image', async () => {
  // 300 rows take two tiles, 192 apart, with 74 rows to spare above and below.
  for (const [profile, mirrored] of [
    ['mesmer-tf-9', false],
    ['torch-mesmer-2026-06-30', false],
    ['mesmer-mini', true],
  ] as const) {
    const [upper, lower] = (await tilesOf(profile)) as [Float32Array, Float32Array];
    for (const by of [1, 7, 74]) {
      const [above, below] = [row(upper, 74 - by), row(lower, 181 + by)];
      const zeros = above.map(() => 0);
      expect(above).toEqual(mirrored ? row(upper, 74 + by) : zeros);
      expect(below).toEqual(mirrored ? row(lower, 181 - by) : zeros);
    }
    expect(Math.max(...row(upper, 74 + 7))).toBeGreaterThan(0);
  }
});
