import { Command } from 'commander';
import { howToGet, type CataloguedModel } from '../../activities/models/catalogue.ts';
import type { ModelInput, ModelOutput } from '../../core/models.ts';
import { createOutput, formatBytes, textTable, wrapText } from '../output.ts';
import { catalogueOf, existingStore, modelNamed, stateOf, type ModelState, type ModelsOptions } from './state.ts';

const stateText = ({ file, licence }: ModelState): string =>
  licence === 'to be accepted' ? `${file}, licence ${licence}` : file;

export function listCommand(): Command {
  return new Command('list')
    .description('the models pipelines may name, and published weights that can be pulled and exported')
    .action(async (options: ModelsOptions) => {
      const out = createOutput(options.json === true);
      const catalogue = await catalogueOf(options);
      const store = await existingStore(options);
      const models = await Promise.all(
        [...catalogue.byName.values()].map(async (model) => ({ model, state: await stateOf(model, store) })),
      );
      const rows = models.map(({ model: { name, record }, state }) => [
        ...[name, record.spec.task, record.spec.profile, formatBytes(record.bytes)],
        ...[record.licence.commercial ? record.licence.id : `${record.licence.id} (non-commercial)`, stateText(state)],
      ]);
      for (const line of textTable(['model', 'step', 'profile', 'size', 'licence', 'file'], rows)) out.line(line);
      if (catalogue.assets.size > 0) {
        out.line();
        out.line('Published weights, to be pulled and exported to ONNX:');
        const assets = [...catalogue.assets].map(([name, { file, licence }]) => [
          ...[name, file],
          licence.commercial ? licence.id : `${licence.id} (non-commercial)`,
        ]);
        for (const line of textTable(['weights', 'file', 'licence'], assets)) out.line(line);
      }
      out.result({
        models: models.map(({ model, state }) => ({ ...describe(model), state })),
        assets: Object.fromEntries(catalogue.assets),
      });
    });
}

const describe = ({ name, record, path, from }: CataloguedModel) => ({ name, path, from, ...record });

const tensorText = (
  { name, dtype, shape }: ModelInput | ModelOutput,
  meanings: readonly string[] | undefined,
): string => `${name} ${dtype} [${shape.join(', ')}]${meanings === undefined ? '' : ` ${meanings.join(', ')}`}`;

export function showCommand(): Command {
  return new Command('show')
    .description('one model: what it takes and gives, its licence and source, whether its file is here')
    .argument('<name>', 'a model')
    .action(async (name: string, options: ModelsOptions) => {
      const out = createOutput(options.json === true);
      const model = modelNamed(await catalogueOf(options), name);
      const state = await stateOf(model, await existingStore(options));
      const { record, path, from } = model;
      const { spec, licence } = record;
      const line = (label: string, text: string | null | undefined): void => {
        if (text === null || text === undefined) return;
        for (const [index, part] of wrapText(text, 100).entries())
          out.line(`${(index === 0 ? label : '').padEnd(10)}${part}`);
      };
      line('model', `${name}, for ${spec.task}, profile ${spec.profile}`);
      for (const [index, input] of spec.inputs.entries())
        line(index === 0 ? 'takes' : '', tensorText(input, input.channels));
      for (const [index, output] of spec.outputs.entries())
        line(index === 0 ? 'gives' : '', tensorText(output, output.classes));
      if (spec.mpp !== undefined)
        line('scale', `${spec.mpp} µm per pixel${spec.tile === undefined ? '' : `, tiles of ${spec.tile}`}`);
      line(
        'licence',
        `${licence.id}${licence.commercial ? '' : ', no commercial use'}${licence.url === undefined ? '' : `, ${licence.url}`}`,
      );
      line(
        '',
        state.licence === 'to be accepted'
          ? `to be accepted: fovea models verify ${name} --accept-licence`
          : state.licence,
      );
      line('source', record.source);
      line('cite', record.citation);
      line('file', `${path} (${formatBytes(record.bytes)}, ${state.file})`);
      line('sha256', record.sha256);
      line('record', from);
      if (state.file !== 'here') line('to get it', howToGet(model));
      out.result({ ...describe(model), state });
    });
}
