import { invalidInput } from '../../core/errors.ts';
import type { StepContext } from '../../core/step.ts';
import { listed } from '../../core/suggest.ts';
import { UNKNOWN_TYPE } from '../../core/vocabulary/cell-types.ts';
import { standardizePanel } from '../../core/vocabulary/standardize-panel.ts';
import { coloursOfTypes } from '../../core/vocabulary/type-colours.ts';
import type { CellTable, Column, Json } from '../../kernels/image.ts';
import { assignTypes } from './assign-types.ts';
import { asRecorded, findGate, transformed } from './find-gate.ts';
import type { FoundGate } from './find-gate.ts';
import { withoutMarkers } from './lenient-rules.ts';
import { rulesOf } from './params.ts';
import type { Gate, RulesOptions } from './params.ts';
import { intensityColumns, markersOf, resolveMarkers } from './resolve-markers.ts';
import type { ResolvedMarker } from './resolve-markers.ts';
import type { Rule } from './rules.ts';
import { scaleMarker } from './scale-marker.ts';
import type { ScaledMarker } from './scale-marker.ts';

interface Gated extends ResolvedMarker, ScaledMarker {
  readonly gate: FoundGate;
}

/**
 * Types of the cells of a table, by gates and rules. Columns `cell_id`, `cell_type`, and `<channel>_positive` (0 or 1) for every marker that the
 * rules or `gates` name; matrix `marker_scaled`; colours; reports `gates`, `marker_standardization` and `rules`.
 *
 * @throws INVALID_INPUT for a table without mean intensities of whole cells, for names of markers that no channel bears (all are told).
 */
export function phenotypeCells(table: CellTable, options: RulesOptions, ctx: StepContext): CellTable {
  const channels = intensityColumns(table);
  if (channels.size === 0) {
    throw invalidInput(
      'the table has no mean intensities of whole cells (compartment cell, statistic mean); wire table to quantify, with mean among its ' +
        'statistics',
      { port: 'table', columns: table.columns.map(({ name }) => name) },
    );
  }
  const asked = rulesOf(options);
  const { default: usual = 'otsu', ...own } = options.gates;
  const resolved = resolveMarkers([...new Set([...markersOf(asked.rules), ...Object.keys(own)])], channels);
  const named = new Set(Object.keys(own));
  const faults = resolved.unknown.filter((marker) => !asked.lenient || named.has(marker.asked));
  if (faults.length > 0) {
    throw invalidInput(
      `no channel of the table is called ${faults.map(({ asked: name, remedy: cure }) => `${JSON.stringify(name)} (${cure})`).join(', ')}`,
      { port: 'table', markers: faults.map(({ asked: name }) => name), channels: [...channels.keys()] },
    );
  }
  const lacking = new Set(resolved.unknown.map((marker) => marker.asked));
  const { rules, dropped } = withoutMarkers(asked.rules, lacking);
  if (rules.length === 0) {
    throw invalidInput(
      `the table has none of the markers of the rules ${JSON.stringify(options.rules)}; write rules for its channels: ${listed([...channels.keys()])}`,
      { port: 'table', lacking: [...lacking] },
    );
  }
  const gates = gatesByChannel(own, resolved.markers);
  const gated = new Map<string, Gated>();
  for (const marker of resolved.markers) {
    ctx.signal.throwIfAborted();
    ctx.progress(gated.size, resolved.markers.length);
    if (gated.has(marker.channel)) continue;
    gated.set(marker.channel, gateMarker(marker, gates.get(marker.channel) ?? usual, options));
  }
  for (const { channel, gate } of gated.values()) {
    if (gate.note !== null) ctx.log.warn({ fov: ctx.fov, channel }, `${channel}: ${gate.note}`);
  }
  const channelOf = new Map(resolved.markers.map((marker) => [marker.asked, marker.channel]));
  const types = assignTypes(rules, (name) => gated.get(channelOf.get(name)!)!, table.rows, options.semantics);
  return assemble(table, types, rules, [...gated.values()], {
    gates: gateReport([...gated.values()], options),
    marker_standardization: standardizePanel([...channels.keys()]),
    rules: {
      rules: rules.map(asJson),
      ...{ dropped: [...dropped], lacking: [...lacking], semantics: options.semantics },
      markers: resolved.markers.map(({ asked: marker, channel, how }) => ({ marker, channel, how })),
    },
  });
}

/** Gates by channel: two spellings of one marker must not ask for two gates. */
function gatesByChannel(
  gates: Readonly<Record<string, Gate>>,
  markers: readonly ResolvedMarker[],
): ReadonlyMap<string, Gate> {
  const found = new Map<string, Gate>();
  for (const { asked, channel } of markers) {
    const gate = gates[asked];
    if (gate === undefined) continue;
    if (found.has(channel)) {
      throw invalidInput(
        `gates names channel ${JSON.stringify(channel)} twice, once as ${JSON.stringify(asked)}; keep one of them`,
        { channel },
      );
    }
    found.set(channel, gate);
  }
  return found;
}

function gateMarker(marker: ResolvedMarker, gate: Gate, { transform, minCells, semantics }: RulesOptions): Gated {
  const values = transformed(marker.column.values as Float64Array, transform);
  const found = findGate(values, gate, transform, minCells);
  return { ...marker, gate: found, ...scaleMarker(values, found.threshold, semantics === 'scimap') };
}

function assemble(
  table: CellTable,
  types: readonly string[],
  rules: readonly Rule[],
  gated: readonly Gated[],
  reports: Readonly<Record<string, Json>>,
): CellTable {
  const column = (name: string, values: Column['values']): Column => ({ name, values, unit: null, measure: null });
  const values = new Float32Array(table.rows * gated.length);
  gated.forEach(({ scaled }, m) => scaled.forEach((value, row) => (values[row * gated.length + m] = value)));
  return {
    rows: table.rows,
    columns: [
      table.columns[0]!,
      column('cell_type', types),
      ...gated.map(({ channel, positive }) => column(`${channel}_positive`, positive)),
    ],
    matrices: [{ name: 'marker_scaled', columns: gated.map(({ channel }) => channel), values }],
    reports,
    colours: { cell_type: coloursOfTypes([...rules.map(({ type }) => type), UNKNOWN_TYPE, ...types]) },
  };
}

function gateReport(gated: readonly Gated[], { transform }: RulesOptions): Json {
  return Object.fromEntries(
    gated.map(({ channel, gate, positive }) => [
      channel,
      {
        method: gate.method,
        transform,
        threshold: gate.threshold,
        threshold_as_recorded: gate.threshold === null ? null : asRecorded(gate.threshold, transform),
        ...{ cells: gate.cells, missing: gate.missing, positive: positive.reduce((sum, one) => sum + one, 0) },
        ...gate.details,
        note: gate.note,
      },
    ]),
  );
}

/** A rule without the conditions it does not have. */
function asJson({ type, of, ...conditions }: Rule): Json {
  const named = Object.entries(conditions).flatMap(([operator, markers]) =>
    markers === undefined ? [] : [[operator, [...markers]] as const],
  );
  return { type, of, ...Object.fromEntries(named) };
}
