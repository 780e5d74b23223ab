import { z } from 'zod';
import { readWorkflow } from './read-workflow.ts';
import { RULE_SETS } from './rule-sets.ts';
import type { RuleSet } from './rule-sets.ts';
import { OPERATORS, ruleProblems } from './rules.ts';
import type { Operator, Rule } from './rules.ts';

const SAYS: Readonly<Record<Operator, string>> = {
  pos: 'markers that are positive',
  neg: 'markers that are negative',
  anypos: 'markers of which one at least is positive',
  anyneg: 'markers of which one at least is negative',
  allpos: 'markers that are all positive',
  allneg: 'markers that are all negative',
};

const name = z.string().trim().min(1);
const markers = (operator: Operator) => z.array(name).min(1).optional().describe(SAYS[operator]);

const rule = z.strictObject({
  type: name.describe('cell type'),
  of: name.default('all').describe('the type it is a kind of; all at the top'),
  ...(Object.fromEntries(OPERATORS.map((operator) => [operator, markers(operator)])) as Record<
    Operator,
    ReturnType<typeof markers>
  >),
});

const gate = z.union([
  z.enum(['mixture', 'otsu']),
  z.strictObject({ value: z.number().describe('threshold in the unit of the table') }),
  z.strictObject({ log1p: z.number().describe('threshold as ln(1 + value), as in manual_gates.csv') }),
  z.strictObject({ percentile: z.number().min(0).max(100).describe('percentile of the cells, in percent') }),
]);

export type Gate = z.output<typeof gate>;

export const params = z
  .strictObject({
    rules: z
      .union([z.enum(Object.keys(RULE_SETS) as [RuleSet]), z.array(rule).min(1)])
      .optional()
      .describe(
        'rules, { type, of, pos, neg, anypos, anyneg, allpos, allneg } each, or the name of a set that comes with the step',
      ),
    workflow: z.string().optional().describe('instead of rules: the text of a phenotype_workflow.csv'),
    gates: z
      .record(z.string().min(1), gate)
      .default({})
      .describe(
        'marker → mixture, otsu, { value }, { log1p } or { percentile }; default is for all others: otsu unless given',
      ),
    transform: z
      .enum(['log1p', 'none'])
      .default('log1p')
      .describe('scale on which gates are found and intensities scaled; log1p takes values below 0 for 0'),
    minCells: z
      .int()
      .min(2)
      .default(20)
      .describe('with fewer cells a gate is not looked for: the marker counts as negative'),
    semantics: z
      .enum(['strict', 'scimap'])
      .default('strict')
      .describe('strict: every condition must hold; scimap: scores, ties and names as that program gives them'),
  })
  .superRefine(({ rules, workflow }, ctx) => {
    const tell = (path: (string | number)[], message: string): void => ctx.addIssue({ code: 'custom', path, message });
    if ((rules === undefined) === (workflow === undefined)) {
      return tell(
        ['rules'],
        rules === undefined ? 'give rules or workflow' : 'rules and workflow are both given; keep one',
      );
    }
    if (Array.isArray(rules)) {
      for (const { rule: at, message } of ruleProblems(rules)) tell(['rules', at], message);
    }
    if (workflow === undefined) return;
    const read = readWorkflow(workflow);
    const flaws = read.problems.length > 0 ? read.problems : ruleProblems(read.rules).map(({ message }) => message);
    for (const message of flaws) tell(['workflow'], message);
  });

export type RulesOptions = z.output<typeof params>;

/** The rules that the parameters name, and whether markers that the table lacks are left out of them. */
export function rulesOf({ rules, workflow }: RulesOptions): { rules: readonly Rule[]; lenient: boolean } {
  if (typeof rules === 'string') return { rules: RULE_SETS[rules], lenient: true };
  return { rules: rules ?? readWorkflow(workflow ?? '').rules, lenient: false };
}
