import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { parse } from 'yaml';
import { discover, readSamplesheet } from '../activities/samplesheet/index.ts';
import type { SourceRow } from '../activities/images/index.ts';
import { readCatalogue, type Catalogue } from '../activities/models/catalogue.ts';
import { loadSteps, resolvePlugin } from '../activities/load-steps.ts';
import { packageRoot } from '../activities/package-root.ts';
import { compile, type Environment } from '../core/compile.ts';
import { FoveaError } from '../core/errors.ts';
import type { Plan } from '../core/plan.ts';
import { parseQueues, type Queue } from '../core/queues.ts';
import { createRegistry, type Registry } from '../core/registry.ts';
import { builtinModule } from './builtin.ts';

export interface Loaded {
  readonly plan: Plan;
  readonly rows: readonly SourceRow[];
  /** Absolute path and text of the pipeline file. */
  readonly file: string;
  readonly text: string;
  readonly stepModules: readonly string[];
  readonly registry: Registry;
  readonly queues: readonly Queue[];
  readonly models: Catalogue;
  /** What the catalogue was read from. */
  readonly modelFiles: readonly string[];
}

export interface PipelineOptions {
  readonly samplesheet?: string;
  readonly queues?: string;
  readonly models?: string[];
  readonly fov?: string[];
}

/** A command that knows its project lays the project's own models over Fovea's. */
interface InProject {
  readonly home?: string;
}

/** Adds the options of commands that read a pipeline file and its cohort. */
export function withPipelineOptions(command: Command): Command {
  return command
    .option('--samplesheet <csv>', "use this samplesheet instead of the pipeline file's")
    .option('--fov <id...>', 'only these fields of view')
    .option('--models <yaml...>', "models files laid over Fovea's and the project's")
    .option('--queues <yaml>', "what each queue offers (default: Fovea's configs/queues.yaml)");
}

/** Reads a text file a person named. Throws USAGE saying what it was to be. */
async function readText(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (err) {
    const { code } = err as NodeJS.ErrnoException;
    throw new FoveaError('USAGE', `${what} ${file} cannot be read (${code}); check the path`, {
      fields: { file },
      cause: err,
    });
  }
}

/** The plugins a pipeline file names. What is malformed is left for the compiler to report, with lines. */
function pluginsOf(text: string): string[] {
  if (text.length > 2 ** 20) return [];
  try {
    const { plugins } = parse(text, { maxAliasCount: 0 }) as { plugins?: unknown };
    return Array.isArray(plugins) ? plugins.filter((name): name is string => typeof name === 'string') : [];
  } catch {
    return [];
  }
}

export async function readQueues(file: string | undefined): Promise<Queue[]> {
  const path = file === undefined ? join(packageRoot, 'configs/queues.yaml') : resolve(file);
  return parseQueues(await readText(path, 'the queues file'), path);
}

/** The models files of a command: Fovea's, the project's own if it has one, and those it was given. */
export function modelFilesOf(options: { readonly models?: readonly string[]; readonly home?: string }): string[] {
  const own = options.home === undefined ? [] : [join(resolve(options.home), 'models.yaml')];
  return [
    join(packageRoot, 'configs/models.yaml'),
    ...own.filter((file) => existsSync(file)),
    ...(options.models ?? []).map((file) => resolve(file)),
  ];
}

/** Compiles a pipeline file with the built-in steps and its plugins. Throws PIPELINE, PLUGIN or USAGE. */
export async function compilePipeline(
  file: string,
  options: PipelineOptions & InProject,
): Promise<Omit<Loaded, 'rows'>> {
  const path = resolve(file);
  const text = await readText(path, 'the pipeline file');
  const stepModules = [builtinModule, ...pluginsOf(text).map((name) => resolvePlugin(name, dirname(path)))];
  const registry = createRegistry(await loadSteps(stepModules));
  const queues = await readQueues(options.queues);
  const modelFiles = modelFilesOf(options);
  const models = await readCatalogue(modelFiles);
  const known = [...models.byName].map(([name, { record }]) => [
    name,
    { digest: record.digest, task: record.spec.task },
  ]);
  const environment = { registry, queues, models: Object.fromEntries(known) as NonNullable<Environment['models']> };
  return {
    plan: compile(text, file, environment),
    file: path,
    text,
    stepModules,
    registry,
    queues,
    models,
    modelFiles,
  };
}

/** The cohort: rows of the samplesheet or glob, cut down to `--fov`. Throws SAMPLESHEET or USAGE. */
async function readCohort({ source }: Plan, folder: string, options: PipelineOptions): Promise<readonly SourceRow[]> {
  const labels = source.labels ?? {};
  const sheet = options.samplesheet ?? (source.samplesheet === null ? null : resolve(folder, source.samplesheet));
  const rows =
    sheet !== null
      ? await readSamplesheet(resolve(sheet), { labels })
      : await discover(source.glob ?? '', folder, {
          mpp: source.mpp,
          panel: source.panel === null ? null : resolve(folder, source.panel),
          labels,
        });
  const chosen = options.fov;
  if (chosen === undefined) return rows;
  const unknown = chosen.filter((fov) => !rows.some((row) => row.fov === fov));
  if (unknown.length > 0) {
    const known = rows.slice(0, 10).map((row) => row.fov);
    throw new FoveaError(
      'USAGE',
      `the cohort has no field of view ${unknown.join(', ')}; it has ${known.join(', ')}${rows.length > 10 ? ', …' : ''}`,
    );
  }
  return rows.filter((row) => chosen.includes(row.fov));
}

/** The plan and the cohort a command works on. */
export async function loadPipeline(file: string, options: PipelineOptions & InProject): Promise<Loaded> {
  const compiled = await compilePipeline(file, options);
  return { ...compiled, rows: await readCohort(compiled.plan, dirname(compiled.file), options) };
}

/** `./steps.js` → file URL, for commands that take step modules as arguments. */
export const moduleUrl = (path: string): string => pathToFileURL(resolve(path)).href;
