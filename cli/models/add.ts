import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { parse } from 'yaml';
import { readCatalogue } from '../../activities/models/catalogue.ts';
import { acceptLicence, requireAccepted } from '../../activities/models/licences.ts';
import { addModel, type NewModel } from '../../activities/models/project-models.ts';
import { FoveaError } from '../../core/errors.ts';
import { createOutput, formatBytes } from '../output.ts';
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

export function addCommand(): Command {
  return new Command('add')
    .description("put an ONNX file of your own among the project's models")
    .argument('<name>', 'what pipelines will call it')
    .argument('<onnx>', 'the file; it is copied')
    .option('--record <yaml>', 'what the model is (default: <onnx>.yaml)')
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
      const { sha256, bytes } = await addModel(home, name, file, record, async (modelsFile) => {
        const model = (await readCatalogue([modelsFile])).byName.get(name)!;
        const licensed = { name, ...model.record };
        if (options.acceptLicence === true && model.record.licence.accept) await acceptLicence(store, licensed);
        await requireAccepted(store, licensed, 'type the same command with --accept-licence');
        await tryModel(model);
      });
      out.line(`${name} is among the models of ${home}: ${formatBytes(bytes)}, SHA-256 ${sha256}`);
      out.result({ name, sha256, bytes });
    });
}
