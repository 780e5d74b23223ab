import { FoveaError } from '../../core/errors.ts';
import type { ModelSpec } from '../../core/models.ts';
import { listed } from '../../core/suggest.ts';

/** An input or output as the runtime tells it; lengths it does not know are names or absent. */
export interface GraphTensor {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

export interface GraphSignature {
  readonly inputs: readonly GraphTensor[];
  readonly outputs: readonly GraphTensor[];
}

type Declared = { readonly name: string; readonly dtype: string; readonly shape: readonly (number | string)[] };

const shapeText = (shape: readonly (number | string)[]): string => `[${shape.join(', ')}]`;

/** A length that both sides know must be the same; a length that one leaves open fits any. */
const fits = (declared: readonly (number | string)[], real: readonly (number | string)[]): boolean =>
  declared.length === real.length &&
  declared.every((length, axis) => {
    const there = real[axis]!;
    return typeof length !== 'number' || typeof there !== 'number' || there < 0 || there === length;
  });

function compare(side: 'input' | 'output', declared: readonly Declared[], real: readonly GraphTensor[]): string[] {
  const names = real.map(({ name }) => name);
  const problems = declared.flatMap(({ name, dtype, shape }) => {
    const there = real.find((tensor) => tensor.name === name);
    if (there === undefined) return [`the record has the ${side} "${name}", the file has ${listed(names)}`];
    const wrong: string[] = [];
    if (there.type !== dtype) wrong.push(`${side} "${name}" is ${dtype} in the record and ${there.type} in the file`);
    if (!fits(shape, there.shape)) {
      wrong.push(`${side} "${name}" is ${shapeText(shape)} in the record and ${shapeText(there.shape)} in the file`);
    }
    return wrong;
  });
  // An output that nobody reads does no harm; an input that nobody feeds does.
  const unfed = side === 'input' ? names.filter((name) => declared.every((tensor) => tensor.name !== name)) : [];
  return [...problems, ...unfed.map((name) => `the file has the input "${name}", the record does not`)];
}

/** Lists whose order decides what a score means; files made by Fovea's exports tell theirs. Only what both sides tell is compared. */
function compareLists(spec: ModelSpec, metadata: Readonly<Record<string, string>>): string[] {
  const lists = {
    'fovea.vocabulary': spec.vocabulary,
    'fovea.markers': spec.inputs.find(({ dtype, channels }) => dtype === 'int64' && channels !== undefined)?.channels,
  };
  return Object.entries(lists).flatMap(([key, declared]) => {
    const real = metadata[key]?.split(',');
    if (declared === undefined || real === undefined) return [];
    const at = real.findIndex((name, index) => name !== declared[index]);
    if (at < 0 && real.length === declared.length) return [];
    const place = at < 0 ? real.length : at;
    const [there, here] = [real[place] ?? 'nothing', declared[place] ?? 'nothing'];
    return [`the file's ${key} has "${there}" at ${place}, the record "${here}"; both must have one order`];
  });
}

/** Order is what a graph does not show: where the file tells its classes, the record must tell the same ones in the same order. */
function compareVocabulary({ vocabulary }: ModelSpec, told: string | undefined): string[] {
  if (told === undefined || vocabulary === undefined || told === vocabulary.join(',')) return [];
  const there = told.split(',');
  const at = vocabulary.findIndex((name, index) => name !== there[index]);
  if (at < 0) return [`the file tells ${there.length} classes, the record's vocabulary ${vocabulary.length}`];
  return [
    `class ${at} is "${there[at] ?? 'none'}" in the file's metadata and "${vocabulary[at]}" in the record's vocabulary`,
  ];
}

/** Compares a record with the graph and the metadata of its file. Throws MODEL_MISMATCH that names both sides of every difference. */
export function checkSignature(
  model: string,
  spec: ModelSpec,
  wantedMetadata: Readonly<Record<string, string>>,
  graph: GraphSignature,
  metadata: Readonly<Record<string, string>>,
): void {
  const problems = [
    ...compare('input', spec.inputs, graph.inputs),
    ...compare('output', spec.outputs, graph.outputs),
    ...compareVocabulary(spec, metadata['fovea.vocabulary']),
    ...compareLists(spec, metadata),
    ...Object.entries(wantedMetadata).flatMap(([key, wanted]) => {
      const found = metadata[key];
      if (found === wanted) return [];
      return [
        `the file's metadata has ${key} = ${found === undefined ? 'nothing' : `"${found}"`}, the record "${wanted}"`,
      ];
    }),
  ];
  if (problems.length === 0) return;
  throw new FoveaError(
    'MODEL_MISMATCH',
    `model ${model} is not what its record says: ${problems.join('; ')}. Correct the record in the models file, or name the right file`,
    { fields: { model, problems } },
  );
}
