import Papa from 'papaparse';
import { remedy } from '../../core/suggest.ts';
import { OPERATORS } from './rules.ts';
import type { Operator, Rule } from './rules.ts';

/** Rules read from text, and what could not be read, a sentence each with its line. */
export interface Workflow {
  readonly rules: readonly Rule[];
  readonly problems: readonly string[];
}

/**
 * Reads the text of a `phenotype_workflow.csv` as scimap and MCMICRO use it: a header whose third and later fields are markers; then a row
 * per type with its parent (`all` at the top), its name, and a condition or nothing under each marker. Fields may be quoted; a byte order
 * mark, blank lines and rows of empty fields are passed over.
 */
export function readWorkflow(text: string): Workflow {
  const lines = Papa.parse<string[]>(text.replace(/^\uFEFF/, ''), { delimiter: ',' })
    .data.map((fields, i) => ({ number: i + 1, fields: fields.map((field) => field.trim()) }))
    .filter(({ fields }) => fields.some((field) => field !== ''));
  const header = lines[0]?.fields ?? [];
  const markers = header.slice(2);
  const problems: string[] = [];
  if (markers.filter((marker) => marker !== '').length === 0) {
    problems.push(
      'the workflow has no markers; its first line is two fields and then a marker each, as in ",,CD45,CD3"',
    );
  }
  const rules = lines.slice(1).map(({ number, fields }) => {
    const [of = '', type = ''] = fields;
    if (of === '' || type === '') {
      problems.push(`line ${number} names ${of === '' ? 'no parent' : 'no type'}; begin it with parent,type`);
    }
    const conditions = new Map<Operator, string[]>();
    fields.slice(2).forEach((word, i) => {
      if (word === '') return;
      const marker = markers[i] ?? '';
      const operator = OPERATORS.find((known) => known === word.toLowerCase());
      if (marker === '')
        problems.push(`line ${number} has ${JSON.stringify(word)} under no marker; name it in the first line`);
      else if (operator === undefined) {
        problems.push(
          `line ${number}: ${JSON.stringify(word)} under ${marker} is no condition; ${remedy(word, OPERATORS, 'conditions')}`,
        );
      } else conditions.set(operator, [...(conditions.get(operator) ?? []), marker]);
    });
    return { type, of, ...Object.fromEntries(conditions) };
  });
  if (markers.length > 0 && rules.length === 0) {
    problems.push('the workflow has a first line only; add a line per type: parent,type,condition,…');
  }
  return { rules, problems };
}
