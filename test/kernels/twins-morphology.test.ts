import fc from 'fast-check';
import { findBoundaries } from '../../kernels/boundaries.ts';
import { distanceTransform } from '../../kernels/edt.ts';
import { erodeEdges } from '../../kernels/erode-edges.ts';
import { expandLabels } from '../../kernels/expand.ts';
import { greyClose, greyDilate, greyErode, greyOpen, whiteTopHat } from '../../kernels/grey-morphology.ts';
import type { Plane } from '../../kernels/image.ts';
import {
  binaryClose,
  binaryDilate,
  binaryErode,
  binaryFillHoles,
  binaryOpen,
  fillSmallMaskHoles,
  removeSmallMaskObjects,
} from '../../kernels/morphology.ts';
import { nearestZero } from '../../kernels/nearest-zero.ts';
import { otsu } from '../../kernels/otsu.ts';
import { peakLocalMax } from '../../kernels/peaks.ts';
import { twinsAgree } from '../support/twins.ts';

const random = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
};

const common = {
  height: fc.integer({ min: 1, max: 34 }),
  width: fc.integer({ min: 1, max: 61 }),
  seed: fc.integer({ min: 1, max: 2 ** 30 }),
};

/** Blocks of labels with specks of other labels and of background. */
const labelScenes = fc
  .record({ ...common, block: fc.integer({ min: 1, max: 14 }), specks: fc.constantFrom(0, 0.02, 0.2) })
  .map(({ height, width, seed, block, specks }) => {
    const draw = random(seed);
    const ids = [0, 1, 2, 70_000, 2 ** 31 - 1];
    const tiles = Array.from({ length: 36 * 64 }, () => ids[Math.floor(draw() * ids.length)]!);
    const labels = Int32Array.from({ length: height * width }, (_, i) => {
      if (draw() < specks) return draw() < 0.5 ? 0 : ids[Math.floor(draw() * ids.length)]!;
      return tiles[Math.floor(Math.floor(i / width) / block) * 64 + Math.floor((i % width) / block)]!;
    });
    return { labels, height, width };
  });

const TYPES = [Uint8Array, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array, Float32Array];

/** Planes of every dtype over its whole range, in a few levels or many; floats with zeros of both signs and infinities. */
const planes = fc
  .record({ ...common, type: fc.constantFrom(...TYPES), levels: fc.constantFrom(1, 2, 5, 1000) })
  .map(({ height, width, seed, type, levels }) => {
    const draw = random(seed);
    const plane: Plane = new type(height * width);
    for (let i = 0; i < plane.length; i++) {
      const level = Math.floor(draw() * levels) / levels;
      if (type !== Float32Array) plane[i] = level * 2 ** 32 - (draw() < 0.1 ? 1 : 0);
      else plane[i] = draw() < 0.05 ? -Infinity : draw() < 0.05 ? Infinity : draw() < 0.2 ? -0 : level - 0.4;
    }
    return { plane, height, width };
  });

/** Masks from almost empty to almost full, of bytes and of other values; some with whole columns of 0 or of 1. */
const masks = fc
  .record({
    ...common,
    // Some so wide and so full that the nearest 0 is far away.
    width: fc.oneof(common.width, fc.integer({ min: 60, max: 400 })),
    share: fc.constantFrom(0, 0.02, 0.3, 0.6, 0.9, 0.99, 0.9995, 1),
    columns: fc.constantFrom(0, 0.3),
    bytes: fc.boolean(),
  })
  .map(({ height, width, seed, share, columns, bytes }) => {
    const draw = random(seed);
    const fixed = Array.from({ length: width }, () => (draw() < columns ? (draw() < 0.5 ? 0 : 1) : null));
    const mask = new (bytes ? Uint8Array : Float32Array)(height * width);
    for (let i = 0; i < mask.length; i++) {
      mask[i] = (fixed[i % width] ?? (draw() < share ? 1 : 0)) * (bytes ? 1 + (i % 255) : -0.5);
    }
    return { mask, height, width };
  });

describe('the twins agree on', () => {
  test('distances and the nearest pixel that is 0', () => {
    fc.assert(
      fc.property(masks, ({ mask, height, width }) => {
        const both = (): unknown => [distanceTransform(mask, height, width), nearestZero(mask, height, width)];
        return twinsAgree(both);
      }),
      { numRuns: 1500 },
    );
  });

  test('labels grown into the background', () => {
    const sparse = fc.record({ mask: masks, distance: fc.constantFrom(0, 1, 1.5, 2, 4.3, 10, 200, Infinity) });
    fc.assert(
      fc.property(sparse, ({ mask: { mask, height, width }, distance }) => {
        const labels = Int32Array.from(mask, (value, i) => (value === 0 ? 0 : 1 + ((i * 7919) % 100_003)));
        return twinsAgree(() => expandLabels(labels, height, width, distance));
      }),
      { numRuns: 1500 },
    );
  });

  test('edges of objects taken off', () => {
    const connectivity = fc.constantFrom(4 as const, 8 as const);
    fc.assert(
      fc.property(labelScenes, connectivity, fc.integer({ min: 0, max: 5 }), ({ labels, height, width }, chosen, n) =>
        twinsAgree(() => erodeEdges(labels, height, width, n, { connectivity: chosen })),
      ),
      { numRuns: 1000 },
    );
  });

  test('grey dilation, erosion, opening, closing and top hat', () => {
    const operation = fc.constantFrom(greyDilate, greyErode, greyOpen, greyClose, whiteTopHat);
    const shape = fc.constantFrom('square' as const, 'disk' as const);
    const radius = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 80 }));
    fc.assert(
      fc.property(planes, operation, shape, radius, ({ plane, height, width }, operate, chosen, r) =>
        twinsAgree(() => operate(plane, height, width, r, { shape: chosen })),
      ),
      { numRuns: 1500 },
    );
  });

  test('erosion, dilation, opening and closing of masks', () => {
    const operation = fc.constantFrom(binaryErode, binaryDilate, binaryOpen, binaryClose);
    const radius = fc.oneof(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 70 }));
    fc.assert(
      fc.property(masks, operation, radius, ({ mask, height, width }, operate, r) =>
        twinsAgree(() => operate(mask, height, width, r)),
      ),
      { numRuns: 1000 },
    );
  });

  test('components of masks kept and holes filled', () => {
    const size = fc.constantFrom(0, 1, 2, 4.5, 20, 300);
    const connectivity = fc.constantFrom(4 as const, 8 as const);
    fc.assert(
      fc.property(masks, size, connectivity, ({ mask, height, width }, n, chosen) =>
        twinsAgree(() => [
          removeSmallMaskObjects(mask, height, width, n, { connectivity: chosen }),
          fillSmallMaskHoles(mask, height, width, n, { connectivity: chosen }),
          binaryFillHoles(mask, height, width),
        ]),
      ),
      { numRuns: 1000 },
    );
  });

  test('boundaries of labels', () => {
    const rule = fc.record({
      mode: fc.constantFrom('thick' as const, 'inner' as const, 'outer' as const),
      connectivity: fc.constantFrom(4 as const, 8 as const),
      background: fc.constantFrom(0, 1, -3, 2 ** 31 - 1),
    });
    fc.assert(
      fc.property(labelScenes, rule, ({ labels, height, width }, options) =>
        twinsAgree(() => findBoundaries(labels, height, width, options)),
      ),
      { numRuns: 1000 },
    );
  });

  test('thresholds by Otsu', () => {
    const bins = fc.oneof(fc.constant(256), fc.integer({ min: 2, max: 70_000 }));
    const narrow = fc.record({
      scene: planes,
      scale: fc.constantFrom(1, 1e-30, 2 ** -22),
      offset: fc.constantFrom(0, 1),
    });
    fc.assert(
      fc.property(narrow, bins, ({ scene: { plane }, scale, offset }, n) => {
        const wide = plane instanceof Int32Array || plane instanceof Uint32Array;
        const values = plane.map((value) =>
          plane instanceof Float32Array
            ? offset + scale * Math.max(-9, Math.min(9, value))
            : wide
              ? value % 5000
              : value,
        );
        return twinsAgree(() => otsu(values, n));
      }),
      { numRuns: 1000 },
    );
  });

  test('peaks, in their order', () => {
    const options = fc.record(
      {
        minDistance: fc.oneof(fc.integer({ min: 0, max: 7 }), fc.constantFrom(30, 10 ** 9)),
        thresholdAbs: fc.constantFrom(-0.3, 0, 0.3),
        excludeBorder: fc.boolean(),
      },
      { requiredKeys: ['minDistance'] },
    );
    fc.assert(
      fc.property(planes, fc.boolean(), options, ({ plane, height, width }, wide, chosen) => {
        const values = wide ? Float64Array.from(plane, (value) => value / 3) : Float32Array.from(plane);
        return twinsAgree(() => peakLocalMax(values, height, width, chosen));
      }),
      { numRuns: 1500 },
    );
  });
});
