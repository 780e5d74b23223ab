import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSummaryPage } from '../../../activities/publish/summary-page.ts';
import type { SummaryFov, SummaryInput } from '../../../activities/publish/summary-input.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'fovea-page-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const FOV: SummaryFov = {
  fov: 'F1',
  status: 'ok',
  cells: 1234,
  areaMm2: 0.5,
  medianAreaUm2: 81.25,
  warnings: [],
  obs: {},
  href: 'F1.zarr',
  thumbnail: Buffer.from('picture'),
};
const INPUT: SummaryInput = {
  pipeline: 'tissue',
  revision: 'r0001',
  run: 'run-1',
  createdAt: '2026-11-22T14:03:12Z',
  software: { fovea: '0.1.0', node: 'v20' },
  fovs: [FOV],
  failures: [],
  steps: [{ id: 'shrink', step: 'resample', version: 2, params: { mpp: 0.5 } }],
  outputs: [{ label: 'cells.parquet', href: 'cells.parquet', note: 'one row per cell' }],
};

async function page(input: Partial<SummaryInput>): Promise<string> {
  await writeSummaryPage(join(dir, 'index.html'), { ...INPUT, ...input });
  return await readFile(join(dir, 'index.html'), 'utf8');
}
/** The page's words as a reader sees them, blanks folded. */
const words = (markup: string): string =>
  markup
    .replace(/<(script|style)>.*?<\/\1>/gs, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

test('counts, density, area, parameters, versions and files are on the page', async () => {
  const failed: SummaryFov = {
    ...FOV,
    fov: 'F2',
    status: 'failed',
    cells: null,
    medianAreaUm2: null,
    href: null,
    thumbnail: null,
  };
  const failure = { fov: 'F2', step: 'source', code: 'INVALID_INPUT', message: 'F2.tif is empty. Copy it again.' };
  const text = words(
    await page({
      fovs: [{ ...FOV, warnings: ['3 cells touch the border'], obs: { patient: 'P1' } }, failed],
      failures: [failure],
      score: [{ label: 'F1 at IoU 0.5', value: 0.87123 }],
    }),
  );
  expect(text).toContain('Revision r0001 · run run-1 · 2026-11-22 14:03 UTC');
  expect(text).toContain('2 fields of view 1,234 cells 1 failed 1 with warnings 0.871 F1 at IoU 0.5');
  expect(text).toContain('F1 ✓ ok 1,234 2,468 81.3 P1 3 cells touch the border');
  expect(text).toContain('F2 source INVALID_INPUT F2.tif is empty. Copy it again.');
  expect(text).toContain('shrink resample version 2 mpp 0.5');
  expect(text).toContain('cells.parquet one row per cell');
  expect(text).toContain('fovea 0.1.0 · node v20');
});

test('foreign text is escaped wherever it goes', async () => {
  const evil = `<script>alert("x")</script><img src=x onerror='y'>&`;
  const markup = await page({
    pipeline: evil,
    revision: evil,
    run: evil,
    createdAt: evil,
    software: { [evil]: evil },
    score: [{ label: evil, value: 1, note: evil }],
    fovs: [{ ...FOV, fov: evil, warnings: [evil], obs: { [evil]: evil }, href: evil }],
    failures: [{ fov: evil, step: evil, code: evil, message: evil }],
    steps: [{ id: evil, step: evil, version: 1, params: { [evil]: evil } }],
    outputs: [{ label: evil, href: `javascript:${evil}`, note: evil }],
  });
  expect(markup.match(/<script/g)).toHaveLength(1);
  expect(markup).not.toMatch(/<img src=x|onerror='/);
  expect(markup).not.toMatch(/href="javascript:/);
  expect(markup).toContain('href="javascript%3A');
  expect(words(markup)).toContain(
    '&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&lt;img src=x onerror=&#39;y&#39;&gt;&amp;',
  );
});

test("nothing is loaded from elsewhere, and only the page's own script may run", async () => {
  const markup = await page({});
  expect(markup).not.toMatch(/https?:\/\//);
  const script = /<script>(.*)<\/script>/s.exec(markup)?.[1] ?? '';
  const hash = createHash('sha256').update(script).digest('base64');
  expect(markup).toContain(`script-src &#39;sha256-${hash}&#39;`);
  expect(markup).toContain(`<img src="data:image/webp;base64,${Buffer.from('picture').toString('base64')}"`);
  expect(await readdir(dir)).toEqual(['index.html']);
});

test('above 200 fields of view the pictures lie beside the page, under names of their own', async () => {
  const fovs = Array.from({ length: 201 }, (_, i) => ({ ...FOV, fov: `../${i}` }));
  const markup = await page({ fovs });
  expect(markup).toContain('<img src="thumbnails/00201.webp"');
  expect(markup).not.toContain('data:image');
  const files = await readdir(join(dir, 'thumbnails'));
  expect(files).toHaveLength(201);
  expect(await readFile(join(dir, 'thumbnails/00001.webp'), 'utf8')).toBe('picture');
});

test('a run where everything failed is a page too', async () => {
  const text = words(await page({ fovs: [], steps: [], outputs: [], software: {} }));
  expect(text).toContain('0 fields of view 0 cells');
  expect(text).not.toMatch(/Gallery|Failures|Steps|Files|NaN|Infinity|undefined/);
});
