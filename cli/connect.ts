import { Client, Connection } from '@temporalio/client';
import { connectionOptions, serverStatus } from '../activities/server/index.ts';
import { FoveaError } from '../core/errors.ts';
import type { Project } from './project.ts';

export interface Connected {
  readonly client: Client;
  close(): Promise<void>;
}

/**
 * A client of a server that answers at `address`; credentials come from the environment as for every command. The SDK's own
 * retries are left out: a retry that comes due after the connection was closed throws where nobody can catch it, and a
 * killed server is to be noticed at the first miss. Callers ask again themselves.
 */
export async function connectTo(server: { readonly address: string; readonly namespace: string }): Promise<Connected> {
  const kind = process.env['TEMPORAL_ADDRESS'] ? 'external' : 'embedded';
  const connection = await Connection.connect({
    ...connectionOptions({ address: server.address, kind }),
    interceptors: [],
  });
  return { client: new Client({ connection, namespace: server.namespace }), close: () => connection.close() };
}

/** A client of the project's server as it is; starts none. Throws NO_SERVER when none answers. */
export async function connectFor({ home }: Pick<Project, 'home'>): Promise<Connected> {
  const { state, address, namespace } = await serverStatus(home);
  if (address === null || state === 'silent') {
    throw new FoveaError('NO_SERVER', `no Temporal server of ${home} answers (${state}); start it: fovea server start`);
  }
  return connectTo({ address, namespace });
}
