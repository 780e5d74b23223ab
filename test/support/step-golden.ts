import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kind, Kinds } from '../../core/artifact.ts';
import { artifactDigest } from '../../core/content.ts';
import { portKind } from '../../core/step.ts';
import type { AnyStep, Gathered, PortSpec, StepContext } from '../../core/step.ts';
import { testContext } from '../../core/testing.ts';

interface GoldenCase {
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly params?: Readonly<Record<string, unknown>>;
  /** Parts of the context the step needs, such as models. */
  readonly ctx?: Partial<StepContext>;
}

/**
 * Registers a test that a step's outputs have the digests recorded in test/golden/steps/<step>@<version>.json. Other bytes from the same
 * inputs need a new version of the step; its file is written by running the test with FOVEA_UPDATE_GOLDENS=1.
 */
export function testGolden(step: AnyStep, cases: readonly GoldenCase[]): void {
  const path = join(import.meta.dirname, `../golden/steps/${step.name}@${step.version}.json`);
  test(`${step.name}@${step.version} gives the recorded digests`, async () => {
    const found: unknown[] = [];
    for (const { name, inputs, params = {}, ctx } of cases) {
      const parsed: unknown = step.params.parse(params);
      const outputs = (await step.run(inputs, parsed, testContext(ctx))) as Readonly<Record<string, unknown>>;
      found.push({
        name,
        params,
        inputs: await digests(step.inputs as Record<string, PortSpec>, inputs),
        outputs: await digests(step.outputs as Record<string, PortSpec>, outputs),
      });
    }
    if (process.env['FOVEA_UPDATE_GOLDENS'] === '1') writeFileSync(path, `${JSON.stringify(found, null, 2)}\n`);
    if (!existsSync(path)) {
      throw new Error(`${path} is missing; record it by running this test with FOVEA_UPDATE_GOLDENS=1`);
    }
    expect(found).toEqual(JSON.parse(readFileSync(path, 'utf8')));
  });
}

async function digests(
  ports: Readonly<Record<string, PortSpec>>,
  values: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const out: Record<string, unknown> = {};
  for (const [port, spec] of Object.entries(ports)) {
    const value = values[port];
    if (value === undefined) continue;
    out[port] = isGathered(value) ? await gatheredDigests(spec, value) : digest(spec, value);
  }
  return out;
}

function digest(spec: PortSpec, value: unknown): string | string[] {
  const kind = portKind(spec);
  if (Array.isArray(value)) return value.map((one) => artifactDigest(kind, one as Kinds[Kind]));
  return artifactDigest(kind, value as Kinds[Kind]);
}

async function gatheredDigests(spec: PortSpec, values: Gathered<unknown>): Promise<Record<string, unknown>> {
  const out: Record<string, unknown> = {};
  for await (const { fov, value } of values) out[fov] = digest(spec, value);
  return out;
}

function isGathered(value: unknown): value is Gathered<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
