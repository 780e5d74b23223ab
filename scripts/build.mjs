// Compiles the project to dist/ and bundles the workflow code. Output of sources that are gone is removed.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const OUTPUT = /\.(js|d\.ts)$/;

function removeOrphans() {
  if (!existsSync(dist)) return;
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const path = relative(dist, join(entry.parentPath, entry.name));
    if (!entry.isFile() || !OUTPUT.test(path) || !/[\\/]/.test(path)) continue;
    if (!existsSync(join(root, path.replace(OUTPUT, '.ts')))) rmSync(join(dist, path));
  }
}

removeOrphans();
// A dist whose files were removed by hand must not be taken for built.
if (!existsSync(join(dist, 'cli', 'index.js'))) rmSync(join(dist, '.tsbuildinfo'), { force: true });
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
try {
  execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
} catch {
  console.error('build: the TypeScript above does not compile');
  process.exit(1);
}
const { bundleWorkflows } = await import(pathToFileURL(join(dist, 'activities', 'bundle.js')).href);
await bundleWorkflows(join(dist, 'workflow-bundle.js'));
