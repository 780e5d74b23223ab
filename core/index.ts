/** The public API: what a step's author and a tool around pipelines need. Workers import `fovea/worker`. */
export { commandStep } from './command.ts';
export { compile } from './compile.ts';
export { diff } from './diff.ts';
export { FoveaError, isFoveaError } from './errors.ts';
export { createRegistry } from './registry.ts';
export { defineStep } from './step.ts';
export { convertCellType } from './vocabulary/convert-cell-type.ts';
export { resolveCellType } from './vocabulary/resolve-cell-type.ts';
export { standardizePanel } from './vocabulary/standardize-panel.ts';
export { typesOfTissue } from './vocabulary/tissues.ts';

export type { ArtifactRef, Digest, Kind, Kinds } from './artifact.ts';
export type { CommandDeclaration } from './command.ts';
export type { Environment } from './compile.ts';
export type { Change, ChangedIngredient } from './diff.ts';
export type { ErrorCode, ErrorFields, ErrorJson, FoveaErrorOptions } from './errors.ts';
export type { Issue, IssueCode } from './issues.ts';
export type { Plan, PlannedStep, PublishedPort, SourcePlan, Stage } from './plan.ts';
export type { Queue } from './queues.ts';
export type { Registry } from './registry.ts';
export type {
  AnyStep,
  ExecOptions,
  ExecResult,
  Gathered,
  Inputs,
  Log,
  ModelHandle,
  Outputs,
  Ports,
  PortSpec,
  Resources,
  Scope,
  Scratch,
  Step,
  StepContext,
} from './step.ts';
export type { CellTypeLevel } from './vocabulary/convert-cell-type.ts';
export type { MarkerRegistry, RegistryId } from './vocabulary/marker-registry.ts';
export type { CellTypeDecision, ResolveCellTypeOptions } from './vocabulary/resolve-cell-type.ts';
export type { How, MarkerMap } from './vocabulary/resolve-marker.ts';
export type { StandardizationReport, StandardizedChannel, StandardizeOptions } from './vocabulary/standardize-panel.ts';
export type { TissueSets } from './vocabulary/tissues.ts';
export type {
  CellTable,
  Channel,
  ChannelRole,
  Column,
  DType,
  Image,
  Labels,
  Measure,
  Plane,
  Table,
  TypedArray,
} from '../kernels/image.ts';
