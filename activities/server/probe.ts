import { Connection, isGrpcServiceError } from '@temporalio/client';
import type { ConnectionOptions } from '@temporalio/client';

const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;

/**
 * Asks a server for its version and whether it has the namespace.
 *
 * @returns the version, or null where the server keeps it to itself (Temporal Cloud)
 * @throws Error in plain words: not reachable within `timeoutMs`, or no such namespace
 */
export async function probe(options: ConnectionOptions, namespace: string, timeoutMs: number): Promise<string | null> {
  const connection = await connect(options, timeoutMs);
  try {
    return await connection.withDeadline(Date.now() + timeoutMs, async () => {
      const info = await connection.workflowService.getSystemInfo({});
      try {
        await connection.workflowService.describeNamespace({ namespace });
      } catch (err) {
        if (!isGrpcServiceError(err)) throw err;
        const code: number = err.code;
        if (code === NOT_FOUND) throw new Error(`the server has no namespace ${namespace}`, { cause: err });
        // Who may run workflows need not be allowed to look at the namespace itself.
        if (code !== PERMISSION_DENIED) throw err;
      }
      return info.serverVersion || null;
    });
  } finally {
    await connection.close();
  }
}

/** Connects within `timeoutMs`. @throws Error naming the address and the reason */
export async function connect(options: ConnectionOptions, timeoutMs: number): Promise<Connection> {
  try {
    return await Connection.connect({ ...options, connectTimeout: timeoutMs });
  } catch (err) {
    const why = err instanceof Error ? err.message : String(err);
    throw new Error(`no Temporal server answers at ${options.address} within ${timeoutMs / 1000} s (${why})`, {
      cause: err,
    });
  }
}
