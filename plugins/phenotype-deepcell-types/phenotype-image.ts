import { invalidInput } from '../../core/errors.ts';
import { checkSameGrid } from '../../core/same-grid.ts';
import type { ModelHandle, StepContext } from '../../core/step.ts';
import { listed } from '../../core/suggest.ts';
import { abstain, restrictedSoftmax, typeTable } from '../../core/type-table.ts';
import { upstreamAliases2025, upstreamAliases2026 } from '../../core/vocabulary/markers.ts';
import { typesOfTissue } from '../../core/vocabulary/tissues.ts';
import { usableChannels, type UsableChannels } from '../../core/vocabulary/usable-channels.ts';
import type { CellTable, Image, Json, Labels, Matrix, Patches } from '../../kernels/image.ts';
import { preparePatches } from '../../kernels/index.ts';
import type { Options } from './params.ts';
import { runBatches, type Scores } from './run-batches.ts';
import { signatureOf, type Signature } from './signature.ts';

/** The largest id that float32, in which the published code keeps labels, tells from its neighbours. */
const FLOAT32_IDS = 2 ** 24;

/** Names that each generation's own code knows beside the markers. */
const ALIASES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'dct-2026-resmlp': upstreamAliases2026,
  'dct-2025-clip': upstreamAliases2025,
  paper: upstreamAliases2025,
};

/** Cell types of all cells of a field of view; see README.md for the method. */
export async function phenotypeImage(
  { image, cells }: { readonly image: Image; readonly cells: Labels },
  options: Options,
  ctx: StepContext,
): Promise<{ types: CellTable; embeddings?: CellTable }> {
  const net = ctx.models['net']!;
  const signature = signatureOf(net);
  checkInputs(image, cells, options);
  const allowed = allowedTypes(signature, options);
  const usable = channelsFor(net, signature, image, options);
  const patches = preparePatches(usable.channels, cells.data, image, signature.profile, () => {
    ctx.signal.throwIfAborted();
  });
  if (patches.lost.length > 0) {
    ctx.log.warn({ cells: patches.lost.length }, 'cells without a pixel on the grid of the model become Unknown');
  }
  const scores = await runBatches(net, patches, signature, options.batch, ctx);
  return tablesOf(patches, scores, { net, signature, allowed, usable, options });
}

function checkInputs(image: Image, cells: Labels, { mode }: Options): void {
  if (image.intensity !== 'counts') {
    throw invalidInput('the image is scaled to 0–1 already; wire intensities as recorded, such as source.image');
  }
  checkSameGrid(image, { cells });
  if (mode === 'fixed') return;
  const large = cells.data.find((id) => id > FLOAT32_IDS);
  if (large !== undefined) {
    throw invalidInput(
      `cell ${large} has an id above 2^24, which the published code cannot tell from its neighbours; use mode: fixed, or number the cells anew`,
      { cell: large },
    );
  }
}

/** A flag for each type of the model: whether tissue and sets allow it. */
function allowedTypes({ types }: Signature, { tissue, tissues }: Options): boolean[] {
  if (tissue === null) return types.map(() => true);
  const set = typesOfTissue(tissue, tissues);
  if (!types.some((type) => set.includes(type))) {
    throw invalidInput(
      `the model knows none of the types of ${tissue} (${listed(set)}); it knows ${listed(types)}. Give a set of its types in tissues`,
      { tissue },
    );
  }
  return types.map((type) => set.includes(type));
}

function channelsFor(
  { name }: ModelHandle,
  { profile, markers }: Signature,
  image: Image,
  { map, strict, mode }: Options,
): UsableChannels {
  const registry = { id: `model ${name}`, markers, aliases: ALIASES[profile.id] ?? {} };
  const usable = usableChannels(image, { map, strict, registry, published: mode === 'compat' });
  const count = usable.channels.length;
  if (count > profile.maxChannels) {
    throw invalidInput(
      `${count} channels show markers, model ${name} takes ${profile.maxChannels}; leave some out with null in map`,
      { channels: count },
    );
  }
  return usable;
}

interface Context {
  readonly net: ModelHandle;
  readonly signature: Signature;
  readonly allowed: readonly boolean[];
  readonly usable: UsableChannels;
  readonly options: Options;
}

function tablesOf(
  patches: Patches,
  { logits, positivity, embedding }: Scores,
  { net, signature, allowed, usable, options }: Context,
): { types: CellTable; embeddings?: CellTable } {
  const { types } = signature;
  const { ids, rows } = merge(patches);
  const spread = (values: Float32Array, width: number, absent: number): Float32Array => {
    if (patches.lost.length === 0) return values;
    const out = new Float32Array(ids.length * width).fill(absent);
    for (const [from, to] of rows.entries()) out.set(values.subarray(from * width, (from + 1) * width), to * width);
    return out;
  };
  const shares = restrictedSoftmax(logits, types.length, allowed);
  const probabilities = spread(shares, types.length, 0);
  const { fence, abstained } = abstain({ probabilities, types }, { k: options.abstain });
  const report: Json = {
    ...{ model: net.name, profile: signature.profile.id, mode: options.mode, tissue: options.tissue },
    channels: patches.channels.map(({ name, marker, high, low }) => ({ channel: name, marker, high, low })),
    types: types.filter((_, k) => allowed[k]),
    ...{ lost: [...patches.lost], fence, abstained: abstained.reduce((sum, one) => sum + one, 0) },
  };
  const markers = patches.channels.map(({ marker }) => marker);
  const matrices: Matrix[] =
    positivity === null
      ? []
      : [{ name: 'marker_positivity', columns: markers, values: spread(positivity, markers.length, NaN) }];
  const reports = { marker_standardization: usable.report, deepcell_types: report };
  const table = typeTable({ ids, types, probabilities }, { topK: options.topK, abstained, matrices, reports });
  if (embedding === null) return { types: table };
  const width = embeddingWidth(net, signature, embedding.length / rows.length);
  return { types: table, embeddings: embeddingTable(ids, spread(embedding, width, NaN), width) };
}

/** As found, or where there are no cells as the record says. */
function embeddingWidth({ spec }: ModelHandle, { embedding }: Signature, found: number): number {
  const declared = spec.outputs.find(({ name }) => name === embedding)?.shape[1];
  return Number.isFinite(found) ? found : typeof declared === 'number' ? declared : 1;
}

/** All cells, ascending, and the row of each one that has patches. */
function merge({ ids, lost }: Patches): { ids: Int32Array; rows: number[] } {
  const all = Int32Array.from([...ids, ...lost]).sort();
  const row = new Map(Array.from(all, (id, index) => [id, index]));
  return { ids: all, rows: Array.from(ids, (id) => row.get(id)!) };
}

function embeddingTable(ids: Int32Array, values: Float32Array, width: number): CellTable {
  return {
    rows: ids.length,
    columns: [{ name: 'cell_id', values: ids, unit: null, measure: null }],
    matrices: [{ name: 'embedding', columns: Array.from({ length: width }, (_, i) => String(i)), values }],
  };
}
