import { remedy } from '../../core/suggest.ts';
import { normalForm } from '../../core/vocabulary/normal-form.ts';
import { resolveMarker } from '../../core/vocabulary/resolve-marker.ts';
import type { Column, Table } from '../../kernels/image.ts';
import { OPERATORS } from './rules.ts';
import type { Rule } from './rules.ts';

/** A marker of the rules and the column it is read from. */
export interface ResolvedMarker {
  /** As the rules name it. */
  readonly asked: string;
  readonly channel: string;
  readonly column: Column;
  readonly how: 'exact' | 'spelling' | 'alias';
}

export interface Resolution {
  readonly markers: readonly ResolvedMarker[];
  /** Names that no channel bears, with what to do. */
  readonly unknown: readonly { readonly asked: string; readonly remedy: string }[];
}

/** The columns of mean intensity in whole cells, by channel. */
export function intensityColumns({ columns }: Table): ReadonlyMap<string, Column> {
  const means = columns.filter(
    ({ measure, values }) =>
      measure?.compartment === 'cell' && measure.statistic === 'mean' && values instanceof Float64Array,
  );
  return new Map(means.map((column) => [column.measure!.channel, column]));
}

/** Names of the rules' markers, each once, in the order of the rules. */
export function markersOf(rules: readonly Rule[]): string[] {
  return [...new Set(rules.flatMap((rule) => OPERATORS.flatMap((operator) => rule[operator] ?? [])))];
}

/** The canonical marker of a name, where it is sure. */
function canonical(name: string): string | null {
  const { marker, how } = resolveMarker(name);
  return how === 'guess' ? null : marker;
}

/**
 * Finds the channel of each name: the one of that very name, else the only one that differs in spelling alone (`Ki-67`, `KI67`), else the only
 * one that names the same marker in other words (`ECAD`, `E-cadherin`), never by a guess. Several such channels are none.
 */
export function resolveMarkers(names: readonly string[], channels: ReadonlyMap<string, Column>): Resolution {
  const markers: ResolvedMarker[] = [];
  const unknown: { asked: string; remedy: string }[] = [];
  const known = [...channels.keys()];
  const markerOf = new Map(known.map((channel) => [channel, canonical(channel)]));
  for (const asked of names) {
    const marker = canonical(asked);
    const alike: readonly [ResolvedMarker['how'], readonly string[]][] = [
      ['exact', known.filter((channel) => channel === asked)],
      ['spelling', known.filter((channel) => normalForm(channel) === normalForm(asked))],
      ['alias', known.filter((channel) => marker !== null && markerOf.get(channel) === marker)],
    ];
    const [how, found] = alike.find(([, some]) => some.length > 0) ?? ['exact', []];
    const channel = found[0];
    if (channel === undefined) unknown.push({ asked, remedy: remedy(asked, known, 'channels of the table') });
    else if (found.length > 1) {
      unknown.push({ asked, remedy: `it may be any of ${found.join(', ')}; write it as one of them` });
    } else markers.push({ asked, channel, column: channels.get(channel)!, how });
  }
  return { markers, unknown };
}
