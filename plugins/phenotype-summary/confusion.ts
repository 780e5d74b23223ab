import { invalidInput } from '../../core/errors.ts';
import type { Column, Json, Table } from '../../kernels/image.ts';
import { scoreConfusion } from './score-confusion.ts';
import type { FoundTypes } from './read-types.ts';

/** Cells by given and predicted type, while fields of view are added. */
export class Confusion {
  /** Given → predicted → cells. */
  private readonly counts = new Map<string, Map<string, number>>();
  private compared = 0;
  private withoutTruth = 0;
  private withoutPrediction = 0;

  /** Cells are matched by id. Those whose given type is in `unlabelled`, or that only one side has, are counted but not compared. */
  add(found: FoundTypes, given: FoundTypes, { unlabelled }: { readonly unlabelled: readonly string[] }): void {
    const truth = new Map(Array.from(given.ids, (id, row) => [id, given.types[row]!]));
    for (const [row, id] of found.ids.entries()) {
      const type = truth.get(id);
      truth.delete(id);
      if (type === undefined || unlabelled.includes(type)) this.withoutTruth++;
      else this.count(type, found.types[row]!);
    }
    for (const type of truth.values()) if (!unlabelled.includes(type)) this.withoutPrediction++;
  }

  private count(given: string, predicted: string): void {
    const row = this.counts.get(given) ?? new Map<string, number>();
    this.counts.set(given, row.set(predicted, (row.get(predicted) ?? 0) + 1));
    this.compared++;
  }

  /**
   * A row per type that is given or predicted, in the order of `types` and then by name: `cell_type`, `cells` (given), `predicted:<type>`,
   * `recall`, `precision`, `f1`. `reports.scores` holds accuracy, macro-F1, kappa and how many cells they are of.
   *
   * @throws INVALID_INPUT if cells were added and none could be compared.
   */
  table(types: readonly string[]): Table {
    if (this.compared === 0 && this.withoutTruth + this.withoutPrediction > 0) {
      throw invalidInput(
        `no cell has both a type and a given type: ${this.withoutTruth} have no given one, ${this.withoutPrediction} no found one; ` +
          'wire given types of the same labels, or leave "truth" out',
        { port: 'truth', withoutTruth: this.withoutTruth, withoutPrediction: this.withoutPrediction },
      );
    }
    const met = new Set([...this.counts].flatMap(([given, row]) => [given, ...row.keys()]));
    const names = [
      ...types.filter((type) => met.has(type)),
      ...[...met].filter((type) => !types.includes(type)).sort(),
    ];
    const matrix = names.map((given) => names.map((predicted) => this.counts.get(given)?.get(predicted) ?? 0));
    const { support, recall, precision, f1, accuracy, macroF1, kappa } = scoreConfusion(matrix);
    const column = (name: string, values: Column['values']): Column => ({ name, values, unit: null, measure: null });
    const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
    const scores = { accuracy: orNull(accuracy), macroF1: orNull(macroF1), kappa: orNull(kappa) };
    const figures: Json[] = [
      { label: 'accuracy', value: scores.accuracy },
      { label: 'macro-F1', value: scores.macroF1 },
      { label: "Cohen's kappa", value: scores.kappa },
      { label: 'cells compared', value: this.compared },
    ];
    return {
      rows: names.length,
      columns: [
        column('cell_type', names),
        column('cells', Int32Array.from(support)),
        ...names.map((name, p) =>
          column(
            `predicted:${name}`,
            Int32Array.from(matrix, (row) => row[p]!),
          ),
        ),
        ...[column('recall', recall), column('precision', precision), column('f1', f1)],
      ],
      reports: {
        scores: {
          ...{ ...scores, cells: this.compared },
          ...{ withoutTruth: this.withoutTruth, withoutPrediction: this.withoutPrediction },
        },
        plot: {
          ...{ kind: 'confusion', title: 'Given and predicted cell types', labels: 'cell_type', values: 'predicted:' },
          figures,
        },
      },
    };
  }
}
