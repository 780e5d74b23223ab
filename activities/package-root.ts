import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of Fovea's package.json, whether this file runs from source or compiled. */
export const packageRoot: string = (() => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
})();

/** A compiled file: child processes and Temporal's bundler need plain JavaScript. */
export const compiled = (path: string): string => join(packageRoot, 'dist', path);

const manifest = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
export const FOVEA_VERSION: string = manifest.version;
