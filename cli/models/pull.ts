import { join } from 'node:path';
import { Command } from 'commander';
import { checkModelFile } from '../../activities/models/check-file.ts';
import { acceptLicence, requireAccepted, type Licensed } from '../../activities/models/licences.ts';
import { DEEPCELL_TOKEN, deepcellAddress } from '../../activities/models/deepcell.ts';
import { downloadFile } from '../../activities/models/download.ts';
import { FoveaError } from '../../core/errors.ts';
import type { ModelAsset } from '../../core/models.ts';
import { createOutput, formatBytes, type Output } from '../output.ts';
import { openProjectStore, projectOf } from '../project.ts';
import { catalogueOf, modelNamed, type ModelsOptions } from './state.ts';

/** Says how far it is, at most once a second. */
function teller(out: Output, name: string): (done: number, total: number | null) => void {
  let last = 0;
  return (done, total) => {
    if (Date.now() - last < 1000) return;
    last = Date.now();
    out.note(`${name}: ${formatBytes(done)}${total === null ? '' : ` of ${formatBytes(total)}`}`);
  };
}

async function accepted(options: ModelsOptions, licensed: Licensed): Promise<void> {
  const store = await openProjectStore(options);
  if (options.acceptLicence === true && licensed.licence.accept) await acceptLicence(store, licensed);
  await requireAccepted(store, licensed, `fovea models pull ${licensed.name} --accept-licence`);
}

async function pullAsset(name: string, asset: ModelAsset, options: ModelsOptions, out: Output): Promise<void> {
  const { file, sha256, md5, licence } = asset;
  const digest =
    sha256 === undefined ? ({ kind: 'md5', hex: md5! } as const) : ({ kind: 'sha256', hex: sha256 } as const);
  await accepted(options, { name, sha256: digest.hex, licence });
  const to = join(projectOf(options).home, 'models', 'weights', name, file);
  const url = asset.url ?? (await deepcellAddress(asset.deepcell!, process.env[DEEPCELL_TOKEN]));
  await downloadFile({ url, to, digest, progress: teller(out, name) });
  out.line(`${to} is here, and is the file that was published (${digest.kind} ${digest.hex})`);
  out.line(`Next: ${asset.export}`);
  out.result({ name, file: to, [digest.kind]: digest.hex, next: asset.export });
}

export function pullCommand(): Command {
  return new Command('pull')
    .description('download a model, or published weights to be exported; goes on where it stopped')
    .argument('<name>', 'a model or weights')
    .option('--accept-licence', 'accept its licence')
    .addHelpText(
      'after',
      `\nWeights of the DeepCell portal need your token in ${DEEPCELL_TOKEN}; it is sent to the portal only.`,
    )
    .action(async (name: string, options: ModelsOptions) => {
      const out = createOutput(options.json === true);
      const catalogue = await catalogueOf(options);
      const asset = catalogue.assets.get(name);
      if (asset !== undefined) return pullAsset(name, asset, options, out);
      const model = modelNamed(catalogue, name);
      const { record, path } = model;
      if (record.url === null) {
        await checkModelFile(model);
        out.line(`${name} is here already: ${path}`);
        return out.result({ name, file: path, sha256: record.sha256 });
      }
      await accepted(options, { name, ...record });
      const here = await checkModelFile(model).then(
        () => true,
        (err: unknown) => {
          if (err instanceof FoveaError) return false;
          throw err;
        },
      );
      if (!here) {
        const digest = { kind: 'sha256', hex: record.sha256 } as const;
        await downloadFile({ url: record.url, to: path, digest, bytes: record.bytes, progress: teller(out, name) });
      }
      out.line(`${name} is here: ${path}`);
      out.result({ name, file: path, sha256: record.sha256 });
    });
}
