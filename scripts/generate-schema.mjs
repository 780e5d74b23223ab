// Writes configs/pipeline.schema.json, which gives editors completion in pipeline files. Run `npm run build` before.
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const built = join(root, 'dist/core/pipeline.js');
if (!existsSync(built)) {
  process.stderr.write('dist/core/pipeline.js is missing; run npm run build first\n');
  process.exit(1);
}
const { pipelineJsonSchema } = await import(pathToFileURL(built).href);
const target = join(root, 'configs/pipeline.schema.json');
writeFileSync(target, `${JSON.stringify(pipelineJsonSchema(), null, 2)}\n`);
process.stdout.write(`wrote ${target}\n`);
