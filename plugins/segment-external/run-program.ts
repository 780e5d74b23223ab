import { FoveaError, isFoveaError } from '../../core/errors.ts';
import type { ExecResult, StepContext } from '../../core/step.ts';
import type { Image, Labels } from '../../kernels/image.ts';
import type { ExternalOptions, PLACEHOLDERS } from './params.ts';
import { pickChannels } from './pick-channels.ts';
import { onGrid, settleIds } from './settle-labels.ts';

/** Lines of a program's output that are shown with a file it did not leave as it should. */
const LAST_LINES = 10;

type Paths = Readonly<Partial<Record<(typeof PLACEHOLDERS)[number], string>>>;

/**
 * Hands the image to the program, waits for it and takes back what it wrote.
 *
 * @throws INVALID_INPUT for channels the image lacks; TOOL_FAILED, TIMEOUT and CANCELLED as `ctx.exec`; INVALID_OUTPUT for files that are
 *   missing or are no labels of this image.
 */
export async function runProgram(
  image: Image,
  options: ExternalOptions,
  ctx: StepContext,
): Promise<{ readonly cells: Labels; readonly nuclei?: Labels }> {
  const { argv, container, env, writes, finalExitCodes, timeout } = options;
  const handed = pickChannels(image, options.channels);
  ctx.signal.throwIfAborted();
  const inScratch = (name: string): string => `${ctx.scratch.dir}/${name}`;
  const paths: Paths = {
    image: await ctx.scratch.write('image', 'Image', handed),
    cells: inScratch(writes.cells),
    ...(writes.nuclei === undefined ? {} : { nuclei: inScratch(writes.nuclei) }),
  };
  const said = await ctx.exec(
    argv.map((word) => fill(word, paths)),
    { env, finalExitCodes, timeoutMs: timeout * 1000, ...(container === undefined ? {} : { container }) },
  );
  ctx.log.info({ fov: ctx.fov, seconds: said.seconds }, 'the program has ended');
  const read = async (port: 'cells' | 'nuclei'): Promise<Labels> =>
    onGrid(port, await readLabels(port, paths[port]!, said, ctx), image, ctx);
  const cells = await read('cells');
  ctx.signal.throwIfAborted();
  return settleIds(cells, writes.nuclei === undefined ? null : await read('nuclei'), options.sharedIds);
}

/** A word of the command line with paths in place of placeholders; one pass, so that a path is never read for a placeholder. */
function fill(word: string, paths: Paths): string {
  return word.replace(/\{(\w+)\}/g, (whole, name: string) => paths[name as keyof Paths] ?? whole);
}

/** Reads one file back. A program that ended well but left no labels has often said why. */
async function readLabels(
  port: 'cells' | 'nuclei',
  path: string,
  { stdout, stderr }: ExecResult,
  ctx: StepContext,
): Promise<Labels> {
  try {
    return await ctx.scratch.read(path, 'Labels');
  } catch (err) {
    if (!isFoveaError(err, 'INVALID_OUTPUT')) throw err;
    const words = (stderr.trim() || stdout.trim()).split('\n').slice(-LAST_LINES).join('\n');
    throw new FoveaError(
      'INVALID_OUTPUT',
      `${port}: ${err.message}${words === '' ? '' : `; the program's last words:\n${words}`}`,
      { fields: { ...err.fields, port }, cause: err },
    );
  }
}
