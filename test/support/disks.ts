/** A labels grid, row-major. */
export interface Grid {
  readonly height: number;
  readonly width: number;
  readonly data: Int32Array | ArrayLike<number>;
}

export interface Disk {
  readonly y: number;
  readonly x: number;
  readonly radius: number;
}

/** Bright disks on a dim ground, at places known to a fraction of a pixel. Pixel centres are at integers. */
export interface Scene {
  readonly height: number;
  readonly width: number;
  readonly plane: Uint16Array;
  readonly disks: readonly Disk[];
  /** The value between disk and ground. */
  readonly halfway: number;
}

const BRIGHT = 1200;
const DIM = 60;
/** Samples along y and x from which a pixel on a disk's edge is averaged. */
const SAMPLES = 4;

/** Draws disks near the corners of a square lattice, off it by up to ±4 pixels; the same for ever. */
export function drawDisks(height: number, width: number, options: { radiusPx: number; pitchPx: number }): Scene {
  const { radiusPx: radius, pitchPx } = options;
  let state = 11;
  const random = (): number => (state = (state * 48271) % 2147483647) / 2147483647;
  const disks: Disk[] = [];
  for (let y = 22; y < height - 20; y += pitchPx) {
    for (let x = 22; x < width - 20; x += pitchPx) {
      disks.push({ y: y + 8 * random() - 4, x: x + 8 * random() - 4, radius });
    }
  }
  const plane = Uint16Array.from({ length: height * width }, () => Math.round(DIM + 40 * random() - 20));
  for (const disk of disks) {
    forPixels(disk, radius + 1, height, width, (y, x) => {
      let inside = 0;
      for (let i = 0; i < SAMPLES ** 2; i++) {
        const sy = y - 0.5 + (Math.floor(i / SAMPLES) + 0.5) / SAMPLES;
        const sx = x - 0.5 + ((i % SAMPLES) + 0.5) / SAMPLES;
        if ((sy - disk.y) ** 2 + (sx - disk.x) ** 2 <= radius ** 2) inside++;
      }
      plane[y * width + x]! += Math.round((inside / SAMPLES ** 2) * (BRIGHT - DIM + 100 * random()));
    });
  }
  return { height, width, plane, disks, halfway: (BRIGHT + DIM) / 2 };
}

function forPixels(
  { y, x }: Disk,
  reach: number,
  height: number,
  width: number,
  visit: (y: number, x: number) => void,
): void {
  for (let py = Math.max(0, Math.ceil(y - reach)); py <= Math.min(height - 1, y + reach); py++) {
    for (let px = Math.max(0, Math.ceil(x - reach)); px <= Math.min(width - 1, x + reach); px++) visit(py, px);
  }
}

/** How labels lie on a scene; lengths in pixels of the scene. */
export interface Overlay {
  readonly disks: number;
  /** Disks whose most frequent label covers more than half of them. */
  readonly matched: number;
  /** Median over matched disks of label centroid minus disk centre. */
  readonly dy: number;
  readonly dx: number;
  /** The same in each quarter of the field. */
  readonly corners: readonly { readonly name: string; readonly dy: number; readonly dx: number }[];
  readonly medianDistancePx: number;
  readonly medianIou: number;
  /** Mean brightness of the scene under labels, and in a ring of 2 to 4 pixels around them. */
  readonly insideMean: number;
  readonly ringMean: number;
}

/** Pixels of the labels' grid → pixels of the scene. */
export type ToScene = (y: number, x: number) => [number, number];

/** Measures each disk against the label that covers most of it, within 15 pixels of its centre. */
export function measureOverlay(scene: Scene, labels: Grid, toScene: ToScene = (y, x) => [y, x]): Overlay {
  const [y0, x0] = toScene(0, 0);
  const step = toScene(1, 0)[0] - y0;
  const toLabels = ({ y, x, radius }: Disk): Disk => ({
    y: (y - y0) / step,
    x: (x - x0) / step,
    radius: radius / step,
  });
  const found = scene.disks.flatMap((disk) => {
    const one = measureDisk(toLabels(disk), labels, 15 / step, step);
    return one === null ? [] : [{ disk, ...one }];
  });
  const shift = (some: typeof found) => ({
    dy: median(some.map(({ dy }) => dy)),
    dx: median(some.map(({ dx }) => dx)),
  });
  const corners = ['top left', 'top right', 'bottom left', 'bottom right'].map((name) => {
    const own = found.filter(
      ({ disk }) =>
        disk.y < scene.height / 2 === name.startsWith('top') && disk.x < scene.width / 2 === name.endsWith('left'),
    );
    return { name, ...shift(own) };
  });
  return {
    ...{ disks: scene.disks.length, matched: found.length, corners, ...shift(found) },
    medianDistancePx: median(found.map(({ dy, dx }) => Math.hypot(dy, dx))),
    medianIou: median(found.map(({ iou }) => iou)),
    ...brightness(scene, labels, step),
  };
}

function measureDisk(
  disk: Disk,
  { height, width, data }: Grid,
  reach: number,
  step: number,
): { dy: number; dx: number; iou: number } | null {
  const inside = (y: number, x: number): boolean => (y - disk.y) ** 2 + (x - disk.x) ** 2 <= disk.radius ** 2;
  const counts = new Map<number, number>();
  let pixels = 0;
  forPixels(disk, disk.radius, height, width, (y, x) => {
    if (!inside(y, x)) return;
    pixels++;
    const id = data[y * width + x]!;
    if (id !== 0) counts.set(id, (counts.get(id) ?? 0) + 1);
  });
  const [best] = [...counts].sort((a, b) => b[1] - a[1]);
  if (best === undefined || best[1] <= pixels / 2) return null;
  const sum = { y: 0, x: 0, n: 0 };
  forPixels(disk, reach, height, width, (y, x) => {
    if (data[y * width + x] !== best[0]) return;
    sum.y += y;
    sum.x += x;
    sum.n++;
  });
  return {
    dy: (sum.y / sum.n - disk.y) * step,
    dx: (sum.x / sum.n - disk.x) * step,
    iou: best[1] / (pixels + sum.n - best[1]),
  };
}

function brightness(
  { height, width, plane }: Scene,
  labels: Grid,
  step: number,
): Pick<Overlay, 'insideMean' | 'ringMean'> {
  if (step !== 1 || labels.height !== height || labels.width !== width) return { insideMean: NaN, ringMean: NaN };
  const { data } = labels;
  const sums = { inside: 0, ring: 0 };
  const counts = { inside: 0, ring: 0 };
  const near = (y: number, x: number, reach: number): boolean => {
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) if (data[(y + dy) * width + x + dx] !== 0) return true;
    }
    return false;
  };
  for (let y = 4; y < height - 4; y++) {
    for (let x = 4; x < width - 4; x++) {
      const part = data[y * width + x] !== 0 ? 'inside' : near(y, x, 1) || !near(y, x, 4) ? null : 'ring';
      if (part === null) continue;
      sums[part] += plane[y * width + x]!;
      counts[part]++;
    }
  }
  return { insideMean: sums.inside / counts.inside, ringMean: sums.ring / counts.ring };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}

/** What is wrong with an overlay, a sentence each; none for labels that lie where the light is. */
export function overlayProblems(found: Overlay): string[] {
  const problems: string[] = [];
  const { disks, matched, dy, dx, corners, medianDistancePx, medianIou, insideMean, ringMean } = found;
  const far = (value: number, limit: number): boolean => !(Math.abs(value) < limit);
  if (matched < 0.98 * disks) problems.push(`only ${matched} of ${disks} disks have labels`);
  if (far(dy, 0.5) || far(dx, 0.5)) problems.push(`labels are shifted by ${dy.toFixed(2)}, ${dx.toFixed(2)} pixels`);
  for (const { name, ...corner } of corners) {
    if (far(corner.dy, 0.75) || far(corner.dx, 0.75))
      problems.push(`labels are off by ${corner.dy.toFixed(2)}, ${corner.dx.toFixed(2)} pixels in the ${name} corner`);
  }
  if (far(medianDistancePx, 1)) problems.push(`centroids are ${medianDistancePx.toFixed(2)} pixels away`);
  if (!(medianIou > 0.8)) problems.push(`labels and disks share ${medianIou.toFixed(2)} of their union`);
  if (!(insideMean > 3 * ringMean))
    problems.push(`it is ${insideMean.toFixed(0)} bright under labels, ${ringMean.toFixed(0)} around`);
  return problems;
}
