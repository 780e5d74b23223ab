import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readCatalogue } from '../../activities/models/catalogue.ts';
import { createHandle } from '../../activities/models/handle.ts';
import type { Tensor } from '../../core/step.ts';
import { testContext } from '../../core/testing.ts';
import { markers2026 } from '../../core/vocabulary/markers.ts';
import type { CellTable, Image } from '../../kernels/image.ts';
import { synthesizeTissue } from '../../kernels/synth/index.ts';
import { phenotypeDeepcellTypes } from '../../plugins/phenotype-deepcell-types/index.ts';
import { cpuSessions } from '../support/onnx-models.ts';

const root = join(import.meta.dirname, '../..');
const { byName } = await readCatalogue([join(root, 'configs/models.yaml')]);
const mini = byName.get('dct-mini')!;
const net = createHandle(mini, cpuSessions());

/** The demo's tissue, of a seed nothing was trained on, with its true outlines. */
const tissue = synthesizeTissue({ seed: 20_261, height: 320, width: 320 });

async function typesOf(image: Image): Promise<CellTable> {
  const { types } = (await phenotypeDeepcellTypes.run(
    { image, cells: tissue.cells },
    phenotypeDeepcellTypes.params.parse({}),
    testContext({ models: { net } }),
  )) as { types: CellTable };
  return types;
}

const column = (table: CellTable, name: string): readonly unknown[] =>
  Array.from(table.columns.find((one) => one.name === name)!.values as ArrayLike<unknown>);

const matrix = (table: CellTable, name: string): Float32Array =>
  table.matrices!.find((one) => one.name === name)!.values as Float32Array;

/** Discs of noise in every channel; the last `padded` channels are padding. */
function feeds(cells: number, markers: readonly string[], padded: number): Record<string, Tensor> {
  const channels = markers.length + padded;
  let state = 9;
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const sample = new Float32Array(cells * channels * 1024).fill(-1);
  const context = new Float32Array(cells * 3 * 1024);
  for (let n = 0; n < cells; n++) {
    const radius = 4 + 5 * random();
    for (let i = 0; i < 1024; i++) {
      const away = Math.hypot(Math.floor(i / 32) - 16, (i % 32) - 16);
      context[3 * n * 1024 + i] = Number(away < radius);
      context[(3 * n + 1) * 1024 + i] = Number(away > radius + 2);
      context[(3 * n + 2) * 1024 + i] = Math.max(0, 1 - away / radius);
      for (let c = 0; c < markers.length; c++) {
        sample[(n * channels + c) * 1024 + i] = away < radius ? random() : 0;
      }
    }
  }
  const index = Array.from({ length: cells * channels }, (_, i) => markers2026.indexOf(markers[i % channels] ?? ''));
  return {
    sample: { dtype: 'float32', dims: [cells, channels, 1, 32, 32], data: sample },
    spatial_context: { dtype: 'float32', dims: [cells, 3, 32, 32], data: context },
    ch_idx: { dtype: 'int64', dims: [cells, channels], data: BigInt64Array.from(index, BigInt) },
    padding_mask: { dtype: 'bool', dims: [cells, channels], data: Uint8Array.from(index, (one) => Number(one < 0)) },
  };
}

test('dct-mini is small, has a card beside it, and is the file its record names', async () => {
  expect(statSync(mini.path).size).toBe(mini.record.bytes);
  expect(mini.record.bytes).toBeLessThanOrEqual(4e6);
  const { spec } = mini.record;
  expect(spec.inputs.find(({ name }) => name === 'ch_idx')!.channels).toEqual(markers2026);
  const card = readFileSync(join(mini.path, '../README.md'), 'utf8');
  for (const heading of ['Data', 'How well', 'Not for']) expect(card).toMatch(new RegExp(`^#+ .*${heading}`, 'im'));
  // The session compares digest, signature and metadata before it runs.
  const outputs = await net.run(feeds(3, ['CD3', 'CD20'], 1));
  expect(outputs['logits']!.dims).toEqual([3, spec.vocabulary!.length]);
  expect(outputs['marker_pos_logits']!.dims).toEqual([3, 3]);
  expect(outputs['cls_embedding']!.dims).toEqual([3, 64]);
});

test('padding changes nothing, and a marker that training never saw does not change the type', async () => {
  const panel = ['CD3', 'CD4', 'CD45', 'CD68', 'PanCK'];
  const logits = async (more: Record<string, Tensor>): Promise<number[]> =>
    Array.from((await net.run(more))['logits']!.data as Float32Array);
  const plain = await logits(feeds(4, panel, 0));
  for (const [i, value] of (await logits(feeds(4, panel, 6))).entries()) expect(value).toBeCloseTo(plain[i]!, 5);
  const strange = feeds(4, [...panel, 'AGER'], 0);
  const known = feeds(4, [...panel, 'AGER'], 0);
  const index = known['ch_idx']!.data as BigInt64Array;
  index.forEach((one, i) => {
    if (one === BigInt(markers2026.indexOf('AGER'))) index[i] = BigInt(markers2026.indexOf('AQP1'));
  });
  expect(await logits(strange)).toEqual(await logits(known));
});

test('it tells the types of drawn tissue, whatever the order of the channels', async () => {
  const table = await typesOf(tissue.image);
  const found = column(table, 'cell_type');
  const kinds = [...new Set(tissue.types)];
  const f1 = kinds.map((kind) => {
    const both = found.filter((one, n) => one === kind && tissue.types[n] === kind).length;
    const either = found.filter((one) => one === kind).length + tissue.types.filter((one) => one === kind).length;
    return (2 * both) / either;
  });
  expect(f1.reduce((sum, one) => sum + one, 0) / kinds.length).toBeGreaterThan(0.9);

  const turn = tissue.image.planes.map((_, c) => (c * 5 + 3) % tissue.image.planes.length);
  const { channels, planes } = tissue.image;
  const shuffled = {
    ...tissue.image,
    channels: turn.map((c) => channels[c]!),
    planes: turn.map((c) => planes[c]!),
  } as Image;
  const other = await typesOf(shuffled);
  expect(column(other, 'cell_type')).toEqual(found);
  expect(matrix(other, 'cell_type_probabilities')).toEqual(matrix(table, 'cell_type_probabilities'));
}, 120_000);
