import type { z } from 'zod';
import type { Kind } from './artifact.ts';
import { FoveaError } from './errors.ts';
import { portKind } from './step.ts';
import type { AnyStep, ExecOptions, Gathered, Outputs, PortSpec, Resources, Scope, Step, StepContext } from './step.ts';

/** Input port → the file the program reads; a list of files for `many` ports and cohort steps; absent when not wired. */
export type InputPaths<I extends ProgramInputs> = {
  readonly [P in keyof I as I[P] extends { optional: Kind } ? never : P]: I[P] extends { many: Kind }
    ? readonly string[]
    : string;
} & { readonly [P in keyof I as I[P] extends { optional: Kind } ? P : never]?: string };

/** Ports a program reads. */
type ProgramInputs = Readonly<Record<string, PortSpec>>;

/** Ports a program writes: it cannot leave one out. */
type ProgramOutputs = Readonly<Record<string, Kind>>;

interface Paths<I extends ProgramInputs, O extends ProgramOutputs, S extends Scope> {
  readonly inputs: S extends 'cohort' ? { readonly [P in keyof I]: readonly string[] } : InputPaths<I>;
  /** Output port → the file the program must write: OME-TIFF for Image and Labels, CSV for tables. */
  readonly outputs: { readonly [P in keyof O]: string };
}

interface Program<P extends z.ZodType, I extends ProgramInputs, O extends ProgramOutputs, S extends Scope> {
  readonly name: string;
  readonly version: number;
  readonly summary: string;
  readonly scope: S;
  readonly params: P;
  readonly inputs: I;
  readonly outputs: O;
  readonly resources?: Resources;
  readonly keep?: boolean;
  /** The command line, an array: no shell reads it. */
  argv(paths: Paths<I, O, S>, params: z.output<P>): readonly (string | number)[];
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that a retry cannot cure. */
  readonly finalExitCodes?: readonly number[];
}

/** A program as a step: in a container named by digest, or on the worker's PATH with what identifies it. */
export type CommandDeclaration<
  P extends z.ZodType,
  I extends ProgramInputs,
  O extends ProgramOutputs,
  S extends Scope,
> = Program<P, I, O, S> &
  (
    | { readonly container: string; readonly identity?: Readonly<Record<string, unknown>> }
    | { readonly container?: never; readonly identity: Readonly<Record<string, unknown>> }
  );

/** A container image named by digest. */
export const BY_DIGEST: RegExp = /^[a-z0-9][a-z0-9._:/-]*@sha256:[0-9a-f]{64}$/;
const EXTENSION: Readonly<Record<Kind, string>> = {
  Image: 'ome.tif',
  Labels: 'ome.tif',
  CellTable: 'csv',
  Table: 'csv',
  Patches: 'zarr',
};

function checkContainer(name: string, container: string | undefined, identity: object | undefined): void {
  const refuse = (message: string): FoveaError =>
    new FoveaError('PLUGIN', `step "${name}": ${message}`, { fields: { step: name, container } });
  if (container === undefined && (identity === undefined || Object.keys(identity).length === 0)) {
    throw refuse(
      'neither container nor identity is given, so a new program would go unnoticed; name its version in identity',
    );
  }
  if (container !== undefined && !BY_DIGEST.test(container)) {
    throw refuse(
      `container "${container}" is not named by digest: a tag may mean another image tomorrow; write name@sha256:<64 hex>`,
    );
  }
}

type AnyInputs = Readonly<Record<string, unknown>>;

/** Writes what is wired to one port; a gathered port field of view by field of view, so that few lie in memory. */
async function writePort(
  port: string,
  spec: PortSpec,
  scope: Scope,
  value: unknown,
  ctx: StepContext,
): Promise<string | string[]> {
  const kind = portKind(spec);
  const write = (name: string, one: unknown): Promise<string> => ctx.scratch.write(name, kind, one as never);
  if (scope === 'fov' && !Array.isArray(value)) return write(port, value);
  const paths: string[] = [];
  const name = (): string => `${port}-${String(paths.length + 1).padStart(5, '0')}`;
  if (scope === 'fov') {
    for (const one of value as readonly unknown[]) paths.push(await write(name(), one));
  } else {
    for (const gathered of [value].flat() as Gathered<unknown>[]) {
      for await (const one of gathered) paths.push(await write(name(), one.value));
    }
  }
  return paths;
}

async function writeInputs(
  step: AnyStep,
  inputs: AnyInputs,
  ctx: StepContext,
): Promise<Record<string, string | string[]>> {
  const paths: Record<string, string | string[]> = {};
  for (const [port, spec] of Object.entries(step.inputs as ProgramInputs)) {
    if (inputs[port] !== undefined) paths[port] = await writePort(port, spec, step.scope, inputs[port], ctx);
  }
  return paths;
}

/**
 * Builds an ordinary step around an external program: writes the inputs as files into the scratch folder (Image and Labels:
 * OME-TIFF; tables: CSV), runs `argv` through `ctx.exec`, reads the declared outputs back. The container's digest, or the
 * declared `identity`, is part of the cache key. Throws PLUGIN for a container named by tag and for a program without either.
 */
export function commandStep<
  P extends z.ZodType,
  const I extends ProgramInputs,
  const O extends ProgramOutputs,
  S extends Scope,
>(declaration: CommandDeclaration<P, I, O, S>): Step<P, I, O, S> {
  const { argv, env, finalExitCodes, container, identity, ...rest } = declaration;
  checkContainer(declaration.name, container, identity);
  const options: ExecOptions = {
    ...(env === undefined ? {} : { env }),
    ...(finalExitCodes === undefined ? {} : { finalExitCodes }),
    ...(container === undefined ? {} : { container }),
  };
  const step: Step<P, I, O, S> = {
    ...rest,
    identity: () => ({ ...identity, ...(container === undefined ? {} : { container }) }),
    async run(inputs, params, ctx) {
      const outputs: Record<string, string> = {};
      for (const [port, kind] of Object.entries(rest.outputs)) {
        outputs[port] = `${ctx.scratch.dir}/out-${port}.${EXTENSION[kind]}`;
      }
      const written = await writeInputs(step, inputs as AnyInputs, ctx);
      const paths = { inputs: written, outputs } as unknown as Paths<I, O, S>;
      await ctx.exec(argv(paths, params).map(String), options);
      const values: Record<string, unknown> = {};
      for (const [port, kind] of Object.entries(rest.outputs)) {
        values[port] = await ctx.scratch.read(outputs[port]!, kind);
      }
      return values as Outputs<O>;
    },
  };
  return step;
}
