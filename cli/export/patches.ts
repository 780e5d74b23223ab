import { Command } from 'commander';
import { plainContext } from '../../activities/compute/context.ts';
import { publishedFovs, readPublished } from '../../activities/patches/read-published.ts';
import { finishExport, writeExportedFov, type ExportedFov } from '../../activities/patches/write-export.ts';
import { FoveaError, isFoveaError } from '../../core/errors.ts';
import { listed } from '../../core/suggest.ts';
import { PATCH_PROFILES } from '../../kernels/index.ts';
import { cutPatches } from '../../plugins/extract-patches/cut-patches.ts';
import { params, type Options } from '../../plugins/extract-patches/params.ts';
import { EXIT } from '../exit-codes.ts';
import { counted, createOutput, examples, textTable } from '../output.ts';

interface ExportOptions {
  readonly out: string;
  readonly profile: string;
  readonly channels: string;
  readonly map?: readonly string[];
  readonly strict?: boolean;
  readonly fov?: readonly string[];
  readonly image?: string;
  readonly cells?: string;
  readonly types: string;
  readonly json?: boolean;
}

const usage = (message: string, option: string): FoveaError => new FoveaError('USAGE', message, { fields: { option } });

/** `channel=marker`, or `channel=` to leave it out. */
function mapOf(pairs: readonly string[]): Record<string, string | null> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw usage(`--map takes channel=marker, or channel= to leave it out; found "${pair}"`, 'map');
      return [pair.slice(0, at), at === pair.length - 1 ? null : pair.slice(at + 1)];
    }),
  );
}

function stepOptions({ profile, channels, map = [], strict = false }: ExportOptions): Options {
  const parsed = params.safeParse({ profile, channels, map: mapOf(map), strict });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const option = String(issue?.path[0]);
  throw usage(`--${option}: ${issue?.message}`, option);
}

async function exportPatches(path: string, options: ExportOptions): Promise<void> {
  const output = createOutput(options.json === true);
  const wanted = stepOptions(options);
  const all = await publishedFovs(path);
  const absent = (options.fov ?? []).filter((fov) => !all.has(fov));
  if (absent.length > 0) {
    throw usage(`${path} has no field of view ${listed(absent)}; it has ${listed([...all.keys()])}`, 'fov');
  }
  const chosen = [...all].filter(([fov]) => options.fov?.includes(fov) ?? true);
  const done: ExportedFov[] = [];
  const failed: { fov: string; message: string }[] = [];
  const names = { image: options.image, cells: options.cells, types: options.types };
  for (const [fov, store] of chosen) {
    try {
      const { image, cells, types } = await readPublished(store, names);
      const ctx = plainContext(fov, new AbortController().signal);
      done.push(await writeExportedFov(options.out, fov, cutPatches(image, cells, wanted, ctx), types));
      output.note(`exported ${done.length}/${chosen.length}`);
    } catch (err) {
      // A field of view that cannot be cut is no reason to leave the others out.
      if (!isFoveaError(err, 'INVALID_INPUT', 'STORE_CORRUPT') && !(err instanceof RangeError)) throw err;
      failed.push({ fov, message: err.message });
    }
  }
  await finishExport(options.out, wanted.profile, done);
  report(output, options.out, done, failed);
}

function report(
  output: ReturnType<typeof createOutput>,
  out: string,
  done: readonly ExportedFov[],
  failed: readonly { fov: string; message: string }[],
): void {
  const rows = done.map(({ fov, cells, typed, lost }) => [fov, cells, typed, lost]);
  for (const line of textTable(['field of view', 'cells', 'with a type', 'lost'], rows)) output.line(line);
  for (const { fov, message } of failed) output.note(`${fov}: ${message}`);
  const cells = done.reduce((sum, fov) => sum + fov.cells, 0);
  output.line(`${counted(cells, 'cell')} of ${counted(done.length, 'field of view', 'fields of view')} in ${out}`);
  output.line(`to train on them: ${out}/read_patches.py`);
  output.result({ folder: out, fovs: done, failed });
  if (failed.length > 0) process.exitCode = done.length === 0 ? EXIT.runFailed : EXIT.someFailed;
}

/** `fovea export patches <revision>`: windows around published cells, to train on. */
export function patchesCommand(): Command {
  return new Command('patches')
    .description('windows around published cells as zarr, images once and labels once, with a reader for Python')
    .argument('<path>', 'a revision, such as results/tissue/latest, or one <fov>.zarr')
    .requiredOption('--out <folder>', 'where they go')
    .option('--profile <name>', `how windows are made: ${Object.keys(PATCH_PROFILES).join(', ')}`, 'dct-2026-resmlp')
    .option('--channels <which>', 'markers: channels that show one; all: every channel', 'markers')
    .option('--map <channel=marker...>', "markers that names don't tell; channel= leaves a channel out")
    .option('--strict', 'refuse markers that are only guessed')
    .option('--fov <name...>', 'only these fields of view')
    .option('--image <name>', 'published image (default: image, or the only one)')
    .option('--cells <name>', 'published labels (default: cells, or the only ones)')
    .option('--types <column>', 'column of the published tables that tells cell types', 'cell_type')
    .option('--json', 'print one JSON value for machines instead of text')
    .addHelpText(
      'after',
      examples(
        ['fovea export patches results/tissue/latest --out patches', 'all fields of view'],
        [
          'fovea export patches results/tissue/latest/fovs/F1.zarr --out patches --profile paper',
          'one, in windows of 64',
        ],
      ),
    )
    .action(exportPatches);
}
