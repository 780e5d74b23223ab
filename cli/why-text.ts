import type { Digest } from '../core/artifact.ts';
import { show } from '../core/show-value.ts';
import type { ResultRecord } from '../activities/store/records.ts';
import type { Lineage, LineageResult } from '../activities/inspect/why.ts';
import { counted, formatBytes, formatMs, formatTime, wrapText } from './output.ts';

/** Digits of a digest that are shown: enough to type, and to tell apart what one store holds. */
const DIGITS = 12;
const WIDTH = 100;
/** Fields of view of a gathered input that are followed in text; JSON has all of them. */
const FOLLOWED = 2;

const short = (digest: Digest): string => digest.slice(0, DIGITS);

/** One line of a tree: a heading, facts under it, and what it was made from. */
interface Branch {
  readonly heading: string;
  readonly facts: readonly (readonly [string, string])[];
  readonly below: readonly Branch[];
}

const codeOf = ({ produced }: ResultRecord): string => {
  const plugin = produced.plugin === null ? '' : `, plugin ${produced.plugin}`;
  const container = produced.container === null ? '' : `, container ${produced.container}`;
  return `fovea ${produced.fovea}${plugin}${container}, node ${produced.node}, ${produced.platform}`;
};

/** What is told of a result; the code only where it is another than that of the result it was needed for. */
function factsOf({ record, places }: LineageResult, above: ResultRecord | null): [string, string][] {
  const { ingredients, produced, source, warnings } = record;
  const { params, models, runtime, identity } = ingredients;
  const facts: [string, string][] = [];
  const entries = Object.entries((params ?? {}) as Record<string, unknown>);
  if (entries.length > 0) facts.push(['params', entries.map(([name, value]) => `${name}=${show(value)}`).join(', ')]);
  for (const [slot, digest] of Object.entries(models)) facts.push(['model', `${slot} ${short(digest)}`]);
  if (runtime !== 'js') facts.push(['runtime', runtime]);
  for (const [name, value] of Object.entries(identity)) facts.push([name, show(value)]);
  for (const { path, sha256, bytes } of source?.files ?? []) {
    facts.push(['file', `${path} (${formatBytes(bytes)})`], ['sha256', sha256]);
  }
  if (source !== null) facts.push(['format', `${source.format}, ${counted(source.acquired.length, 'channel')}`]);
  for (const place of places.slice(1)) facts.push(['also at', place]);
  const { run, fov, attempt, host, queue, workflow, wallMs, cpuMs, peakRssBytes } = produced;
  const unit = fov === null ? '' : ` for ${fov}`;
  const again = attempt > 1 ? `, attempt ${attempt}` : '';
  facts.push(['made', `${formatTime(produced.finishedAt)} UTC in run ${run}${unit}${again}`]);
  if (workflow !== null && workflow !== above?.produced.workflow) facts.push(['workflow', workflow]);
  const peak = peakRssBytes > 0 ? `, ${formatBytes(peakRssBytes)} at most` : '';
  facts.push(['cost', `${formatMs(wallMs)} on ${host} (queue ${queue}), ${formatMs(cpuMs)} of CPU${peak}`]);
  if (above === null || codeOf(above) !== codeOf(record)) facts.push(['code', codeOf(record)]);
  for (const warning of warnings) facts.push(['warning', warning]);
  return facts;
}

/** The lineage as trees, one per root; a result that comes up again is named and not repeated. */
function branchesOf(lineage: Lineage): Branch[] {
  const told = new Set<Digest>();

  function result(key: Digest, label: string, above: ResultRecord | null): Branch {
    const found = lineage.results[key];
    if (found === undefined)
      return { heading: `${label}: nothing is recorded of result ${short(key)}`, facts: [], below: [] };
    const { ingredients, produced, kept } = found.record;
    const alias = produced.stepId === ingredients.step ? '' : `${produced.stepId}: `;
    const heading = `${label}  ←  ${alias}${ingredients.step}@${ingredients.version}  [result ${short(key)}${kept ? '' : ', not stored'}]`;
    if (told.has(key)) return { heading: `${heading}, as above`, facts: [], below: [] };
    told.add(key);
    const inputs = found.record.source === null ? Object.entries(ingredients.inputs) : [];
    const below = inputs.flatMap(([port, digests]) =>
      [digests]
        .flat()
        .map((digest, index) =>
          artifact(digest, typeof digests === 'string' ? port : `${port}[${index}]`, found.record),
        ),
    );
    return { heading, facts: factsOf(found, above), below };
  }

  function artifact(digest: Digest, name: string, above: ResultRecord | null): Branch {
    const label = `${name} ${short(digest)}`;
    const [key, ...others] = lineage.producers[digest] ?? [];
    if (key !== undefined) {
      const branch = result(key, label, above);
      const same = `the same bytes came out of ${others.map(short).join(', ')}`;
      return others.length === 0 ? branch : { ...branch, facts: [...branch.facts, ['also', same]] };
    }
    const manifest = lineage.gathered[digest];
    if (manifest === undefined) return { heading: `${label}: nothing is recorded of it`, facts: [], below: [] };
    const { items, kind } = manifest;
    const followed = items.slice(0, FOLLOWED).map((item) => artifact(item.digest, `${item.fov}:`, above));
    const rest = items.length - followed.length;
    const more =
      rest > 0
        ? [{ heading: `… and ${counted(rest, 'field of view', 'fields of view')} more (--json)`, facts: [], below: [] }]
        : [];
    const heading = `${label}: ${kind} of ${counted(items.length, 'field of view', 'fields of view')}`;
    return { heading, facts: [], below: [...followed, ...more] };
  }

  return lineage.roots.map(({ kind, digest, fov, name }) => {
    const label = [fov, name].filter((part) => part !== null).join(' ');
    return kind === 'result' ? result(digest, label || 'result', null) : artifact(digest, label || 'artifact', null);
  });
}

function draw({ heading, facts, below }: Branch, first: string, rest: string): string[] {
  const stem = below.length > 0 ? '│' : ' ';
  const told = facts.flatMap(([name, text]) => {
    const indent = `${rest}${stem}  ${name.padEnd(8)}  `;
    const lines = wrapText(text, Math.max(40, WIDTH - indent.length));
    return lines.map((line, index) => `${index === 0 ? indent : `${rest}${stem}  ${' '.repeat(10)}`}${line}`);
  });
  const branches = below.flatMap((branch, index) => {
    const end = index === below.length - 1;
    return draw(branch, `${rest}${end ? '└─ ' : '├─ '}`, `${rest}${end ? '   ' : '│  '}`);
  });
  return [`${first}${heading}`, ...told, ...branches];
}

/** A lineage as text: one tree per root, from the result back to the source files. */
export function whyText(lineage: Lineage): string[] {
  return branchesOf(lineage).flatMap((branch, index) => [...(index > 0 ? [''] : []), ...draw(branch, '', '')]);
}
