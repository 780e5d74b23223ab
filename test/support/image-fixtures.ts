import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readImage, type ReadOptions, type ReadResult, type SourceRow } from '../../activities/images/index.ts';
import { buildTiff, type FileSpec, type PageSpec } from './tiff-builder.ts';

/** A folder for one test file, removed at its end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fovea-images-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** height * width different-looking values 0–250, other ones for each seed. */
export function pattern(height: number, width: number, seed = 0): number[] {
  return Array.from({ length: height * width }, (_, i) => (i * 7 + seed * 13) % 251);
}

/** An uint8 page of 10x12 pixels unless told otherwise. */
export function page(spec: Partial<PageSpec> = {}, seed = 0): PageSpec {
  const { height = 10, width = 12 } = spec;
  return { height, width, dtype: 'uint8', values: [pattern(height, width, seed)], ...spec };
}

/** Writes a test TIFF (folders made as needed) and returns its path. */
export async function putTiff(path: string, pages: readonly PageSpec[], file: FileSpec = {}): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, await buildTiff(pages, file));
  return path;
}

type Request = Partial<Pick<SourceRow, 'mpp' | 'forceMpp' | 'panel'>>;

/** readImage at 0.5 µm per pixel and without panel unless told otherwise. */
export function read(image: string, request: Request = {}, options: ReadOptions = {}): Promise<ReadResult> {
  return readImage({ image, mpp: 0.5, forceMpp: false, panel: null, ...request }, options);
}

/** The error readImage throws, with its code; fails the test when it throws none. */
export async function readError(image: string, request: Request = {}, options: ReadOptions = {}): Promise<string> {
  const error: unknown = await read(image, request, options).then(
    () => new Error('readImage did not throw'),
    (thrown: unknown) => thrown,
  );
  const { code = '', message } = error as Error & { code?: string };
  return `${code} ${message}`;
}
