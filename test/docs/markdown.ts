import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export const root: string = join(import.meta.dirname, '../..');

const SKIPPED = ['node_modules', 'dist', 'coverage', 'results', 'demo'];

/** The repository's Markdown files, relative to its root; hidden folders and what is built or installed left out. */
export function markdownFiles(folder: string = root): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return entry.name.startsWith('.') || SKIPPED.includes(entry.name) ? [] : markdownFiles(path);
    }
    return entry.name.endsWith('.md') ? [relative(root, path)] : [];
  });
}

export const readText = (path: string): string => readFileSync(join(root, path), 'utf8');

export interface CodeBlock {
  readonly language: string;
  readonly text: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
}

/** The fenced code blocks of a Markdown text. */
export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^```([\w-]*)\n([\s\S]*?)^```$/gm)].map(({ 1: language = '', 2: text = '', index }) => ({
    ...{ language, text },
    line: markdown.slice(0, index).split('\n').length,
  }));
}
