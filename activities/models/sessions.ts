import { createRequire } from 'node:module';
import type * as Ort from 'onnxruntime-node';
import { FoveaError } from '../../core/errors.ts';
import { parseMemory } from '../../core/memory.ts';
import { checkModelFile } from './check-file.ts';
import { checkSignature, type GraphTensor } from './check-signature.ts';
import type { CataloguedModel } from './catalogue.ts';
import { readOnnxFacts } from './onnx-file.ts';
import { cpuRuntimeOf, parseRuntime } from './runtime.ts';

/** Sessions of one compute process, the least recently used ones closed when memory is short. */
export interface Sessions {
  /** Throws NOT_FOUND, MODEL_MISMATCH, and MODEL_FAILED where the runtime cannot load the file. */
  get(model: CataloguedModel): Promise<Ort.InferenceSession>;
  /** Tensors' constructor of the same runtime. */
  readonly ort: () => Promise<typeof Ort>;
}

export interface SessionOptions {
  /** `ort-1.30-cpu`: what the queue offers, and part of every key. */
  readonly runtime: string;
  readonly threads: number;
  readonly memoryBytes: number;
}

interface Held {
  readonly session: Promise<Ort.InferenceSession>;
  readonly bytes: number;
}

/** The runtime is a native library of some 30 MB: a process that runs no model never loads it. */
async function loadOrt(): Promise<typeof Ort> {
  try {
    return await import('onnxruntime-node');
  } catch (err) {
    throw new FoveaError(
      'MODEL_FAILED',
      `the inference runtime cannot be loaded: ${(err as Error).message}. Run npm ci again; onnxruntime-node has builds for ` +
        'Linux, Windows and macOS',
      { retryable: false, cause: err },
    );
  }
}

const tensorOf = (meta: Ort.InferenceSession.ValueMetadata): GraphTensor =>
  meta.isTensor
    ? { name: meta.name, type: meta.type, shape: meta.shape }
    : { name: meta.name, type: 'no tensor', shape: [] };

export function createSessions({ runtime, threads, memoryBytes }: SessionOptions): Sessions {
  const held = new Map<string, Held>();
  let loading: Promise<typeof Ort> | null = null;
  const ort = (): Promise<typeof Ort> => (loading ??= loadOrt());

  async function load(model: CataloguedModel): Promise<Ort.InferenceSession> {
    await checkModelFile(model);
    const { metadata } = await readOnnxFacts(model.path);
    const { provider } = parseRuntime(runtime, installedOrt());
    const { InferenceSession } = await ort();
    let session: Ort.InferenceSession;
    try {
      session = await InferenceSession.create(model.path, {
        executionProviders: [provider],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        // The arena keeps what the largest batch took; other processes need that memory between batches.
        enableCpuMemArena: true,
        logSeverityLevel: 3,
      });
    } catch (err) {
      throw new FoveaError(
        'MODEL_MISMATCH',
        `model ${model.name} (${model.path}) cannot be loaded by ${runtime}: ${(err as Error).message}`,
        { fields: { model: model.name, path: model.path, runtime }, cause: err },
      );
    }
    const graph = { inputs: session.inputMetadata.map(tensorOf), outputs: session.outputMetadata.map(tensorOf) };
    checkSignature(model.name, model.record.spec, model.record.metadata, graph, metadata);
    return session;
  }

  async function makeRoom(bytes: number): Promise<void> {
    let total = bytes + [...held.values()].reduce((sum, each) => sum + each.bytes, 0);
    for (const [key, oldest] of held) {
      if (total <= memoryBytes) return;
      held.delete(key);
      total -= oldest.bytes;
      await oldest.session.then((session) => session.release()).catch(() => undefined);
    }
  }

  return {
    ort,
    async get(model) {
      const key = model.record.digest;
      const found = held.get(key);
      if (found !== undefined) {
        held.delete(key);
        held.set(key, found);
        return found.session;
      }
      const bytes = parseMemory(model.record.memory)!;
      await makeRoom(bytes);
      const session = load(model);
      held.set(key, { session, bytes });
      session.catch(() => held.delete(key));
      return session;
    },
  };
}

/** Version of the installed runtime, such as `1.30.0`. */
export function installedOrt(): string {
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  return version;
}

/** The runtime of this installation on CPUs, `ort-<major.minor>-cpu`. */
export const cpuRuntime = (): string => cpuRuntimeOf(installedOrt());
