import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Alias, Document, Node, Pair, YAMLMap } from 'yaml';
import type { IssueList, Path } from './issues.ts';

const MAX_BYTES = 2 ** 20;
const MAX_DEPTH = 32;
const MAX_ALIASES = 100;
const MAX_SYNTAX_ISSUES = 50;
const TOO_DEEP = `nested deeper than ${MAX_DEPTH} levels; flatten it`;

interface Located {
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

const startOf = (node: unknown): number => (node as Node | null)?.range?.[0] ?? 0;
const keyOf = (pair: Pair): string => String(isScalar(pair.key) ? pair.key.value : pair.key);

/** Line of the deepest part of `path` that the file has: the key for members of a map, the item for those of a list. */
function lineOf({ document, lines }: Located, path: Path): number {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      // The last of duplicate keys is the one whose value counts.
      const pair = node.items.findLast((item) => keyOf(item) === String(part));
      if (pair === undefined) break;
      offset = startOf(pair.key);
      node = pair.value;
    } else if (isSeq(node) && typeof part === 'number' && node.items[part] !== undefined) {
      node = node.items[part];
      offset = startOf(node);
    } else break;
  }
  return lines.linePos(offset).line;
}

interface Inspection {
  readonly firstAlias: Alias | null;
  /** Found something that makes the value as a whole unfit to be walked. */
  readonly unsafe: boolean;
}

/** Refuses what could hurt whoever walks the value: deep nesting, aliases to themselves, keys that name a prototype or stand twice. */
function inspect({ document, lines }: Located, issues: IssueList): Inspection {
  let firstAlias: Alias | null = null;
  let unsafe = false;
  let aliases = 0;
  // The library's own look-up of an anchor walks the whole document.
  const anchors = new Map<string, Node>();
  const note = (node: Node & { anchor?: string }): undefined => {
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
  };
  const at = (node: unknown): number => lines.linePos(startOf(node)).line;
  const tooDeep = (node: unknown, path: readonly unknown[]): symbol | undefined => {
    if (path.length <= 2 * MAX_DEPTH) return undefined;
    issues.add('TOO_LARGE', [], TOO_DEEP, at(node));
    unsafe = true;
    return visit.BREAK;
  };
  const inspectKeys = ({ items }: YAMLMap, path: readonly unknown[]): undefined => {
    const seen = new Set<string>();
    for (const pair of items) {
      const key = keyOf(pair);
      const names = (): string[] => [...path.filter(isPair).map(keyOf), key];
      if (key === '__proto__') {
        issues.add('UNKNOWN_KEY', names(), '"__proto__" cannot be used as a name; choose another', at(pair.key));
        unsafe = true;
      } else if (seen.has(key)) {
        issues.add('DUPLICATE_KEY', names(), `"${key}" stands twice in the same map; keep one of them`, at(pair.key));
      }
      seen.add(key);
    }
  };
  visit(document, {
    Map: (_key, node, path) => note(node) ?? tooDeep(node, path) ?? inspectKeys(node, path),
    Seq: (_key, node, path) => note(node) ?? tooDeep(node, path),
    Scalar: (_key, node) => note(node),
    Alias: (_key, alias, path) => {
      firstAlias ??= alias;
      const target = anchors.get(alias.source);
      const name = `*${alias.source}`;
      aliases += 1;
      if (aliases > MAX_ALIASES) {
        issues.add('ALIASES', [], `more than ${MAX_ALIASES} aliases; write the values out`, at(alias));
      } else if (target === undefined) {
        issues.add('YAML', [], `no anchor &${alias.source} precedes the alias ${name}; define it first`, at(alias));
      } else if (path.includes(target)) {
        issues.add('ALIASES', [], `the alias ${name} lies inside its own anchor; write the value out`, at(alias));
      } else return undefined;
      unsafe = true;
      return visit.BREAK;
    },
  });
  return { firstAlias, unsafe };
}

/** Syntax errors and warnings of the parser as issues; says whether there were any. */
function reportSyntax({ document, lines }: Located, issues: IssueList): boolean {
  if (document.errors.some(({ code }) => code === 'RESOURCE_EXHAUSTION')) {
    issues.add('TOO_LARGE', [], TOO_DEEP, 1);
    return true;
  }
  const seen = new Set<string>();
  for (const error of [...document.errors, ...document.warnings]) {
    const line = lines.linePos(error.pos[0]).line;
    const message = error.message.replace(/\s+/g, ' ').trim();
    // One slip can make the parser complain at every bracket after it.
    if (seen.has(`${line} ${message}`) || seen.size === MAX_SYNTAX_ISSUES) continue;
    seen.add(`${line} ${message}`);
    issues.add('YAML', [], `not valid YAML: ${message}; correct the syntax here or just above`, line);
  }
  return seen.size > 0;
}

/**
 * Parses one YAML 1.2 document (core schema, no merge keys) into plain values and teaches `issues` the lines of its paths.
 * Returns undefined when there is nothing to go on with; the reasons are in `issues`: text above 1 MiB, syntax, nesting
 * above 32 levels, aliases that multiply beyond 100.
 */
export function readYaml(text: string, issues: IssueList): unknown {
  if (text.length > MAX_BYTES) {
    issues.add('TOO_LARGE', [], `${text.length} characters, wanted at most ${MAX_BYTES}; is this the right file?`);
    return undefined;
  }
  const lines = new LineCounter();
  let stage: 'nested' | 'aliased' = 'nested';
  let firstAlias: Alias | null = null;
  try {
    const document = parseDocument(text.replace(/^\uFEFF/, ''), {
      ...{ lineCounter: lines, prettyErrors: false, logLevel: 'error' },
      // The parser's own check takes quadratic time; see inspectKeys.
      uniqueKeys: false,
    });
    const located = { document, lines };
    issues.lineOf = (path) => lineOf(located, path);
    if (reportSyntax(located, issues)) return undefined;
    const inspected = inspect(located, issues);
    firstAlias = inspected.firstAlias;
    if (inspected.unsafe) return undefined;
    stage = 'aliased';
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (err) {
    if (stage === 'aliased' && err instanceof Error && firstAlias !== null) {
      const line = lines.linePos(startOf(firstAlias)).line;
      issues.add('ALIASES', [], `aliases stand for more than ${MAX_ALIASES} values; write the values out`, line);
      return undefined;
    }
    // The parser recurses: only an absurd depth exhausts the stack.
    if (!(err instanceof RangeError)) throw err;
    issues.add('TOO_LARGE', [], TOO_DEEP, 1);
    return undefined;
  }
}
