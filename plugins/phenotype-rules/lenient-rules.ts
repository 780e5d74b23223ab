import { OPERATORS } from './rules.ts';
import type { Rule } from './rules.ts';

/**
 * The rules of a set without the markers that a panel lacks. A type goes if one of its pos or allpos markers is lacking, or all of its anypos
 * ones, or if nothing that should be positive is left; with it go its kinds.
 */
export function withoutMarkers(
  rules: readonly Rule[],
  lacking: ReadonlySet<string>,
): { readonly rules: readonly Rule[]; readonly dropped: readonly string[] } {
  const dropped = new Set<string>();
  const kept = rules.flatMap((rule): Rule[] => {
    const has = (names: readonly string[] | undefined): readonly string[] =>
      (names ?? []).filter((name) => !lacking.has(name));
    const whole =
      has(rule.pos).length === (rule.pos ?? []).length && has(rule.allpos).length === (rule.allpos ?? []).length;
    const left = has(rule.pos).length + has(rule.allpos).length + has(rule.anypos).length;
    const any = rule.anypos === undefined || has(rule.anypos).length > 0;
    if (dropped.has(rule.of) || !whole || !any || left === 0) {
      dropped.add(rule.type);
      return [];
    }
    const conditions = OPERATORS.flatMap((operator) => {
      const names = has(rule[operator]);
      return names.length === 0 ? [] : [[operator, names] as const];
    });
    return [{ type: rule.type, of: rule.of, ...Object.fromEntries(conditions) }];
  });
  return { rules: kept, dropped: [...dropped] };
}
