import { createRequire } from 'node:module';
import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FoveaError } from '../core/errors.ts';
import type { AnyStep } from '../core/step.ts';

/** A plugin's module as a file URL: a path (relative to `folder`) or an npm name resolved from `folder`. */
export function resolvePlugin(name: string, folder: string): string {
  if (name.startsWith('file:')) return name;
  if (name.startsWith('.') || isAbsolute(name)) return pathToFileURL(resolve(folder, name)).href;
  try {
    return pathToFileURL(createRequire(pathToFileURL(`${folder}/package.json`)).resolve(name)).href;
  } catch (err) {
    throw new FoveaError(
      'PLUGIN',
      `plugin ${name} is not installed for ${folder}: run npm install ${name} there, or name a file with ./`,
      { fields: { plugin: name, folder }, cause: err },
    );
  }
}

/** Imports step modules: each has a step or an array of steps as its default export. Throws PLUGIN naming the module. */
export async function loadSteps(modules: readonly string[]): Promise<AnyStep[]> {
  const steps: AnyStep[] = [];
  for (const url of modules) {
    let loaded: { default?: AnyStep | AnyStep[]; builtinSteps?: AnyStep[] };
    try {
      loaded = (await import(url)) as typeof loaded;
    } catch (err) {
      throw new FoveaError('PLUGIN', `plugin ${url} cannot be loaded: ${(err as Error).message}`, {
        fields: { plugin: url },
        cause: err,
      });
    }
    const exported = loaded.default ?? loaded.builtinSteps;
    if (exported === undefined || exported === null || typeof exported !== 'object') {
      throw new FoveaError('PLUGIN', `plugin ${url} exports no step: its default export must be a step or an array of steps`, {
        fields: { plugin: url },
      });
    }
    steps.push(...(Array.isArray(exported) ? exported : [exported]));
  }
  return steps;
}
