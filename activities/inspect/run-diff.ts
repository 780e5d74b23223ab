import type { ArtifactRef } from '../../core/artifact.ts';
import { explainChange } from '../../core/key.ts';
import { getJson } from '../store/blobs.ts';
import { openJournal, settle, type JournalEntry } from '../store/journal.ts';
import type { ResultRecord } from '../store/records.ts';
import { resultPath, type Store } from '../store/store.ts';

/** A unit whose outcome differs between two runs. */
export interface UnitDifference {
  readonly fov: string | null;
  readonly step: string;
  readonly what: 'added' | 'removed' | 'outcome' | 'outputs';
  /** Ports whose bytes differ. */
  readonly ports: readonly string[];
  /** What changed in the ingredients, as far as both records are there. */
  readonly reasons: readonly string[];
}

export interface RunDifference {
  readonly before: string;
  readonly after: string;
  readonly same: number;
  /** Units that were made otherwise and yet came out the same, byte for byte. */
  readonly sameBytes: number;
  readonly differences: readonly UnitDifference[];
}

function differingPorts(before: JournalEntry['outputs'], after: JournalEntry['outputs']): string[] {
  const digestOf = (refs: Readonly<Record<string, ArtifactRef>>, port: string): string | undefined =>
    Object.hasOwn(refs, port) ? refs[port]?.digest : undefined;
  const ports = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return ports.filter((port) => digestOf(before, port) !== digestOf(after, port)).sort();
}

/** Compares what two runs yielded, per field of view and step, by the digests of the outputs. */
export async function diffRuns(store: Store, before: string, after: string): Promise<RunDifference> {
  const [was, now] = await Promise.all(
    [before, after].map(async (run) => settle(await openJournal(store.root, run).read())),
  );
  const record = async (entry: JournalEntry): Promise<ResultRecord | null> =>
    entry.key === null ? null : getJson<ResultRecord>(store.blobs, resultPath(entry.key)).catch(() => null);
  const differences: UnitDifference[] = [];
  let [same, sameBytes] = [0, 0];
  for (const [unit, entry] of now!) {
    const { fov, step } = entry;
    const old = was!.get(unit);
    if (old === undefined) {
      differences.push({ fov, step, what: 'added', ports: [], reasons: [] });
      continue;
    }
    const outcome = (old.status === 'failed') !== (entry.status === 'failed');
    const ports = differingPorts(old.outputs, entry.outputs);
    if (!outcome && ports.length === 0) {
      if (old.key === entry.key) same += 1;
      else sameBytes += 1;
      continue;
    }
    const [a, b] = await Promise.all([record(old), record(entry)]);
    const failed =
      entry.status === 'failed' ? `failed: ${entry.error?.code ?? 'CRASHED'}` : 'failed before, succeeds now';
    const reasons = outcome ? [failed] : a === null || b === null ? [] : explainChange(a.ingredients, b.ingredients);
    differences.push({ fov, step, what: outcome ? 'outcome' : 'outputs', ports, reasons });
  }
  for (const [unit, { fov, step }] of was!) {
    if (!now!.has(unit)) differences.push({ fov, step, what: 'removed', ports: [], reasons: [] });
  }
  return { before, after, same, sameBytes, differences };
}
