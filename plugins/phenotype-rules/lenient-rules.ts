import { OPERATORS } from './rules.ts';
import type { Rule } from './rules.ts';

/**
 * The rules of a set without the markers that a panel lacks. A type goes if one of its pos or allpos markers is lacking, or all of its anypos
 * ones, or if no condition is left; with it go its kinds. A parent's rule comes before its kinds' in a set.
 */
export function withoutMarkers(
  rules: readonly Rule[],
  lacking: ReadonlySet<string>,
): { readonly rules: readonly Rule[]; readonly dropped: readonly string[] } {
  const dropped = new Set<string>();
  const kept = rules.flatMap((rule): Rule[] => {
    const has = (names: readonly string[] = []): readonly string[] => names.filter((name) => !lacking.has(name));
    const whole = [rule.pos, rule.allpos].every((names = []) => has(names).length === names.length);
    const any = rule.anypos === undefined || has(rule.anypos).length > 0;
    const conditions = OPERATORS.flatMap((operator) => {
      const names = has(rule[operator]);
      return names.length === 0 ? [] : [[operator, names] as const];
    });
    if (dropped.has(rule.of) || !whole || !any || conditions.length === 0) {
      dropped.add(rule.type);
      return [];
    }
    return [{ type: rule.type, of: rule.of, ...Object.fromEntries(conditions) }];
  });
  return { rules: kept, dropped: [...dropped] };
}
