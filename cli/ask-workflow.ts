import type { AskWorkflow } from '../activities/inspect/runs.ts';
import { isFoveaError } from '../core/errors.ts';
import { connectFor, type Connected } from './connect.ts';
import type { Project } from './project.ts';

export interface Asker {
  readonly ask: AskWorkflow;
  close(): Promise<void>;
}

const absent = (err: unknown): boolean => (err as { name?: unknown }).name === 'WorkflowNotFoundError';

/** Asks the project's server about workflows; connects at the first question and starts no server. */
export function workflowAsker(project: Project): Asker {
  let connecting: Promise<Connected | null> | null = null;
  const connect = (): Promise<Connected | null> =>
    connectFor(project).catch((err: unknown) => {
      if (isFoveaError(err, 'NO_SERVER')) return null;
      throw err;
    });
  return {
    async ask(workflow) {
      connecting ??= connect();
      const connected = await connecting;
      if (connected === null) return null;
      try {
        return (await connected.client.workflow.getHandle(workflow).describe()).status.name === 'RUNNING';
      } catch (err) {
        if (absent(err)) return false;
        throw err;
      }
    },
    async close() {
      await (await connecting)?.close();
    },
  };
}
