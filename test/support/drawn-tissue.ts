import type { Image, Labels } from '../../kernels/image.ts';

/** Names and roles of the channels `drawTissue` draws. */
export const DRAWN_CHANNELS = [
  { name: 'DAPI', role: 'nuclear' },
  { name: 'CD45', role: 'membrane' },
  { name: 'CD3', role: null },
] as const;

export interface DrawnTissue {
  /** uint16 counts. */
  readonly image: Image;
  readonly cells: Labels;
  readonly nuclei: Labels;
}

/**
 * A plain field of view for step tests: round nuclei on a jittered lattice, polygonal cells with bright borders, one marker whose
 * brightness alternates, all from integer arithmetic and one small generator, so that it is the same for ever. `pitchPx` apart.
 */
export function drawTissue(height: number, width: number, mpp = 0.5, pitchPx = 20): DrawnTissue {
  const random = lehmer(7);
  const centres: { y: number; x: number }[] = [];
  for (let y = pitchPx >> 1; y < height; y += pitchPx) {
    for (let x = (pitchPx >> 1) + ((centres.length * 3) % 5); x < width; x += pitchPx) {
      centres.push({ y: y + (random() % 5) - 2, x: x + (random() % 5) - 2 });
    }
  }
  const size = height * width;
  const [cells, nuclei] = [new Int32Array(size), new Int32Array(size)];
  const planes = DRAWN_CHANNELS.map(() => new Uint16Array(size));
  const radius2 = Math.floor((pitchPx * pitchPx * 9) / 100);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const [near, next] = nearestTwo(centres, y, x);
      const noise = random() % 40;
      const inCell = near.d2 <= 4 * radius2;
      const border = inCell && next.d2 - near.d2 < 6 * pitchPx;
      if (inCell) cells[i] = near.id;
      if (near.d2 <= radius2) nuclei[i] = near.id;
      planes[0]![i] = 50 + noise + (near.d2 <= radius2 ? 1500 - Math.floor((600 * near.d2) / radius2) : 0);
      planes[1]![i] = 30 + noise + (border ? 900 : inCell ? 120 : 0);
      planes[2]![i] = noise + (inCell && near.id % 2 === 0 ? 400 : 0);
    }
  }
  return {
    image: { height, width, mpp, intensity: 'counts', channels: DRAWN_CHANNELS, planes },
    cells: { height, width, mpp, data: cells },
    nuclei: { height, width, mpp, data: nuclei },
  };
}

interface Near {
  readonly id: number;
  readonly d2: number;
}

function nearestTwo(centres: readonly { y: number; x: number }[], y: number, x: number): [Near, Near] {
  let near: Near = { id: 0, d2: Infinity };
  let next = near;
  centres.forEach((centre, index) => {
    const found = { id: index + 1, d2: (centre.y - y) ** 2 + (centre.x - x) ** 2 };
    if (found.d2 < near.d2) [near, next] = [found, near];
    else if (found.d2 < next.d2) next = found;
  });
  return [near, next];
}

/** The minimal standard generator of Park and Miller: products stay below 2^53. */
function lehmer(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647);
}
