import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { testContext } from '../../core/testing.ts';
import type { Channel, Image, Labels } from '../../kernels/image.ts';
import { normalize } from '../../plugins/normalize/index.ts';
import { regrid } from '../../plugins/regrid/index.ts';
import { resample } from '../../plugins/resample/index.ts';
import { segmentWatershed } from '../../plugins/segment-watershed/index.ts';
import { matchLabels, pooledF1 } from '../support/match-labels.ts';
import { describeWithData } from '../support/test-data.ts';

type Params = Parameters<typeof segmentWatershed.params.parse>[0];

const ctx = testContext();

async function readPlane(path: string): Promise<{ data: Uint16Array; height: number; width: number }> {
  const { data, info } = await sharp(path)
    .toColourspace('grey16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true });
  const values = new Uint16Array(new Uint8Array(data).buffer);
  const plane = values.filter((_, i) => i % info.channels === 0);
  return { data: plane, height: info.height, width: info.width };
}

function segment(image: Image, params: Params = {}): { cells: Labels; nuclei: Labels } {
  const unit = (normalize.run({ image }, { percentile: 99 }, ctx) as { image: Image }).image;
  const parsed = segmentWatershed.params.parse(params);
  return segmentWatershed.run({ image: unit }, parsed, ctx) as { cells: Labels; nuclei: Labels };
}

const countOf = (labels: Int32Array): number => new Set(labels).size - 1;

describeWithData('dsb2018-nuclei', (folder) => {
  /** The set does not state pixel sizes; a field's median nucleus is taken to be 7 µm across. */
  function pixelSize(truth: Int32Array): number {
    const areas = new Map<number, number>();
    for (const id of truth) if (id !== 0) areas.set(id, (areas.get(id) ?? 0) + 1);
    const sorted = [...areas.values()].sort((a, b) => a - b);
    return 7 / (2 * Math.sqrt(sorted[sorted.length >> 1]! / Math.PI));
  }

  // The step's proportions were chosen on these fields, so this guards against loss and does not estimate accuracy.
  test('nuclei of every tenth field: pooled F1 at IoU 0.5 of at least 0.84', async () => {
    const rows = readFileSync(join(folder, 'index.csv'), 'utf8').trim().split('\n').slice(1);
    const names = rows.filter((_, i) => i % 10 === 9).map((row) => row.split(',')[0]!);
    const scored = [];
    for (const name of names) {
      const [{ data, height, width }, labels] = [
        await readPlane(join(folder, 'images', `${name}.png`)),
        await readPlane(join(folder, 'labels', `${name}.png`)),
      ];
      const truth = Int32Array.from(labels.data);
      const channels: Channel[] = [{ name: 'DNA', role: 'nuclear' }];
      const { nuclei } = segment({
        height,
        width,
        mpp: pixelSize(truth),
        intensity: 'counts',
        channels,
        planes: [data],
      });
      scored.push(matchLabels(truth, nuclei.data, 0.5));
    }
    expect(scored.length).toBe(43);
    expect(pooledF1(scored)).toBeGreaterThan(0.84);
  }, 240_000);
});

describeWithData('mibi-breast-fov8', (folder) => {
  // The settings were chosen on this very field against this mask: a guard, no estimate.
  test('cells with settings for ion counts agree with the Mesmer mask in number and place', async () => {
    const [nuclear, membrane] = [
      await readPlane(join(folder, 'single_channel/HH3.tif')),
      await readPlane(join(folder, 'single_channel/Membrane.tif')),
    ];
    const image: Image = {
      height: nuclear.height,
      width: nuclear.width,
      mpp: 0.390625,
      intensity: 'counts',
      channels: [
        { name: 'HH3', role: 'nuclear' },
        { name: 'Membrane', role: 'membrane' },
      ],
      planes: [nuclear.data, membrane.data],
    };
    const half = (resample.run({ image }, { mpp: 0.5, method: 'bilinear' }, ctx) as { image: Image }).image;
    const { cells } = segment(half, {
      nucleusDiameterUm: 9,
      smoothingUm: 0.7,
      minNucleusAreaUm2: 20,
      minBrightness: 0.7,
      maxExpansionUm: 3,
      minMembrane: 0.3,
    });
    const native = (regrid.run({ labels: cells, like: image }, {}, ctx) as { labels: Labels }).labels;
    const mesmer = Int32Array.from((await readPlane(join(folder, 'fov8_mesmer_whole_cell.tif'))).data);
    expect(countOf(mesmer)).toBe(272);
    expect(countOf(native.data)).toBeGreaterThan(240);
    expect(countOf(native.data)).toBeLessThan(330);
    expect(pooledF1([matchLabels(mesmer, native.data, 0.5)])).toBeGreaterThan(0.7);
  });
});
