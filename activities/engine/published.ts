import type { ArtifactRef, Digest } from '../../core/artifact.ts';
import { digestOf } from '../../core/digest.ts';
import type { Plan } from '../../core/plan.ts';
import { settle, type JournalEntry } from '../store/journal.ts';
import type { SourceRow } from '../images/index.ts';
import { INGEST } from '../../core/pipeline.ts';
import type { PublishedUnit, Revision } from './revisions.ts';

/** Raised when the same refs would be published in another form. */
const PUBLISH_VERSION = 2;

/** What a run has to publish: refs by field of view, tables of the cohort, and who failed. */
export interface Publication {
  readonly content: Digest;
  readonly fovs: Readonly<Record<string, PublishedUnit>>;
  readonly tables: Revision['tables'];
  readonly failed: readonly JournalEntry[];
}

/** Reads off a run's journal what its plan publishes. A field of view that lacks any published port is left out. */
export function publicationOf(plan: Plan, rows: readonly SourceRow[], entries: readonly JournalEntry[]): Publication {
  const settled = settle(entries);
  const refOf = (fov: string | null, from: string): ArtifactRef | undefined => {
    const dot = from.indexOf('.');
    const id = from.slice(0, dot);
    const entry = settled.get(`${fov ?? ''}\0${id === 'source' ? INGEST : id}`);
    return entry?.status === 'failed' ? undefined : entry?.outputs[from.slice(dot + 1)];
  };
  const wanted = Object.entries(plan.publish);
  const fovs: Record<string, PublishedUnit> = {};
  for (const { fov, obs } of rows) {
    const refs = wanted
      .filter(([, port]) => port.scope === 'fov')
      .map(([name, port]) => [name, refOf(fov, port.from)] as const);
    if (refs.some(([, ref]) => ref === undefined)) continue;
    const named = Object.fromEntries(refs) as Record<string, ArtifactRef>;
    fovs[fov] = {
      content: digestOf('fovea.published-fov', { version: PUBLISH_VERSION, fov, obs, refs: named }),
      refs: named,
    };
  }
  const tables: Record<string, ArtifactRef> = {};
  for (const [name, port] of wanted) {
    const ref = port.scope === 'cohort' ? refOf(null, port.from) : undefined;
    if (ref !== undefined) tables[name] = ref;
  }
  const failed = [...settled.values()].filter((entry) => entry.status === 'failed');
  const content = digestOf('fovea.revision', {
    version: PUBLISH_VERSION,
    fovs: Object.fromEntries(Object.entries(fovs).map(([fov, unit]) => [fov, unit.content])),
    tables,
    failed: failed.map(({ fov }) => fov).sort(),
  });
  return { content, fovs, tables, failed };
}
