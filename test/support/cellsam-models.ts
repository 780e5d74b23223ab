import type { ModelInput, ModelSpec } from '../../core/models.ts';
import type { ModelHandle, Tensor } from '../../core/step.ts';
import { label } from '../../kernels/label.ts';
import { measureRegions } from '../../kernels/regions.ts';

type Profile = 'cellsam' | 'cellsam-adv';
type Feeds = Readonly<Record<string, Tensor>>;

const SIDE = 1024;
const AREA = SIDE * SIDE;
const QUERIES = 3500;
const MASK = 256;

/** The records of CellSAM's three networks, as models.yaml states them. */
export const cellsamSpecs = (profile: Profile = 'cellsam'): Record<'detector' | 'encoder' | 'decoder', ModelSpec> => {
  const image: ModelInput = { name: 'image', shape: [1, 3, SIDE, SIDE], dtype: 'float32' };
  const embedding: ModelInput = { name: 'embedding', shape: [1, 256, 64, 64], dtype: 'float32' };
  const base = { task: 'segment-cellsam', profile };
  return {
    detector: {
      ...base,
      inputs: [image],
      outputs: [
        { name: 'logits', shape: [1, QUERIES, 2], dtype: 'float32', role: 'logits' },
        { name: 'boxes', shape: [1, QUERIES, 4], dtype: 'float32', role: 'boxes' },
      ],
    },
    encoder: { ...base, inputs: [image], outputs: [{ ...embedding, role: 'embedding' }] },
    decoder: {
      ...base,
      inputs: [embedding, { name: 'boxes', shape: ['boxes', 4], dtype: 'float32' }],
      outputs: [
        { name: 'masks', shape: ['boxes', 1, MASK, MASK], dtype: 'float32', role: 'masks' },
        { name: 'iou', shape: ['boxes', 1], dtype: 'float32', role: 'iou' },
      ],
    },
  };
};

/** x0, y0, x1, y1 in pixels of the 1024² that the networks see, with the score the detector gives. */
export interface Found {
  readonly box: readonly [number, number, number, number];
  readonly score: number;
  /** The score of the query's second class. */
  readonly second?: number;
}

export interface FakeOptions {
  readonly profile?: Profile;
  /** What the detector finds in the values 0–1 of the third channel; bright squares unless given. */
  readonly find?: (third: Float32Array, call: number) => readonly Found[];
  /** In which order the detector lists what it finds. */
  readonly order?: (found: readonly Found[]) => readonly Found[];
  /** Pixels of 1024 by which masks reach beyond their boxes. */
  readonly grow?: number;
  /** The logit of a mask at a point of the 1024², instead of ±10 in and outside of the box. */
  readonly logit?: (box: Found['box'], y: number, x: number) => number;
  readonly iou?: (box: Found['box']) => number;
  readonly on?: (model: 'detector' | 'encoder' | 'decoder', feeds: Feeds) => void;
  /** Changes what a model returns, or throws. */
  readonly spoil?: (
    model: 'detector' | 'encoder' | 'decoder',
    outputs: Record<string, Tensor>,
  ) => Record<string, Tensor>;
}

/**
 * CellSAM's networks as plain functions whose answers are known: the detector puts a box around each connected bright region of the third
 * channel, with its brightest value as score; the decoder fills the boxes.
 */
export function fakeCellsam(options: FakeOptions = {}): Record<'detector' | 'encoder' | 'decoder', ModelHandle> {
  const { profile = 'cellsam', on = () => undefined, spoil = (_, outputs) => outputs } = options;
  const specs = cellsamSpecs(profile);
  let calls = 0;
  const handle = (model: keyof typeof specs, run: (feeds: Feeds) => Record<string, Tensor>): ModelHandle => ({
    name: `test-${model}`,
    spec: specs[model],
    run: async (feeds) => {
      await Promise.resolve();
      on(model, feeds);
      return spoil(model, run(feeds));
    },
  });
  return {
    detector: handle('detector', (feeds) => {
      const found = (options.find ?? brightRegions)(thirdChannel(feeds['image']!), calls++);
      return listed(options.order?.(found) ?? found);
    }),
    encoder: handle('encoder', () => ({ embedding: tensor([1, 256, 64, 64], new Float32Array(256 * 64 * 64)) })),
    decoder: handle('decoder', (feeds) => drawn(feeds['boxes']!.data as Float32Array, options)),
  };
}

function tensor(dims: readonly number[], data: Float32Array): Tensor {
  return { dtype: 'float32', dims, data };
}

/** The third channel with SAM's mean and deviation undone. */
function thirdChannel({ data }: Tensor): Float32Array {
  const third = (data as Float32Array).slice(2 * AREA);
  for (let i = 0; i < AREA; i++) third[i] = (third[i]! * 57.375 + 103.53) / 255;
  return third;
}

/** Squares of at least 0.6, enlarged: beside them the values are up to a quarter of theirs, within at least 9/16. */
function brightRegions(third: Float32Array): Found[] {
  const mask = new Uint8Array(AREA);
  for (let i = 0; i < AREA; i++) mask[i] = third[i]! > 0.3 ? 1 : 0;
  const { labels } = label(mask, SIDE, SIDE, 8);
  const { ids, boxes } = measureRegions(labels, SIDE, SIDE, { properties: ['boxes'] });
  return Array.from(ids, (id, k) => {
    const { y0, x0, y1, x1 } = boxes[k]!;
    let score = 0;
    for (let y = y0; y < y1; y++) {
      for (let x = x0; x < x1; x++) if (labels[y * SIDE + x] === id) score = Math.max(score, third[y * SIDE + x]!);
    }
    return { box: [x0, y0, x1, y1], score: Math.min(score, 0.99) };
  });
}

function listed(found: readonly Found[]): Record<string, Tensor> {
  const logits = new Float32Array(2 * QUERIES).fill(-8);
  const boxes = new Float32Array(4 * QUERIES);
  const toLogit = (score: number): number => Math.log(score / (1 - score));
  for (const [query, { box, score, second }] of found.entries()) {
    const [x0, y0, x1, y1] = box;
    logits[2 * query] = toLogit(score);
    if (second !== undefined) logits[2 * query + 1] = toLogit(second);
    boxes.set(
      [(x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0].map((length) => length / SIDE),
      4 * query,
    );
  }
  return { logits: tensor([1, QUERIES, 2], logits), boxes: tensor([1, QUERIES, 4], boxes) };
}

function drawn(corners: Float32Array, { grow = 0, logit, iou = () => 0.9 }: FakeOptions): Record<string, Tensor> {
  const count = corners.length / 4;
  const masks = new Float32Array(count * MASK * MASK).fill(-10);
  const ious = new Float32Array(count);
  for (let k = 0; k < count; k++) {
    const [x0, y0, x1, y1] = [0, 1, 2, 3].map((c) => Math.round(corners[4 * k + c]!)) as [
      number,
      number,
      number,
      number,
    ];
    ious[k] = iou([x0, y0, x1, y1]);
    const first = k * MASK * MASK;
    for (let r = 0, i = first; r < MASK; r++) {
      const y = 4 * r + 2;
      const outside = logit === undefined && (y <= y0 - grow || y >= y1 + grow);
      for (let c = 0; c < MASK && !outside; c++, i++) {
        const x = 4 * c + 2;
        if (logit !== undefined) masks[i] = logit([x0, y0, x1, y1], y, x);
        else if (x > x0 - grow && x < x1 + grow) masks[i] = 10;
      }
      i = first + (r + 1) * MASK;
    }
  }
  return { masks: tensor([count, 1, MASK, MASK], masks), iou: tensor([count, 1], ious) };
}

/** A drawing of bright rectangles: rows y … y + height, columns x … x + width, of a brightness of 0–1000. */
export interface Rectangle {
  readonly y: number;
  readonly x: number;
  readonly height: number;
  readonly width: number;
  readonly value?: number;
}

export function drawRectangles(height: number, width: number, rectangles: readonly Rectangle[]): Uint16Array {
  const plane = new Uint16Array(height * width);
  for (const { value = 1000, ...box } of rectangles) paint(plane, width, box, value);
  return plane;
}

/** The labels of rectangles that do not touch: 1 … n in the order of their first pixels. */
export function labelRectangles(height: number, width: number, rectangles: readonly Rectangle[]): Int32Array {
  const labels = new Int32Array(height * width);
  const sorted = rectangles.toSorted((a, b) => a.y - b.y || a.x - b.x);
  for (const [k, box] of sorted.entries()) paint(labels, width, box, k + 1);
  return labels;
}

function paint(plane: Uint16Array | Int32Array, width: number, box: Rectangle, value: number): void {
  for (let y = box.y; y < box.y + box.height; y++) {
    plane.fill(value, y * width + box.x, y * width + box.x + box.width);
  }
}
