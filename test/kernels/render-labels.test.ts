import fc from 'fast-check';
import { overlayOutlines, renderLabels } from '../../kernels/render-labels.ts';

describe('renderLabels', () => {
  test('every object has one colour, touching objects differ, background is transparent', () => {
    const scene = fc.record({
      height: fc.integer({ min: 1, max: 12 }),
      width: fc.integer({ min: 1, max: 14 }),
      labels: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 168, maxLength: 168 }),
    });
    fc.assert(
      fc.property(scene, ({ height, width, labels: list }) => {
        const labels = Int32Array.from(list.slice(0, height * width));
        const pixels = renderLabels(labels, height, width);
        const colourOf = (i: number): string => pixels.subarray(4 * i, 4 * i + 4).join(' ');
        const colours = new Map<number, string>([[0, '0 0 0 0']]);
        labels.forEach((id, i) => {
          colours.set(id, colours.get(id) ?? colourOf(i));
          expect(colourOf(i)).toBe(colours.get(id));
        });
        for (let i = 0; i < labels.length; i++) {
          const touching = [i % width < width - 1 ? i + 1 : i, i + width < labels.length ? i + width : i];
          for (const j of touching) expect(colourOf(i) === colourOf(j)).toBe(labels[i] === labels[j]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('outlines are darker, background may have a colour', () => {
    const labels = new Int32Array(25).fill(3);
    labels[0] = 0;
    const pixels = renderLabels(labels, 5, 5, { outlines: true, background: [9, 8, 7] });
    expect([...pixels.subarray(0, 4)]).toEqual([9, 8, 7, 255]);
    const light = (i: number): number => pixels[4 * i]! + pixels[4 * i + 1]! + pixels[4 * i + 2]!;
    expect(light(1)).toBeLessThan(0.6 * light(12));
  });

  test('refuses wrong sizes and negative ids', () => {
    expect(() => renderLabels(new Int32Array(3), 2, 2)).toThrow('renderLabels: labels: has 3 values');
    expect(() => renderLabels(Int32Array.of(0, -7), 1, 2)).toThrow('renderLabels: the label at index 1 is -7');
  });
});

describe('overlayOutlines', () => {
  test('is grey but for outlines', () => {
    const labels = new Int32Array(25).fill(1);
    labels[12] = 2;
    const pixels = overlayOutlines(new Uint16Array(25).fill(500), labels, 5, 5, { white: 1000, colour: [255, 0, 0] });
    expect([...pixels.subarray(36, 39)]).toEqual([255, 0, 0]);
    expect([...pixels.subarray(0, 3)]).toEqual([128, 128, 128]);
    expect(() => overlayOutlines(new Uint8Array(25), labels, 5, 5, { white: 0 })).toThrow('white is 0');
  });
});
