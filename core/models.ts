import { z } from 'zod';
import type { Digest } from './artifact.ts';
import { IssueList } from './issues.ts';
import { readYaml } from './read-yaml.ts';
import { reportSchema } from './schema-issues.ts';

/** What is known of a model file: enough to fetch it, to check it and to run it. */
export interface ModelRecord {
  /** Path or address of the model file. */
  readonly file: string;
  /** SHA-256 of the model file. */
  readonly digest: Digest;
  /** SPDX expression, or the name of a licence that must be accepted. */
  readonly licence: string;
  /** Pixel size, channels, vocabulary and whatever else its steps read as `models[slot].spec`. */
  readonly spec: Readonly<Record<string, unknown>>;
}

const modelsSchema = z.strictObject({
  models: z.record(
    z.string().regex(/^[a-z][a-z0-9.-]{0,79}$/, 'a model name is a letter a–z followed by a–z, 0–9, "." and "-"'),
    z.strictObject({
      file: z.string().min(1).max(4096),
      sha256: z.string().regex(/^[0-9a-f]{64}$/, 'write the SHA-256 of the file: 64 hexadecimal digits in lower case'),
      licence: z.string().min(1).max(200),
      spec: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
});

/** Reads `models.yaml`: model name → file, sha256, licence, spec. Throws one PIPELINE error with every problem. */
export function parseModels(text: string, file: string): Record<string, ModelRecord> {
  const issues = new IssueList(file);
  const value = readYaml(text, issues);
  issues.throwIfAny('cannot be used');
  const parsed = modelsSchema.safeParse(value);
  if (parsed.success) {
    const records = Object.entries(parsed.data.models).map(([name, { sha256, ...rest }]) => [
      name,
      { ...rest, digest: sha256 },
    ]);
    return Object.fromEntries(records) as Record<string, ModelRecord>;
  }
  const where = { at: [], code: 'SCHEMA', unknown: 'UNKNOWN_KEY', noun: 'key' } as const;
  reportSchema({ error: parsed.error, schema: modelsSchema, value }, where, issues);
  issues.throwIfAny('cannot be used');
  return {};
}
