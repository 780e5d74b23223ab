/** How two lists of names agree. */
export interface Agreement {
  /** Share of equal ones. */
  readonly agreement: number;
  /** Mean F1 over the names that occur in the truth. */
  readonly macroF1: number;
  /** F1 by name. */
  readonly f1: Readonly<Record<string, number>>;
}

export function agreementOf(truth: readonly string[], found: readonly string[]): Agreement {
  if (truth.length !== found.length) throw new Error(`${truth.length} names against ${found.length}`);
  const count = (list: readonly string[], name: string): number => list.filter((one) => one === name).length;
  const equal = truth.filter((name, i) => name === found[i]);
  const names = [...new Set(truth)].sort();
  const f1 = Object.fromEntries(
    names.map((name) => [name, (2 * count(equal, name)) / (count(truth, name) + count(found, name))]),
  );
  const sum = Object.values(f1).reduce((total, one) => total + one, 0);
  return { agreement: equal.length / truth.length, macroF1: sum / names.length, f1 };
}
