import type { z } from 'zod';
import type { Kind, Kinds } from './artifact.ts';
import { canonical } from './digest.ts';
import { artifactDigest } from './content.ts';
import { isFoveaError } from './errors.ts';
import { stepProblems } from './registry.ts';
import { portKind } from './step.ts';
import type { AnyStep, Gathered, Inputs, Ports, PortSpec, Scope, Step, StepContext } from './step.ts';
import { problemsOf } from './validate.ts';

/** One run of a step that its suite checks. */
export interface StepCase<P extends z.ZodType = z.ZodType, I extends Ports = Ports, S extends Scope = Scope> {
  readonly name: string;
  readonly inputs: Inputs<I, S>;
  /** As written under `with:`; `{}` when left out. */
  readonly params?: z.input<P>;
  /** Parts of the context the step needs, such as models or a scratch folder. */
  readonly ctx?: Partial<StepContext>;
}

/** The two functions of a test runner the suite needs; Jest, Vitest, Mocha and node:test have them. */
export interface TestRunner {
  describe(title: string, body: () => void): unknown;
  test(title: string, body: () => Promise<void>): unknown;
}

const refuse = (what: string) => (): never => {
  throw new Error(`the step uses ctx.${what}; give its case a ctx that has it`);
};

/** A context that does nothing and refuses what was not given, for tests of single steps. */
export function testContext(parts: Partial<StepContext> = {}): StepContext {
  const silent = (): void => undefined;
  return {
    fov: 'test',
    models: {},
    exec: refuse('exec'),
    scratch: { dir: '', write: refuse('scratch'), read: refuse('scratch') },
    progress: silent,
    signal: new AbortController().signal,
    log: { debug: silent, info: silent, warn: silent },
    ...parts,
  };
}

/** Values as a cohort step receives them; can be gone through any number of times. */
export function gathered<T>(items: readonly { readonly fov: string; readonly value: T }[]): Gathered<T> {
  return {
    size: items.length,
    async *[Symbol.asyncIterator]() {
      for (const item of items) yield await Promise.resolve(item);
    },
  };
}

const isGathered = (value: unknown): value is Gathered<Kinds[Kind]> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

async function digestsOf(kind: Kind, value: unknown): Promise<unknown> {
  if (value === undefined) return null;
  if (Array.isArray(value)) return Promise.all(value.map((one) => digestsOf(kind, one)));
  if (!isGathered(value)) return artifactDigest(kind, value as Kinds[Kind]);
  const digests: unknown[] = [];
  for await (const one of value) digests.push([one.fov, artifactDigest(kind, one.value)]);
  return digests;
}

async function digestsByPort(
  ports: Readonly<Record<string, PortSpec>>,
  values: Readonly<Record<string, unknown>>,
): Promise<string> {
  const digests: Record<string, unknown> = {};
  for (const [port, spec] of Object.entries(ports)) digests[port] = await digestsOf(portKind(spec), values[port]);
  return canonical(digests);
}

/** What is wrong with the values a step returned, against its declared ports; a sentence each. */
export function outputProblems(step: AnyStep, returned: unknown): string[] {
  if (typeof returned !== 'object' || returned === null)
    return [`run returned ${String(returned)}, wanted its output ports`];
  const ports = step.outputs as Readonly<Record<string, PortSpec>>;
  const undeclared = Object.keys(returned).filter((port) => !Object.hasOwn(ports, port));
  const problems = undeclared.map((port) => `output "${port}" is not declared`);
  for (const [port, spec] of Object.entries(ports)) {
    const value: unknown = (returned as Record<string, unknown>)[port];
    if (value !== undefined) {
      problems.push(
        ...problemsOf(portKind(spec), value as Kinds[Kind]).map((problem) => `output "${port}": ${problem}`),
      );
    } else if (typeof spec === 'string') problems.push(`output "${port}" is missing`);
  }
  return problems;
}

function assertNone(problems: readonly string[]): void {
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

const SETTLE_MS = 10_000;

/** Ends when the step ends, well or with CANCELLED or an abort; throws when it goes on or fails with anything else. */
async function assertEnds(running: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`the step still ran ${SETTLE_MS / 1000} s after its cancellation`)),
      SETTLE_MS,
    );
  });
  try {
    await Promise.race([running, late]);
  } catch (err) {
    if (!isFoveaError(err, 'CANCELLED') && (err as Error | null)?.name !== 'AbortError') throw err;
  } finally {
    clearTimeout(timer);
  }
}

function testCase(step: AnyStep, one: StepCase, { test }: TestRunner): void {
  const run = async (parts?: Partial<StepContext>): Promise<Record<string, unknown>> => {
    const params: unknown = step.params.parse(one.params ?? {});
    return (await step.run(one.inputs, params, testContext({ ...one.ctx, ...parts }))) as Record<string, unknown>;
  };
  test(`${one.name}: outputs match the declared ports`, async () => assertNone(outputProblems(step, await run())));
  test(`${one.name}: the same inputs give the same digests twice`, async () => {
    const [first, second] = [
      await digestsByPort(step.outputs, await run()),
      await digestsByPort(step.outputs, await run()),
    ];
    if (first !== second) throw new Error(`two runs differ:\n  ${first}\n  ${second}`);
  });
  test(`${one.name}: inputs are not mutated`, async () => {
    const before = await digestsByPort(step.inputs, one.inputs);
    await run();
    const after = await digestsByPort(step.inputs, one.inputs);
    if (before !== after) throw new Error(`the step changed its inputs:\n  ${before}\n  ${after}`);
  });
  test(`${one.name}: cancellation ends it`, async () => {
    const controller = new AbortController();
    const running = run({ signal: controller.signal });
    controller.abort();
    await assertEnds(running);
  });
}

/**
 * The suite that specifies the contract, for any step: the declaration is well formed; params parse from `{}` or say what is
 * missing; and for every case, outputs match the declared ports, the same inputs give the same digests twice, inputs are not
 * mutated, cancellation ends the run within 10 s. Call it at the top of a test file; `runner` is the global one if left out.
 */
export function testStep<P extends z.ZodType, I extends Ports, O extends Ports, S extends Scope>(
  step: Step<P, I, O, S>,
  cases: readonly StepCase<P, I, S>[],
  runner: TestRunner = globalThis as unknown as TestRunner,
): void {
  runner.describe(`step ${step.name}`, () => {
    runner.test('is well declared', async () => assertNone(stepProblems(step)));
    runner.test('params parse from {} or say what is missing', async () => {
      const issues = step.params.safeParse({}).error?.issues ?? [];
      const silent = issues.filter(({ path, message }) => path.length === 0 || message === '');
      assertNone(silent.map(({ message }) => `an issue of params names no parameter: "${message}"`));
    });
    for (const one of cases) testCase(step as AnyStep, one as unknown as StepCase, runner);
  });
}
