import { basename } from 'node:path';
import { invalidInput } from '../../core/errors.ts';
import type { LabelSource, LabelSources } from './label-sources.ts';

/** A true label image and the prediction for it. */
export interface LabelPair {
  readonly name: string;
  readonly truth: LabelSource;
  readonly predicted: LabelSource;
}

const NAMED = 20;

function namesOf(sources: readonly LabelSource[]): string {
  const names = sources.slice(0, NAMED).map(({ path }) => basename(path));
  return `${names.join(', ')}${sources.length > NAMED ? `, and ${sources.length - NAMED} more` : ''}`;
}

/**
 * Pairs two files whatever their names are, or the files of two folders by name.
 * Throws INVALID_INPUT for a file beside a folder, and naming the files that have no partner.
 */
export function pairLabels(truth: LabelSources, predicted: LabelSources): LabelPair[] {
  if (truth.folder !== predicted.folder) {
    const [folder, file] = truth.folder ? [truth.path, predicted.path] : [predicted.path, truth.path];
    throw invalidInput(`${folder} is a folder and ${file} a label image; name two folders or two label images`);
  }
  if (!truth.folder)
    return [{ name: truth.sources[0]!.name, truth: truth.sources[0]!, predicted: predicted.sources[0]! }];
  const byName = new Map(predicted.sources.map((source) => [source.name, source]));
  const known = new Set(truth.sources.map(({ name }) => name));
  const alone = [
    { path: truth.path, sources: truth.sources.filter(({ name }) => !byName.has(name)) },
    { path: predicted.path, sources: predicted.sources.filter(({ name }) => !known.has(name)) },
  ].filter(({ sources }) => sources.length > 0);
  if (alone.length > 0) {
    const told = alone.map(({ path, sources }) => `only in ${path}: ${namesOf(sources)}`);
    throw invalidInput(
      `label files have no partner of the same name; ${told.join('; ')}; rename them, take them out or add their partners`,
      { alone: alone.flatMap(({ sources }) => sources.map(({ path }) => path)) },
    );
  }
  return truth.sources.map((source) => ({ name: source.name, truth: source, predicted: byName.get(source.name)! }));
}
