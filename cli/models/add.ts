import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { parse } from 'yaml';
import { readCatalogue } from '../../activities/models/catalogue.ts';
import { checkTrees, convertTrees, isTreeFile } from '../../activities/models/convert-trees.ts';
import { acceptLicence, requireAccepted } from '../../activities/models/licences.ts';
import { addModel, type NewModel } from '../../activities/models/project-models.ts';
import { cpuRuntime, createSessions } from '../../activities/models/sessions.ts';
import { FoveaError } from '../../core/errors.ts';
import type { XgboostTrees } from '../../kernels/xgboost-trees.ts';
import { createOutput, formatBytes, type Output } from '../output.ts';
import { openProjectStore, projectOf } from '../project.ts';
import type { ModelsOptions } from './state.ts';
import { tryModel } from './verify.ts';

interface AddOptions extends ModelsOptions {
  readonly record?: string;
}

async function readRecord(file: string): Promise<NewModel> {
  const refuse = (why: string): FoveaError =>
    new FoveaError(
      'USAGE',
      `the record ${file} ${why}. It is YAML with what configs/models.yaml says of a model, without file, sha256 and bytes: ` +
        'task, profile, inputs, outputs, licence …; the scripts in training/export write one beside the ONNX file',
      { fields: { file } },
    );
  const text = await readFile(file, 'utf8').catch((err: NodeJS.ErrnoException) => {
    throw refuse(`cannot be read (${err.code})`);
  });
  let record: unknown;
  try {
    record = parse(text, { maxAliasCount: 0 });
  } catch (err) {
    throw refuse(`is no YAML: ${(err as Error).message}`);
  }
  if (typeof record !== 'object' || record === null || Array.isArray(record)) throw refuse('is not a map');
  return record as NewModel;
}

/** Calls `add` with the file, or with the graph that its trees become, which is gone afterwards. */
async function asOnnx<T>(
  file: string,
  record: NewModel,
  out: Output,
  add: (graph: string, record: NewModel, trees: XgboostTrees | null) => Promise<T>,
): Promise<T> {
  if (!isTreeFile(file)) return add(file, record, null);
  const folder = await mkdtemp(join(tmpdir(), 'fovea-trees-'));
  try {
    const graph = join(folder, 'trees.onnx');
    const { record: complete, trees } = await convertTrees(file, record, graph);
    if (trees.bestIteration !== null) {
      out.note(
        `training stopped early, its best round was ${trees.bestIteration}; all rounds of the file are used, as Booster.predict does. ` +
          'To use the best ones alone, save booster[: booster.best_iteration + 1]',
      );
    }
    return await add(graph, complete, trees);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function addCommand(): Command {
  return new Command('add')
    .description("put an ONNX file of your own, or XGBoost's trees as JSON, among the project's models")
    .argument('<name>', 'what pipelines will call it')
    .argument('<file>', 'the ONNX file, which is copied; or a JSON file of XGBoost, which becomes one')
    .option('--record <yaml>', 'what the model is (default: <file>.yaml)')
    .option('--accept-licence', "accept the record's licence")
    .action(async (name: string, onnx: string, options: AddOptions) => {
      const out = createOutput(options.json === true);
      const file = resolve(onnx);
      if (!(await stat(file).catch(() => null))?.isFile()) {
        throw new FoveaError('USAGE', `there is no file ${file}; name the ONNX file`, { fields: { file } });
      }
      const record = await readRecord(resolve(options.record ?? `${onnx}.yaml`));
      const { home } = projectOf(options);
      const store = await openProjectStore(options);
      const { sha256, bytes } = await asOnnx(file, record, out, (graph, complete, trees) =>
        addModel(home, name, graph, complete, async (modelsFile) => {
          const model = (await readCatalogue([modelsFile])).byName.get(name)!;
          const licensed = { name, ...model.record };
          if (options.acceptLicence === true && model.record.licence.accept) await acceptLicence(store, licensed);
          await requireAccepted(store, licensed, 'type the same command with --accept-licence');
          await tryModel(model);
          if (trees !== null) {
            await checkTrees(
              model,
              trees,
              createSessions({ runtime: cpuRuntime(), threads: 1, memoryBytes: Infinity }),
            );
          }
        }),
      );
      out.line(`${name} is among the models of ${home}: ${formatBytes(bytes)}, SHA-256 ${sha256}`);
      out.result({ name, sha256, bytes });
    });
}
