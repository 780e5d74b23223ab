import { invalidInput } from '../../core/errors.ts';
import type { Gathered, StepContext } from '../../core/step.ts';
import { brightLevel } from '../../kernels/bright-level.ts';
import type { Image, Table } from '../../kernels/image.ts';
import type { Options } from './params.ts';

/** What the published code takes for the level of a field in which nothing is above 0. */
const BLANK = 1e-8;

/** What is known of a channel so far. */
interface Found {
  readonly levels: number[];
  blank: number;
  hot: number;
}

/** Places of `wanted` among `size` fields in a row, evenly spaced from the first on: ⌊k·size/wanted⌋. All where there are no more. */
export function evenlySpaced(size: number, wanted: number): ReadonlySet<number> {
  const count = Math.min(size, wanted);
  return new Set(Array.from({ length: count }, (_, k) => Math.floor((k * size) / count)));
}

/**
 * For each channel, in the order in which channels are first met, the mean over the chosen fields of view of the level of its bright pixels
 * (`brightLevel`). Which fields are chosen hangs on their number and order alone. One image is in memory at a time.
 *
 * @returns columns `channel`, `norm` (counts; NaN for a channel that is blank throughout or in none of the chosen fields), `fields` that were
 *   measured, `blank_fields` among them, `hot_pixels`; and the report `nimbus_calibration` with the choice and the norms as `with.norms` takes them.
 * @throws INVALID_INPUT for a normalised image, a value that is NaN, or a cohort without fields.
 */
export async function calibrate(images: Gathered<Image>, options: Options, ctx: StepContext): Promise<Table> {
  const chosen = evenlySpaced(images.size, options.fields);
  const channels = new Map<string, Found>();
  const fovs: string[] = [];
  let at = 0;
  for await (const { fov, value: image } of images) {
    ctx.signal.throwIfAborted();
    if (chosen.has(at)) fovs.push(fov);
    measure(image, fov, chosen.has(at), channels, options);
    at++;
    ctx.progress(at, images.size);
  }
  if (at === 0) throw invalidInput('the cohort has no field of view; nothing can be calibrated', { port: 'images' });
  return tableOf(channels, fovs, options, ctx);
}

function measure(image: Image, fov: string, chosen: boolean, channels: Map<string, Found>, options: Options): void {
  if (image.intensity !== 'counts') {
    throw invalidInput(
      `image of ${fov} is normalised already (intensity "unit"), wanted intensities as recorded ("counts"): its levels say nothing; ` +
        'wire images to the source or to resample',
      { port: 'images', fov, found: image.intensity, wanted: 'counts' },
    );
  }
  const hotPixels = options.mode === 'compat' ? 'keep' : 'leave-out';
  for (const [c, { name }] of image.channels.entries()) {
    const found = channels.get(name) ?? { levels: [], blank: 0, hot: 0 };
    channels.set(name, found);
    if (!chosen) continue;
    const plane = image.planes[c]!;
    const { level, hot } = brightLevel(plane, image.height, image.width, { percent: options.percent, hotPixels });
    found.hot += hot;
    if (level === null) found.blank++;
    else found.levels.push(level);
  }
}

function tableOf(channels: ReadonlyMap<string, Found>, fovs: string[], options: Options, ctx: StepContext): Table {
  const norms = [...channels].map(([name, { levels, blank }]) => {
    const counted = options.mode === 'compat' ? [...levels, ...new Array<number>(blank).fill(BLANK)] : levels;
    return [name, counted.reduce((sum, level) => sum + level, 0) / counted.length] as const;
  });
  const without = norms.filter(([, norm]) => Number.isNaN(norm)).map(([name]) => name);
  if (without.length > 0) {
    ctx.log.warn(
      { channels: without },
      'channels without a norm: blank in, or absent from, every field that was measured',
    );
  }
  const counts = (pick: (found: Found) => number): Int32Array => Int32Array.from(channels.values(), pick);
  const column = (name: string, values: Int32Array | Float64Array | string[], unit: string | null = null) =>
    ({ name, values, unit, measure: null }) as const;
  return {
    rows: channels.size,
    columns: [
      column('channel', [...channels.keys()]),
      column(
        'norm',
        Float64Array.from(norms, ([, norm]) => norm),
        'counts',
      ),
      column(
        'fields',
        counts(({ levels, blank }) => levels.length + blank),
      ),
      column(
        'blank_fields',
        counts(({ blank }) => blank),
      ),
      column(
        'hot_pixels',
        counts(({ hot }) => hot),
        'px',
      ),
    ],
    reports: {
      nimbus_calibration: {
        ...{ mode: options.mode, percent: options.percent, fields: fovs, without },
        norms: Object.fromEntries(norms.map(([name, norm]) => [name, Number.isNaN(norm) ? null : norm])),
      },
    },
  };
}
