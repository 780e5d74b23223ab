import { readFile, writeFile } from 'node:fs/promises';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { compiled } from './package-root.ts';

/** Entry of the workflow code, for Temporal's bundler. */
export const workflowsPath: string = compiled('workflows/index.js');
export const bundlePath: string = compiled('workflow-bundle.js');

/** Bundles the workflows into one file (with its source map, which the worker wants inline). */
export async function bundleWorkflows(target: string = bundlePath): Promise<void> {
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') });
  const before = await readFile(target, 'utf8').catch(() => '');
  if (before !== code) await writeFile(target, code);
}
