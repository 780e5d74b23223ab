import type { z } from 'zod';
import type { IssueCode, IssueList, Path } from './issues.ts';
import { show } from './show-value.ts';
import { closest, remedy } from './suggest.ts';

/** Names that may stand at `path` of a schema; empty where any or none may. */
function keysAt(schema: z.core.$ZodType, path: Path): string[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const [head, ...rest] = path;
  if ('innerType' in def) return keysAt(def.innerType, path);
  if (def.type === 'pipe') return keysAt(def.in, path);
  if (def.type === 'union') return def.options.flatMap((option) => keysAt(option, path));
  if (def.type === 'object' && head === undefined) return Object.keys(def.shape);
  if (head === undefined) return [];
  if (def.type === 'array') return keysAt(def.element, rest);
  if (def.type === 'record') return keysAt(def.valueType, rest);
  const name = String(head);
  return def.type === 'object' && Object.hasOwn(def.shape, name) ? keysAt(def.shape[name]!, rest) : [];
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

const WORDS: Readonly<Record<string, string>> = {
  object: 'a map',
  record: 'a map',
  array: 'a list',
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

const typeName = (expected: string): string => WORDS[expected] ?? expected;

function describeValue(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a map';
  return typeof value === 'string' ? JSON.stringify(show(value)) : show(value);
}

function describeIssue(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined && issue.path.length > 0) {
    const missing = `"${String(issue.path.at(-1))}" is missing`;
    if (issue.code === 'invalid_type') return `${missing}; write ${typeName(issue.expected)}`;
    if (issue.code === 'invalid_value') return `${missing}; write ${issue.values.map(String).join(' or ')}`;
    return `${missing}: ${issue.message}`;
  }
  const found = `found ${describeValue(value)}`;
  if (issue.code === 'invalid_value' && typeof value === 'string') {
    const guess = closest(value, issue.values.map(String));
    return `${issue.message}; ${found}${guess === null ? '' : `, did you mean "${guess}"?`}`;
  }
  if (issue.code === 'invalid_type') return `expected ${typeName(issue.expected)}, ${found}`;
  // Of a map or a list the message has said what is wrong with it.
  return typeof value === 'object' && value !== null ? issue.message : `${issue.message}; ${found}`;
}

interface Where {
  /** Path of the parsed value in the file. */
  readonly at: Path;
  readonly code: IssueCode;
  /** Code for keys the schema does not know. */
  readonly unknown: IssueCode;
  /** What such a key is called: `key`, `parameter`. */
  readonly noun: string;
}

/** Reports what zod found wrong with `value`, one issue per problem, with what was found and the nearest name. */
export function reportSchema(
  { error, schema, value }: { error: z.ZodError; schema: z.core.$ZodType; value: unknown },
  { at, code, unknown, noun }: Where,
  issues: IssueList,
): void {
  for (const issue of error.issues) {
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(schema, issue.path);
      for (const key of issue.keys) {
        if (issues.full) {
          // Only notes that there are more; a guess for each of thousands of keys would take long.
          issues.add(unknown, at, '');
          break;
        }
        issues.add(
          unknown,
          [...at, ...issue.path, key],
          `unknown ${noun} "${key}"; ${remedy(key, known, `the ${noun}s here`)}`,
        );
      }
    } else if (issue.code === 'invalid_key') {
      const reason = issue.issues.map(({ message }) => message).join(', ');
      issues.add(
        code,
        [...at, ...issue.path],
        `"${String(issue.path.at(-1))}" cannot be used as a name here: ${reason}`,
      );
    } else {
      issues.add(code, [...at, ...issue.path], describeIssue(issue, valueAt(value, issue.path)));
    }
  }
}
