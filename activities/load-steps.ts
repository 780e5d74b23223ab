import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
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
      throw new FoveaError(
        'PLUGIN',
        `plugin ${url} exports no step: its default export must be a step or an array of steps`,
        {
          fields: { plugin: url },
        },
      );
    }
    steps.push(...(Array.isArray(exported) ? exported : [exported]));
  }
  return steps;
}

/** The package a module belongs to, as `name@version`; the file itself where there is none. */
async function packageOf(url: string): Promise<string> {
  const path = fileURLToPath(url);
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => null);
    if (text !== null) {
      const { name, version } = JSON.parse(text) as { name?: string; version?: string };
      if (name !== undefined) return `${name}@${version ?? 'unversioned'}`;
    }
    if (folder === dirname(folder)) return path;
  }
}

/** Step name → package and version, for steps that do not come with Fovea; goes into every run record. */
export async function pluginPackages(modules: readonly string[]): Promise<Record<string, string>> {
  const packages: Record<string, string> = {};
  for (const url of modules) {
    const name = await packageOf(url);
    if (name.startsWith('fovea@')) continue;
    for (const step of await loadSteps([url])) packages[step.name] = name;
  }
  return packages;
}
