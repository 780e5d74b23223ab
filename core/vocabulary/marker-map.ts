import { z } from 'zod';
import { IssueList } from '../issues.ts';
import { readYaml } from '../read-yaml.ts';
import { reportSchema } from '../schema-issues.ts';
import type { MarkerMap } from './resolve-marker.ts';

const mapSchema = z.record(z.string(), z.string().nullable());

/** Reads a map of markers from YAML or JSON: `channel: marker`, or `channel: null`. Throws one PIPELINE error with every problem. */
export function parseMarkerMap(text: string, file: string): MarkerMap {
  const issues = new IssueList(file);
  const value = readYaml(text, issues) ?? {};
  const complaint = 'is no map of markers (channel: marker, or channel: null)';
  issues.throwIfAny(complaint);
  const parsed = mapSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const where = { at: [], code: 'SCHEMA', unknown: 'UNKNOWN_KEY', noun: 'key' } as const;
  reportSchema({ error: parsed.error, schema: mapSchema, value }, where, issues);
  issues.throwIfAny(complaint);
  return {};
}
