import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { readPanelNames } from '../../activities/samplesheet/panel-names.ts';
import { FoveaError, isFoveaError } from '../../core/errors.ts';
import { parseMarkerMap } from '../../core/vocabulary/marker-map.ts';
import { HOW, type How, type MarkerMap } from '../../core/vocabulary/resolve-marker.ts';
import { standardizePanel, type StandardizationReport } from '../../core/vocabulary/standardize-panel.ts';
import { EXIT } from '../exit-codes.ts';
import { counted, createOutput, textTable } from '../output.ts';
import { registryOption, type RegistryOptions } from './registry-option.ts';

interface CheckOptions extends RegistryOptions {
  readonly map?: string;
  readonly strict?: boolean;
}

/** What a decision means for the reader, in the closing line. */
const SAID: Readonly<Record<How, string>> = {
  ...{ user: 'by map', exact: 'exact', alias: 'by alias', normalised: 'by spelling', stripped: 'without tags' },
  ...{ guess: 'guessed', nuclear: 'nuclear', control: 'control', absent: 'not in the registry' },
  ...{ duplicate: 'duplicate', unknown: 'unknown' },
};

async function readMap(file: string | undefined): Promise<MarkerMap> {
  if (file === undefined) return {};
  const text = await readFile(file, 'utf8').catch((err: NodeJS.ErrnoException) => {
    throw new FoveaError('USAGE', `the map ${file} cannot be read (${err.code ?? err.message}); check the path`, {
      fields: { option: 'map', path: file },
      cause: err,
    });
  });
  return parseMarkerMap(text, file);
}

/** A map with unknown markers is a slip in the command. */
function standardize(names: readonly string[], map: MarkerMap, { registry }: CheckOptions): StandardizationReport {
  try {
    return standardizePanel(names, { map, registry });
  } catch (err) {
    if (!isFoveaError(err, 'INVALID_INPUT')) throw err;
    throw new FoveaError('USAGE', err.message, { fields: err.fields, cause: err });
  }
}

function reportLines({ channels, counts, registry, unused }: StandardizationReport): string[] {
  const named = channels.filter(({ marker }) => marker !== null).length;
  const parts = HOW.filter((how) => counts[how] > 0).map((how) => `${counts[how]} ${SAID[how]}`);
  return [
    ...textTable(
      ['channel', 'marker', 'decision', 'note'],
      channels.map(({ channel, marker, how, note }) => [channel, marker ?? '-', how, note]),
    ),
    '',
    `${named} of ${counted(channels.length, 'channel')} have a marker of ${registry}: ${parts.join(', ')}`,
    ...unused.map((name) => `the map names "${name}", which is no channel here`),
  ];
}

async function check(file: string, options: CheckOptions): Promise<void> {
  const out = createOutput(options.json === true);
  const { names } = await readPanelNames(file);
  const report = standardize(names, await readMap(options.map), options);
  for (const line of reportLines(report)) out.line(line);
  out.result(report);
  const guessed = report.channels.filter(({ how }) => how === 'guess');
  const none = report.channels.every(({ marker }) => marker === null);
  if (none) out.note('no channel has a canonical marker: phenotyping by models would fail; name markers in a map');
  if (options.strict === true && guessed.length > 0) {
    const confirmed = guessed.map(({ channel, marker }) => `  ${JSON.stringify(channel)}: ${marker}`);
    out.note(`${counted(guessed.length, 'guess', 'guesses')} to confirm in a map, or to leave out with null:`);
    out.note(confirmed.join('\n'));
  }
  if (none || (options.strict === true && guessed.length > 0)) process.exitCode = EXIT.differs;
}

export function checkCommand(): Command {
  return new Command('check')
    .description('the canonical marker each channel of a panel stands for, and why')
    .argument('<panel.csv>', 'a panel, a CSV with a column of names, or a list with a name a line')
    .option('--map <yaml>', 'your own decisions: channel: marker, or channel: null to leave it out')
    .option('--strict', 'exit with 6 when a marker is only guessed')
    .addOption(registryOption())
    .action(check);
}
