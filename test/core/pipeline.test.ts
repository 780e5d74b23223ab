import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { pipelineJsonSchema, pipelineSchema } from '../../core/pipeline.ts';

const CONFIGS = join(import.meta.dirname, '../../configs');

test('the schema for editors is current (node scripts/generate-schema.mjs writes it)', () => {
  const file = join(CONFIGS, 'pipeline.schema.json');
  const text = `${JSON.stringify(pipelineJsonSchema(), null, 2)}\n`;
  if (process.env['FOVEA_UPDATE'] === '1') writeFileSync(file, text);
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('the schema for editors describes every key and asks only for what has no default', () => {
  const schema = z.fromJSONSchema(pipelineJsonSchema() as Parameters<typeof z.fromJSONSchema>[0]);
  const minimal = { fovea: 1, name: 'x', source: { glob: '*.tif' }, steps: { a: { use: 'normalize' } } };
  expect(schema.safeParse(minimal).success).toBe(true);
  expect(schema.safeParse({ ...minimal, onfailure: 'skip' }).success).toBe(false);
  expect(schema.safeParse({ ...minimal, name: 'X' }).success).toBe(false);
  const text = JSON.stringify(pipelineJsonSchema());
  for (const shape of [pipelineSchema.shape, pipelineSchema.shape.source.shape]) {
    for (const [key, member] of Object.entries(shape)) {
      expect(`${key}: ${member.description}`).not.toBe(`${key}: undefined`);
      expect(text).toContain(`"${key}":`);
    }
  }
});

test.each(['tissue', 'watershed', 'mibi'])('the pipeline %s that ships fits the schema', (name) => {
  const pipeline = pipelineSchema.parse(parse(readFileSync(join(CONFIGS, `pipelines/${name}.yaml`), 'utf8')));
  expect(pipeline.name).toBe(name);
  expect(Object.keys(pipeline.publish)).toEqual(['image', 'cells', 'nuclei', 'table', 'summary']);
});
