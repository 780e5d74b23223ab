import { FoveaError } from './errors.ts';

/** What can be wrong with a pipeline file or the configuration it is compiled against. */
export type IssueCode =
  | 'YAML'
  | 'DUPLICATE_KEY'
  | 'ALIASES'
  | 'TOO_LARGE'
  | 'UNKNOWN_KEY'
  | 'SCHEMA'
  | 'UNKNOWN_STEP'
  | 'UNKNOWN_SOURCE'
  | 'UNKNOWN_PORT'
  | 'UNKNOWN_MODEL'
  | 'MISSING_INPUT'
  | 'LIST_NOT_ALLOWED'
  | 'KIND_MISMATCH'
  | 'SCOPE'
  | 'PARAMS'
  | 'CYCLE'
  | 'NO_QUEUE';

export interface Issue {
  readonly file: string;
  /** First line of the file is 1. */
  readonly line: number;
  /** Dotted path in the file, empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
  readonly code: IssueCode;
}

export type Path = readonly PropertyKey[];

/** Nobody reads more; a hostile file must not cost more. */
const MAX_ISSUES = 200;
const MAX_MESSAGE = 1000;

const cut = (text: string): string => (text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text);

/** Collects the problems of one file, the first 200 of them, so that they are reported together. */
export class IssueList {
  /** Line of a path; set once the file's structure is known. */
  lineOf: (path: Path) => number = () => 1;
  private readonly file: string;
  private readonly found: Issue[] = [];
  private more = false;

  constructor(file: string) {
    this.file = file;
  }

  get size(): number {
    return this.found.length;
  }

  /** Nothing further is kept. */
  get full(): boolean {
    return this.found.length === MAX_ISSUES;
  }

  add(code: IssueCode, path: Path, message: string, line?: number): void {
    if (this.full) {
      this.more = true;
      return;
    }
    const dotted = cut(path.map(String).join('.'));
    this.found.push({ file: this.file, line: line ?? this.lineOf(path), path: dotted, message: cut(message), code });
  }

  /** Throws one PIPELINE error that lists every issue in file order; `complaint` opens its message. */
  throwIfAny(complaint: string): void {
    if (this.found.length === 0) return;
    const issues = this.found.toSorted((a, b) => a.line - b.line || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
    const lines = issues.map(({ file, line, path, message, code }) => {
      const where = path === '' ? `${file}:${line}` : `${file}:${line} ${path}`;
      return `\n  ${where}: ${message} (${code})`;
    });
    if (this.more) lines.push('\n  and more, to be seen once these are corrected');
    throw new FoveaError('PIPELINE', `${this.file} ${complaint}:${lines.join('')}`, { fields: { issues } });
  }
}
