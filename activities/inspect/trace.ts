import Papa from 'papaparse';
import type { Plan } from '../../core/plan.ts';
import { readRunHeader } from '../engine/run-files.ts';
import { getJson } from '../store/blobs.ts';
import { openJournal, type JournalEntry, type StepTrace } from '../store/journal.ts';
import type { ResultRecord } from '../store/records.ts';
import { resultPath, type Store } from '../store/store.ts';
import { mapBounded, READERS } from '../map-bounded.ts';

/** Columns by the names Nextflow gives them in its trace file, in raw form: times in ms, sizes in bytes. */
const COLUMNS = [
  ...['task_id', 'hash', 'native_id', 'process', 'tag', 'name', 'status', 'exit', 'attempt'],
  ...['submit', 'start', 'complete', 'duration', 'realtime', '%cpu', 'peak_rss', 'rchar', 'wchar'],
  ...['queue', 'hostname', 'container', 'workdir', 'error_action'],
] as const;

type Row = Record<(typeof COLUMNS)[number], string | number>;

const STATUS = { computed: 'COMPLETED', cached: 'CACHED', failed: 'FAILED' } as const;

/** What Nextflow writes where there is no value. */
const NONE = '-';

const unitOf = ({ fov, step }: JournalEntry): string => `${fov ?? ''}\0${step}`;

/** Entries without echoes: a unit found again after it was computed or reused in the same run is one task. */
function tasksOf(entries: readonly JournalEntry[]): JournalEntry[] {
  const finished = new Set<string>();
  return entries.filter((entry) => {
    if (finished.has(unitOf(entry))) return entry.status === 'failed';
    if (entry.status !== 'failed') finished.add(unitOf(entry));
    return true;
  });
}

/** Facts of a reused result come from its record, as Nextflow shows those of the task that made it. */
async function factsOf(
  store: Store,
  entry: JournalEntry,
): Promise<(Omit<StepTrace, 'name'> & { container: string | null }) | null> {
  if (entry.trace !== null) return { ...entry.trace, container: null };
  if (entry.key === null) return null;
  const record = await getJson<ResultRecord>(store.blobs, resultPath(entry.key)).catch(() => null);
  if (record === null) return null;
  return { ...record.produced, submittedAt: record.produced.startedAt, scratch: null };
}

function errorAction(
  entry: JournalEntry,
  last: ReadonlyMap<string, JournalEntry>,
  onFailure: Plan['onFailure'],
): string {
  if (entry.status !== 'failed') return NONE;
  if (last.get(unitOf(entry)) !== entry) return 'RETRY';
  return onFailure === 'fail' ? 'TERMINATE' : 'IGNORE';
}

function exitOf({ status, error }: JournalEntry): string | number {
  if (status !== 'failed') return 0;
  const code = error?.fields['exitCode'];
  return typeof code === 'number' ? code : NONE;
}

/**
 * A run's tasks as CSV with Nextflow's field names, one line per attempt in order of completion: `submit`, `start`,
 * `complete` as epoch ms, `duration` (since submission), `realtime` in ms, sizes in bytes, `%cpu` of one core, `-` where
 * nothing is known. `hash` is the beginning of the result's key. Throws NOT_FOUND for an unknown run.
 */
export async function writeTrace(store: Store, run: string): Promise<string> {
  const header = await readRunHeader(store, run);
  const { onFailure } = await store.getValue<Plan>(header.plan);
  const tasks = tasksOf(await openJournal(store.root, run).read());
  const last = new Map(tasks.map((entry) => [unitOf(entry), entry]));
  const rows = await mapBounded(tasks, READERS, async (entry, index): Promise<Row> => {
    const facts = await factsOf(store, entry);
    const { fov, step, key, status, attempt } = entry;
    const tag = fov ?? 'cohort';
    const ms = (iso: string | undefined): number | string => (iso === undefined ? NONE : Date.parse(iso));
    const cpu = facts === null || facts.wallMs === 0 ? NONE : Math.round((1000 * facts.cpuMs) / facts.wallMs) / 10;
    return {
      ...{ task_id: index + 1, process: step, tag, name: `${step} (${tag})`, status: STATUS[status], attempt },
      hash: key === null ? NONE : `${key.slice(0, 2)}/${key.slice(2, 8)}`,
      native_id: facts?.pid ?? NONE,
      exit: exitOf(entry),
      submit: ms(facts?.submittedAt),
      start: ms(facts?.startedAt),
      complete: ms(facts?.finishedAt ?? entry.at),
      duration: facts === null ? NONE : Date.parse(facts.finishedAt) - Date.parse(facts.submittedAt),
      realtime: facts?.wallMs ?? NONE,
      '%cpu': cpu,
      peak_rss: facts?.peakRssBytes ?? NONE,
      rchar: facts?.bytesRead ?? NONE,
      wchar: facts?.bytesWritten ?? NONE,
      queue: facts?.queue ?? NONE,
      hostname: facts?.host ?? NONE,
      container: facts?.container ?? NONE,
      workdir: facts?.scratch ?? NONE,
      error_action: errorAction(entry, last, onFailure),
    };
  });
  return `${Papa.unparse({ fields: [...COLUMNS], data: rows.map((row) => COLUMNS.map((column) => row[column])) }, { newline: '\n' })}\n`;
}
