import type { ModelSpec } from '../../core/models.ts';
import type { ModelHandle, Tensor } from '../../core/step.ts';
import type { Image } from '../../kernels/image.ts';

/** Network pixels are four times the published images' wide. */
export const FINE_MPP = 0.0801276;
export const NET_MPP = 4 * FINE_MPP;
const MEAN = [124 / 255, 117 / 255, 104 / 255] as const;
const DEVIATION = 1 / (0.0167 * 255);

/** A record as the published models would have; parts of it replaced. */
export function hpaSpec(parts: Partial<ModelSpec> = {}): ModelSpec {
  return {
    task: 'segment-hpa',
    profile: 'hpa-unet',
    mpp: NET_MPP,
    inputs: [{ name: 'input', shape: [1, 3, 'height', 'width'], dtype: 'float32' }],
    outputs: [{ name: 'probabilities', shape: [1, 3, 'height', 'width'], dtype: 'float32', role: 'probabilities' }],
    ...parts,
  };
}

/** What a stand-in makes of one pixel's three channels, as 0–1: its scores or probabilities of background, border and object. */
export type Judge = (u: readonly [number, number, number]) => readonly [number, number, number];

/** A stand-in for a U-Net that judges each pixel by itself; remembers what it was fed. */
export function judging(name: string, judge: Judge, spec: ModelSpec = hpaSpec()): ModelHandle & { feeds: Tensor[] } {
  const feeds: Tensor[] = [];
  return {
    name,
    spec,
    feeds,
    run(given) {
      const feed = given[spec.inputs[0]!.name]!;
      feeds.push(feed);
      const size = feed.dims[2]! * feed.dims[3]!;
      const data = new Float32Array(3 * size);
      const unit = (c: 0 | 1 | 2, i: number): number => Number(feed.data[c * size + i]) * DEVIATION + MEAN[c];
      for (let i = 0; i < size; i++) {
        judge([unit(0, i), unit(1, i), unit(2, i)]).forEach((value, c) => (data[c * size + i] = value));
      }
      return Promise.resolve({ [spec.outputs[0]!.name]: { dtype: 'float32', dims: feed.dims, data } });
    },
  };
}

const hard = (border: boolean, object: boolean): [number, number, number] =>
  border ? [0.1, 0.8, 0.1] : object ? [0.1, 0, 0.9] : [1, 0, 0];

/** Nuclei where the third channel is above a half; cells where the first is, borders where the second is. */
export const hpaNets = (): { nuclei: ReturnType<typeof judging>; cells: ReturnType<typeof judging> } => ({
  nuclei: judging('nuclei-net', ([, , blue]) => hard(false, blue > 0.5)),
  cells: judging('cell-net', ([red, yellow]) => hard(yellow > 0.5, red > 0.5)),
});

/** `y0, x0, y1, x1`, the end not included. */
export type Rectangle = readonly [number, number, number, number];

/** A plane of 0 with rectangles of `value`. */
export function paint<T extends Uint8Array | Uint16Array | Int32Array>(
  out: T,
  width: number,
  rectangles: readonly Rectangle[],
  value: (index: number) => number = () => 255,
): T {
  rectangles.forEach(([y0, x0, y1, x1], index) => {
    for (let y = y0; y < y1; y++) out.fill(value(index), y * width + x0, y * width + x1);
  });
  return out;
}

/** An 8-bit image with the channels MT, ER and DNA. */
export function hpaImage(
  height: number,
  width: number,
  mpp: number,
  { cells, nuclei, borders = [] }: Readonly<{ cells: Rectangle[]; nuclei: Rectangle[]; borders?: Rectangle[] }>,
): Image {
  return {
    ...{ height, width, mpp, intensity: 'counts' },
    channels: [
      { name: 'MT', role: null },
      { name: 'ER', role: null },
      { name: 'DNA', role: 'nuclear' },
    ],
    planes: [cells, borders, nuclei].map((rectangles) => paint(new Uint8Array(height * width), width, rectangles)),
  };
}
