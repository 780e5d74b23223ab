import { readRevision } from '../activities/engine/revisions.ts';
import {
  scoreAgainstTruth,
  scoreTypes,
  type PredictedFov,
  type Score,
  type TypedFov,
  type TypeScore,
} from '../activities/synth/index.ts';
import type { Store } from '../activities/store/store.ts';
import type { Kind, Kinds } from '../core/artifact.ts';
import { textTable } from './output.ts';

/** The columns of types in the demo's table, and what told them. */
const TYPED = { cell_type: 'network (dct-mini)', rules_cell_type: 'rules (phenotype-rules)' } as const;

export interface DemoScores {
  readonly objects: readonly Score[];
  readonly types: readonly TypeScore[];
  /** The same for people. */
  readonly lines: readonly string[];
}

/** Scores a published revision of the demo against the truth of its synthetic tissue. */
export async function demoScores(store: Store, revision: string, truth: string): Promise<DemoScores> {
  const { fovs } = await readRevision(revision);
  const read = async <K extends Kind>(
    kind: K,
    ref: { readonly digest: string } | undefined,
  ): Promise<Kinds[K] | null> => (ref === undefined ? null : await store.readArtifact({ kind, digest: ref.digest }));
  async function* segmented(): AsyncGenerator<PredictedFov> {
    for (const [fov, { refs }] of Object.entries(fovs)) {
      const cells = await read('Labels', refs['cells']);
      if (cells !== null) yield { fov, cells, nuclei: await read('Labels', refs['nuclei']) };
    }
  }
  async function* typed(): AsyncGenerator<TypedFov> {
    for (const [fov, { refs }] of Object.entries(fovs)) {
      const [cells, table] = [await read('Labels', refs['cells']), await read('CellTable', refs['table'])];
      if (cells !== null && table !== null) yield { fov, cells, table };
    }
  }
  const objects = await scoreAgainstTruth(truth, segmented());
  const types = await scoreTypes(truth, Object.keys(TYPED), typed());
  return { objects, types, lines: [...objectLines(objects, Object.keys(fovs).length), ...typeLines(types)] };
}

function objectLines(scores: readonly Score[], fovs: number): string[] {
  const rows = scores.map(({ objects, threshold, f1, precision, recall }) => [
    ...[objects, threshold, f1.toFixed(3), precision.toFixed(3), recall.toFixed(3)],
  ]);
  return [
    ...['', `score against the truth of the synthetic tissue, pooled over ${fovs} fields of view:`],
    ...textTable(['objects', 'IoU', 'F1', 'precision', 'recall'], rows),
  ];
}

function typeLines(scores: readonly TypeScore[]): string[] {
  if (scores.length === 0) return [];
  const rows = scores.map(({ column, macroF1, accuracy }) => {
    const by = TYPED[column as keyof typeof TYPED];
    return [by, column, macroF1.toFixed(3), accuracy.toFixed(3)];
  });
  return [
    ...['', `cell types of the ${scores[0]!.cells} cells that were found:`],
    ...textTable(['told by', 'column', 'macro-F1', 'accuracy'], rows),
  ];
}
