import type { Kind } from './artifact.ts';
import { bind, follow, originsOf } from './compile/bind.ts';
import type { Origins, Wiring } from './compile/bind.ts';
import { readDraft } from './compile/draft.ts';
import type { Draft } from './compile/draft.ts';
import { cyclesOf, stagesOf } from './compile/order.ts';
import { resolveStep } from './compile/resolve.ts';
import type { Environment, ResolvedStep } from './compile/resolve.ts';
import { parseDuration } from './duration.ts';
import { IssueList } from './issues.ts';
import { MAX_STEPS, READERS_VERSION, sourcePorts } from './pipeline.ts';
import type { PipelineFile } from './pipeline.ts';
import { sealPlan } from './plan-digest.ts';
import type { Plan, PlannedStep, PublishedPort, SourcePlan } from './plan.ts';
import { readYaml } from './read-yaml.ts';
import { portKind } from './step.ts';
import type { PortSpec } from './step.ts';

export type { Environment } from './compile/resolve.ts';

/** A plan is the argument of a workflow: Temporal warns at 256 KiB. */
const MAX_PLAN_BYTES = 192 * 2 ** 10;

const COMPLAINT = 'cannot be compiled';

function publishedPorts(draft: Draft, origins: Origins, issues: IssueList): Record<string, PublishedPort> {
  const ports = Object.entries(draft.publish).flatMap(([name, from]): [string, PublishedPort][] => {
    const origin = follow(from, ['publish', name], origins, issues);
    return origin === null ? [] : [[name, { from, ...origin }]];
  });
  return Object.fromEntries(ports);
}

function sourcePlan({ ports, samplesheet, glob, mpp, panel, labels }: PipelineFile['source']): SourcePlan {
  const files = { samplesheet: samplesheet ?? null, glob: glob ?? null };
  return {
    ...{
      version: READERS_VERSION,
      ports: sourcePorts(ports, labels),
      ...files,
      mpp: mpp ?? null,
      panel: panel ?? null,
    },
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
  };
}

function planStep(resolved: ResolvedStep, inputs: Wiring, file: PipelineFile): PlannedStep {
  const { id, step, params, identity, models, queues, runtime, needs } = resolved;
  const { retry, timeout } = file.steps[id]!;
  const outputs = Object.entries(step.outputs as Record<string, PortSpec>);
  const published = Object.values(file.publish).some((from) => from.startsWith(`${id}.`));
  return {
    ...{ id, step: step.name, version: step.version, params, inputs },
    outputs: Object.fromEntries(outputs.map(([port, spec]): [string, Kind] => [port, portKind(spec)])),
    ...{ models, identity, runtime, queues, cpus: needs.cpus, memoryBytes: needs.memoryBytes },
    // What is published must be there for readers, however cheap it is to compute.
    keep: step.keep !== false || published,
    timeoutMs: parseDuration(timeout)!,
    attempts: retry,
  };
}

/**
 * Compiles a pipeline file to its plan: plain JSON, complete, hashed. Pure: `file` is only named in messages. Throws one
 * PIPELINE error that lists every problem with line, path, code and remedy; `fields.issues` holds them as `Issue[]`.
 */
export function compile(text: string, file: string, environment: Environment): Plan {
  const issues = new IssueList(file);
  const value = readYaml(text, issues);
  if (value === undefined) issues.throwIfAny(COMPLAINT);
  const draft = readDraft(value, issues);
  // Beyond any real pipeline: that is the problem to report, and looking further would take long.
  if (draft.steps.size > MAX_STEPS) issues.throwIfAny(COMPLAINT);

  const steps = new Map<string, ResolvedStep>();
  for (const step of draft.steps.values()) {
    const resolved = resolveStep(step, environment, issues);
    if (resolved !== null) steps.set(step.id, resolved);
  }
  const origins = originsOf(draft, steps);
  const wirings = new Map<string, Wiring>();
  for (const [id, resolved] of steps) wirings.set(id, bind(draft.steps.get(id)!, resolved, origins, issues));
  const publish = publishedPorts(draft, origins, issues);
  for (const { ids, port } of cyclesOf(draft.steps)) {
    const message = `${ids.join(' → ')}: a step cannot wait for its own result; wire "${port}" to a step outside the circle`;
    issues.add('CYCLE', ['steps', ids[0]!, 'in', port], message);
  }
  issues.throwIfAny(COMPLAINT);

  const checked = draft.file!;
  const stages = stagesOf([...steps.values()], draft.steps).map((stage) => ({
    scope: stage.scope,
    steps: stage.steps.map((step) => planStep(step, wirings.get(step.id)!, checked)),
  }));
  // Sources are read field by field, also where only the cohort's steps use them.
  if (stages[0]?.scope !== 'fov') stages.unshift({ scope: 'fov', steps: [] });
  const plan = sealPlan({
    ...{ schema: 1, pipeline: checked.name, source: sourcePlan(checked.source), stages, publish },
    onFailure: checked.onFailure,
  });
  const bytes = JSON.stringify(plan).length;
  if (bytes > MAX_PLAN_BYTES) {
    const message = `the plan has ${bytes} bytes, a workflow takes ${MAX_PLAN_BYTES}; split the pipeline or shorten its parameters`;
    issues.add('TOO_LARGE', [], message);
  }
  issues.throwIfAny(COMPLAINT);
  return plan;
}
