import { UNKNOWN_TYPE } from '../../core/vocabulary/cell-types.ts';
import { OPERATORS } from './rules.ts';
import type { Operator, Rule } from './rules.ts';
import type { ScaledMarker } from './scale-marker.ts';

/** The markers of a rule's conditions, resolved. */
type Conditions = Readonly<Record<Operator, readonly ScaledMarker[]>>;

interface Node {
  readonly type: string;
  readonly conditions: Conditions;
  readonly children: readonly Node[];
}

/** The name a cell gets and whether it goes down to that type's own kinds. */
interface Choice {
  readonly node: Node;
  readonly sure: boolean;
}

type Choose = (children: readonly Node[], cell: number) => Choice | null;

/**
 * Gives each of `cells` cells the type that the rules lead to. From `all` downwards the rules of the types that are `of` the present one are
 * tried; the cell moves to the best of those that match, and stays where none does: `Unknown` at the top.
 *
 * `strict`: a type matches where all of its conditions hold; of several the one with the highest mean over its conditions wins: the scaled
 * value of each marker under pos and allpos, one minus it under neg and allneg, the largest of these for anypos and for anyneg.
 * `scimap`: as `scimap.tl.phenotype_cells` 2.3 (see `scimapScore`), which calls cells `likely-<type>` where of several markers under pos or neg
 * not all are as they should. In both the earlier of two equal rules wins.
 */
export function assignTypes(
  rules: readonly Rule[],
  markerOf: (name: string) => ScaledMarker,
  cells: number,
  semantics: 'strict' | 'scimap',
): string[] {
  const tree = (parent: string): Node[] =>
    rules
      .filter(({ of }) => of === parent)
      .map((rule) => ({
        type: rule.type,
        conditions: conditionsOf(rule, markerOf),
        children: tree(rule.type),
      }));
  const roots = tree('all');
  const choose: Choose = semantics === 'strict' ? chooseStrictly : chooseLikeScimap;
  return Array.from({ length: cells }, (_, cell) => {
    let [name, children] = [UNKNOWN_TYPE, roots as readonly Node[]];
    for (let choice = choose(children, cell); choice !== null; choice = choose(children, cell)) {
      if (!choice.sure) return `likely-${choice.node.type}`;
      [name, children] = [choice.node.type, choice.node.children];
    }
    return name;
  });
}

function conditionsOf(rule: Rule, markerOf: (name: string) => ScaledMarker): Conditions {
  return Object.fromEntries(
    OPERATORS.map((operator) => [operator, (rule[operator] ?? []).map(markerOf)]),
  ) as unknown as Conditions;
}

/** A cell without a value counts as negative. */
const valueOf = ({ scaled }: ScaledMarker, cell: number): number => {
  const value = scaled[cell]!;
  return Number.isNaN(value) ? 0 : value;
};

function chooseStrictly(children: readonly Node[], cell: number): Choice | null {
  let best: Node | null = null;
  let highest = -Infinity;
  for (const node of children) {
    const score = strictScore(node.conditions, cell);
    if (score !== null && score > highest) [best, highest] = [node, score];
  }
  return best === null ? null : { node: best, sure: true };
}

/** The mean over all conditions, or null where one of them fails. */
function strictScore({ pos, neg, anypos, anyneg, allpos, allneg }: Conditions, cell: number): number | null {
  const is = ({ positive }: ScaledMarker): boolean => positive[cell] === 1;
  const isNot = (marker: ScaledMarker): boolean => !is(marker);
  if (!pos.every(is) || !allpos.every(is) || !neg.every(isNot) || !allneg.every(isNot)) return null;
  if (anypos.length > 0 && !anypos.some(is)) return null;
  if (anyneg.length > 0 && !anyneg.some(isNot)) return null;
  const high = (marker: ScaledMarker): number => valueOf(marker, cell);
  const low = (marker: ScaledMarker): number => 1 - valueOf(marker, cell);
  const scores = [...pos.map(high), ...allpos.map(high), ...neg.map(low), ...allneg.map(low)];
  if (anypos.length > 0) scores.push(Math.max(...anypos.map(high)));
  if (anyneg.length > 0) scores.push(Math.max(...anyneg.map(low)));
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

const GATE = 0.5;

function chooseLikeScimap(children: readonly Node[], cell: number): Choice | null {
  let best: Node | null = null;
  let highest = -Infinity;
  for (const node of children) {
    const score = scimapScore(node.conditions, cell);
    if (score > highest) [best, highest] = [node, score];
  }
  // One that reaches the gate is enough; "the rest" has score 1 where none does.
  if (best === null || highest < GATE) return null;
  const { pos, neg } = best.conditions;
  const missed = pos.length > 1 && pos.some((marker) => valueOf(marker, cell) < GATE);
  const stained = neg.length > 1 && neg.some((marker) => valueOf(marker, cell) > GATE);
  return { node: best, sure: !missed && !stained };
}

/**
 * The mean of one score per kind of condition that the rule has: the mean for pos and neg, the largest for anypos and anyneg, and for allpos and
 * allneg the largest if all are at the gate, else 0, and 0.01 more. So a condition may fail where the others make up for it.
 */
function scimapScore({ pos, neg, anypos, anyneg, allpos, allneg }: Conditions, cell: number): number {
  const high = (marker: ScaledMarker): number => valueOf(marker, cell);
  const low = (marker: ScaledMarker): number => 1 - valueOf(marker, cell);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const all = (values: readonly number[]): number =>
    (values.every((value) => value >= GATE) ? Math.max(...values) : 0) + 0.01;
  const largest = (values: readonly number[]): number => Math.max(...values);
  const scores: number[] = [];
  if (pos.length > 0) scores.push(mean(pos.map(high)));
  if (neg.length > 0) scores.push(mean(neg.map(low)));
  if (anypos.length > 0) scores.push(largest(anypos.map(high)));
  if (anyneg.length > 0) scores.push(largest(anyneg.map(low)));
  if (allpos.length > 0) scores.push(all(allpos.map(high)));
  if (allneg.length > 0) scores.push(all(allneg.map(low)));
  return mean(scores);
}
