import { invalidInput } from '../../core/errors.ts';
import { resolveMarker } from '../../core/vocabulary/resolve-marker.ts';
import { standardizePanel } from '../../core/vocabulary/standardize-panel.ts';
import type { StandardizationReport } from '../../core/vocabulary/standardize-panel.ts';
import type { Channel, Column, Image, Table } from '../../kernels/image.ts';
import type { StandardizeMarkersOptions } from './params.ts';

/**
 * The image with its channels named by canonical marker, in their order, planes shared with the input; and a row for each channel. Roles stay.
 *
 * @throws INVALID_INPUT when no channel has a marker, and as `standardizePanel` for the map and in strict mode.
 */
export function standardizeMarkers(image: Image, options: StandardizeMarkersOptions): { image: Image; report: Table } {
  const report = standardizePanel(
    image.channels.map(({ name }) => name),
    options,
  );
  if (report.channels.every(({ marker }) => marker === null)) {
    const reasons = report.channels.map(({ channel, how, note }) => `${JSON.stringify(channel)}: ${how}, ${note}`);
    throw invalidInput(
      `no channel has a canonical marker (${reasons.slice(0, 12).join('; ')}); name markers in a panel CSV or in map`,
      { port: 'image', channels: report.channels },
    );
  }
  const kept = image.channels.flatMap((_, at) =>
    options.dropped === 'keep' || report.channels[at]!.marker !== null ? [at] : [],
  );
  const names = namesOf(report, options);
  const channels = kept.map((at): Channel => ({ name: names[at]!, role: image.channels[at]!.role }));
  return { image: { ...image, channels, planes: kept.map((at) => image.planes[at]!) }, report: reportTable(report) };
}

/**
 * A name for every channel, each once. A channel whose own name means a marker, but which was left out or came second, is marked as unused, so that no
 * later step takes it for that marker.
 */
function namesOf({ channels }: StandardizationReport, { registry }: StandardizeMarkersOptions): string[] {
  const mistakable = channels.map(
    ({ channel, marker }) => marker === null && resolveMarker(channel, { registry }).marker !== null,
  );
  const taken = new Set(channels.flatMap(({ channel, marker }, at) => (mistakable[at] ? [] : (marker ?? channel))));
  return channels.map(({ channel, marker }, at) => {
    if (!mistakable[at]) return marker ?? channel;
    let name = `${channel} (unused)`;
    for (let n = 2; taken.has(name); n++) name = `${channel} (unused ${n})`;
    taken.add(name);
    return name;
  });
}

function reportTable({ channels }: StandardizationReport): Table {
  const column = (name: string, values: Column['values']): Column => ({ name, values, unit: null, measure: null });
  return {
    rows: channels.length,
    columns: [
      column(
        'channel',
        channels.map(({ channel }) => channel),
      ),
      column(
        'marker',
        channels.map(({ marker }) => marker ?? ''),
      ),
      column(
        'index',
        Int32Array.from(channels, ({ index }) => index ?? -1),
      ),
      column(
        'decision',
        channels.map(({ how }) => how),
      ),
      column(
        'note',
        channels.map(({ note }) => note),
      ),
    ],
  };
}
