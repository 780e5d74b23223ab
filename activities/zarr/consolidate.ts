import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson, writeJson } from './files.ts';

const METADATA_FILES = ['.zarray', '.zattrs', '.zgroup'];

/** Writes `.zmetadata`: all metadata below `rootDir` in one file, so that a reader need not list folders. */
export async function consolidate(rootDir: string): Promise<void> {
  const metadata: Record<string, unknown> = {};
  const visit = async (path: string): Promise<void> => {
    const entries = await readdir(join(rootDir, path), { withFileTypes: true });
    const names = new Set(entries.map((entry) => entry.name));
    const prefix = path === '' ? '' : `${path}/`;
    for (const name of METADATA_FILES) {
      if (names.has(name)) metadata[prefix + name] = await readJson(join(rootDir, path, name));
    }
    if (names.has('.zarray')) return; // below an array lie only chunks
    for (const entry of entries.filter((entry) => entry.isDirectory()).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      await visit(prefix + entry.name);
    }
  };
  await visit('');
  await writeJson(join(rootDir, '.zmetadata'), { zarr_consolidated_format: 1, metadata });
}
