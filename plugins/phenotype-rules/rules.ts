import { remedy } from '../../core/suggest.ts';

/** The conditions a rule may name, in the words of scimap's phenotype_workflow.csv. */
export const OPERATORS = ['pos', 'neg', 'anypos', 'anyneg', 'allpos', 'allneg'] as const;
export type Operator = (typeof OPERATORS)[number];

/** A cell type, the type it is a kind of (`all` at the top), and markers by condition. */
export type Rule = { readonly type: string; readonly of: string } & {
  readonly [K in Operator]?: readonly string[] | undefined;
};

/** A flaw of a set of rules, and the rule it lies in. */
export interface RuleProblem {
  readonly rule: number;
  readonly message: string;
}

const quoted = (text: string): string => JSON.stringify(text);

/**
 * What is wrong with rules by themselves, whatever the table: two for one type, reserved names, a parent that no rule defines, a cycle, no
 * condition, a marker named twice.
 */
export function ruleProblems(rules: readonly Rule[]): RuleProblem[] {
  const types = rules.map(({ type }) => type);
  return rules.flatMap((rule, index) => {
    const messages = [
      ...nameProblems(rule, index, types),
      ...conditionProblems(rule),
      ...parentProblems(rule, rules, types),
    ];
    return messages.map((message) => ({ rule: index, message }));
  });
}

function nameProblems({ type }: Rule, index: number, types: readonly string[]): string[] {
  if (type === 'all' || type === 'Unknown') return [`${quoted(type)} is reserved; give the type another name`];
  const first = types.indexOf(type);
  if (first === index) return [];
  return [
    `${quoted(type)} has two rules, the first of them rule ${first + 1}; put the alternatives into one rule with anypos or anyneg, or ` +
      'name the types apart',
  ];
}

function conditionProblems(rule: Rule): string[] {
  const markers = OPERATORS.flatMap((operator) => rule[operator] ?? []);
  if (markers.length === 0)
    return [`${quoted(rule.type)} has no condition; name markers under ${OPERATORS.join(', ')}`];
  const repeated = [...new Set(markers.filter((marker, i) => markers.indexOf(marker) !== i))];
  return repeated.map((marker) => `${quoted(rule.type)} names ${quoted(marker)} twice; keep one condition for it`);
}

function parentProblems({ type, of }: Rule, rules: readonly Rule[], types: readonly string[]): string[] {
  if (of === 'all') return [];
  if (!types.includes(of)) {
    const choices = [...types, 'all'].filter((name) => name !== type);
    return [`${quoted(type)} is of ${quoted(of)}, which no rule defines; ${remedy(of, choices, 'types there are')}`];
  }
  const path = [type];
  for (let parent = of; parent !== 'all';) {
    if (parent === type)
      return [`${[...path, type].map(quoted).join(' is of ')}: a cycle; let one of them be of "all"`];
    // A cycle further up is told at its own types, and an unknown parent at its own rule.
    if (path.includes(parent)) return [];
    path.push(parent);
    parent = rules.find((rule) => rule.type === parent)?.of ?? 'all';
  }
  return [];
}
