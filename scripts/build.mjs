// Compiles the project to dist/ and bundles the workflow code. Only what changed is compiled again.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.build.json')], {
  stdio: 'inherit',
});
const bundler = join(root, 'dist/activities/bundle.js');
if (existsSync(bundler)) {
  const { bundleWorkflows } = await import(pathToFileURL(bundler).href);
  await bundleWorkflows(join(root, 'dist/workflow-bundle.js'));
}
