import { Command } from 'commander';
import { FoveaError, isFoveaError } from '../../core/errors.ts';
import {
  cellTypeOf,
  cellTypes,
  cellTypes2025,
  cellTypes2026,
  lineages,
  type CellType,
} from '../../core/vocabulary/cell-types.ts';
import { markerIndex } from '../../core/vocabulary/marker-registry.ts';
import { tissueCellTypes, typesOfTissue } from '../../core/vocabulary/tissues.ts';
import { counted, createOutput, textTable, wrapText } from '../output.ts';
import { registryOption, type RegistryOptions } from './registry-option.ts';

export function markersCommand(): Command {
  return new Command('markers')
    .description('the canonical markers, in index order')
    .addOption(registryOption())
    .action(({ registry, json }: RegistryOptions) => {
      const out = createOutput(json === true);
      const { markers, aliases } = markerIndex(registry).registry;
      for (const line of wrapText(markers.join(' '), 100)) out.line(line);
      out.line();
      out.line(`${markers.length} markers of ${registry}; the index of the first is 0`);
      out.result({ registry, markers, aliases });
    });
}

interface TypesOptions {
  readonly tissue?: string;
  readonly json?: boolean;
}

function typesOf(tissue: string | undefined): readonly CellType[] {
  if (tissue === undefined) return cellTypes;
  try {
    return typesOfTissue(tissue).map((name) => cellTypeOf(name)!);
  } catch (err) {
    if (!isFoveaError(err, 'INVALID_INPUT')) throw err;
    throw new FoveaError('NOT_FOUND', err.message, { fields: err.fields, cause: err });
  }
}

const yearsOf = (name: string): string =>
  [cellTypes2025.includes(name) ? '2025' : '', cellTypes2026.includes(name) ? '2026' : ''].filter(Boolean).join(', ');

export function typesCommand(): Command {
  return new Command('types')
    .description('the cell types by lineage, of all tissues or of one')
    .option('--tissue <name>', 'only those that are looked for in this tissue')
    .action(({ tissue, json }: TypesOptions) => {
      const out = createOutput(json === true);
      const types = typesOf(tissue);
      const rows = lineages.flatMap((lineage) =>
        types
          .filter((type) => type.lineage === lineage)
          .map(({ name, parent, combined }) => [lineage, name, parent ?? '-', combined, yearsOf(name)]),
      );
      for (const line of textTable(['lineage', 'type', 'a kind of', 'group', 'models of'], rows)) out.line(line);
      out.line();
      out.line(`${counted(types.length, 'type')}${tissue === undefined ? '' : ` of ${tissue}`}`);
      if (tissue === undefined) out.line(`tissues: ${Object.keys(tissueCellTypes).join(', ')}`);
      out.result({ types, ...(tissue === undefined ? { tissues: tissueCellTypes } : { tissue }) });
    });
}
