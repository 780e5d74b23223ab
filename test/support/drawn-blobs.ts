import type { Image } from '../../kernels/image.ts';

/** Round cells on a jittered grid: bright nuclei, membranes that are bright in the middle, since the tiny nets copy channels. */
export function drawBlobs(height: number, width: number, mpp = 0.5, pitch = 22): Image {
  const nuclear = new Uint16Array(height * width);
  const membrane = new Uint16Array(height * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [r, c] = [Math.floor(y / pitch), Math.floor(x / pitch)];
      const cy = (r + 0.5) * pitch + 2 * Math.sin(5 * r + 3 * c);
      const cx = (c + 0.5) * pitch + 2 * Math.cos(7 * r + 2 * c);
      const d = (y - cy) ** 2 + (x - cx) ** 2;
      nuclear[y * width + x] = 100 + 20_000 * Math.exp(-d / 30);
      membrane[y * width + x] = 100 + 9_000 * Math.exp(-d / 70);
    }
  }
  const channels = [
    { name: 'DAPI', role: 'nuclear' },
    { name: 'NaK', role: 'membrane' },
  ] as const;
  return { height, width, mpp, intensity: 'counts', channels, planes: [nuclear, membrane] };
}
