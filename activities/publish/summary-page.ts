import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { storeError } from '../store/file-errors.ts';
import { html, trusted } from './html.ts';
import { plotFigures } from './plots/figures.ts';
import type { SummaryFov, SummaryInput } from './summary-input.ts';
import { SCRIPT, STYLE } from './summary-style.ts';
import { failureTable, fovTable, gallery, header, outputList, stepTable, versions } from './summary-sections.ts';
import type { Pictures } from './summary-sections.ts';

/** Pictures lie inside the page up to this many fields of view, in a folder beside it above. */
const MAX_EMBEDDED = 200;
const THUMBNAILS = 'thumbnails';

/**
 * Writes the HTML page of a run: plots of the cohort's tables, a table of fields of view to sort, a gallery, failures with their remedies, the files to
 * open and every step's parameters. One file that needs no network and no server; with more than 200 fields of view the
 * pictures go to `thumbnails/` beside it. All text is escaped, and a content security policy lets only the page's own
 * script run. Throws DISK_FULL or STORE when writing fails.
 */
export async function writeSummaryPage(path: string, input: SummaryInput): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const pictures = await placePictures(dirname(path), input.fovs);
    await writeFile(path, page(input, pictures));
  } catch (err) {
    throw await storeError(err, 'write', path);
  }
}

async function placePictures(folder: string, fovs: readonly SummaryFov[]): Promise<Pictures> {
  const pictures = new Map<SummaryFov, string>();
  const embedded = fovs.length <= MAX_EMBEDDED;
  if (!embedded) await mkdir(join(folder, THUMBNAILS), { recursive: true });
  for (const [i, fov] of fovs.entries()) {
    if (fov.thumbnail === null) continue;
    if (embedded) {
      pictures.set(fov, `data:image/webp;base64,${Buffer.from(fov.thumbnail).toString('base64')}`);
    } else {
      const file = `${THUMBNAILS}/${String(i + 1).padStart(5, '0')}.webp`; // a field's name may be no file name
      await writeFile(join(folder, file), fov.thumbnail);
      pictures.set(fov, file);
    }
  }
  return pictures;
}

function page(input: SummaryInput, pictures: Pictures): string {
  const hash = createHash('sha256').update(SCRIPT).digest('base64');
  const policy = `default-src 'none'; img-src data: 'self' file:; style-src 'unsafe-inline'; script-src 'sha256-${hash}'`;
  const title = `${input.pipeline} ${input.revision}`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${trusted(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <main>
          ${header(input)}${failureTable(input)}${plotFigures(input.plots ?? [])}${fovTable(input.fovs, pictures)}${gallery(input.fovs, pictures)}
          ${outputList(input)}${stepTable(input)}${versions(input)}
        </main>
        ${trusted(`<script>${SCRIPT}</script>`)}
      </body>
    </html>`.markup.concat('\n');
}
