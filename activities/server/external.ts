import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from '@temporalio/client';
import { FoveaError } from '../../core/errors.ts';
import { probe } from './probe.ts';
import type { ServerHandle } from './handle.ts';

/** The part of connection options that a client's Connection and a worker's NativeConnection both take. */
export type ServerConnection = Pick<ConnectionOptions, 'apiKey'> & {
  address: string;
  tls?: boolean | TlsFiles;
};
interface TlsFiles {
  serverNameOverride?: string;
  serverRootCACertificate?: Buffer;
  clientCertPair?: { crt: Buffer; key: Buffer };
}

const CONNECT_MS = 5_000;

/**
 * How to connect to `server`: the embedded one by its address alone, a cluster with the TLS and API-key settings of
 * Temporal's environment variables (TEMPORAL_API_KEY, TEMPORAL_TLS, TEMPORAL_TLS_SERVER_NAME and, each as _PATH or
 * _DATA, TEMPORAL_TLS_CLIENT_CERT, TEMPORAL_TLS_CLIENT_KEY, TEMPORAL_TLS_SERVER_CA_CERT).
 *
 * @throws FoveaError USAGE for a file that cannot be read, a certificate without its key, or the reverse
 */
export function connectionOptions(
  server: Pick<ServerHandle, 'address' | 'kind'>,
  env: NodeJS.ProcessEnv = process.env,
): ServerConnection {
  if (server.kind === 'embedded') return { address: server.address };
  const apiKey = env['TEMPORAL_API_KEY'];
  const tls = tlsFrom(env);
  return {
    address: server.address,
    ...(apiKey ? { apiKey } : {}),
    // An API key must never travel in the clear, so it switches TLS on unless that is refused in so many words.
    ...(tls !== undefined ? { tls } : apiKey ? { tls: true } : {}),
  };
}

function tlsFrom(env: NodeJS.ProcessEnv): boolean | TlsFiles | undefined {
  const flag = env['TEMPORAL_TLS']?.toLowerCase();
  if (flag === 'false' || flag === '0') return false;
  const name = env['TEMPORAL_TLS_SERVER_NAME'];
  const ca = pem(env, 'TEMPORAL_TLS_SERVER_CA_CERT');
  const crt = pem(env, 'TEMPORAL_TLS_CLIENT_CERT');
  const key = pem(env, 'TEMPORAL_TLS_CLIENT_KEY');
  if ((crt === null) !== (key === null)) {
    const [set, missing] = crt === null ? ['KEY', 'CERT'] : ['CERT', 'KEY'];
    const message = `TEMPORAL_TLS_CLIENT_${set}_PATH (or _DATA) is set without TEMPORAL_TLS_CLIENT_${missing}; set both`;
    throw new FoveaError('USAGE', message);
  }
  const files: TlsFiles = {
    ...(name ? { serverNameOverride: name } : {}),
    ...(ca !== null ? { serverRootCACertificate: ca } : {}),
    ...(crt !== null && key !== null ? { clientCertPair: { crt, key } } : {}),
  };
  if (Object.keys(files).length > 0) return files;
  return flag === 'true' || flag === '1' ? true : undefined;
}

function pem(env: NodeJS.ProcessEnv, name: string): Buffer | null {
  const data = env[`${name}_DATA`];
  if (data) return Buffer.from(data);
  const path = env[`${name}_PATH`];
  if (!path) return null;
  try {
    return readFileSync(path);
  } catch (err) {
    const message = `${name}_PATH names ${path}, which cannot be read: ${(err as Error).message}; correct the path`;
    throw new FoveaError('USAGE', message, { cause: err, fields: { path } });
  }
}

/**
 * The server that TEMPORAL_ADDRESS (and TEMPORAL_NAMESPACE) names, checked to answer and to have that namespace; null
 * when the variable is not set. Temporal's configuration files are not read, and saying nothing about that would start
 * a local server for somebody who meant a cluster.
 *
 * @throws FoveaError NO_SERVER, or USAGE for settings that cannot be followed
 */
export async function externalServer(env: NodeJS.ProcessEnv = process.env): Promise<ServerHandle | null> {
  const address = env['TEMPORAL_ADDRESS'];
  if (!address) {
    const profile = ['TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'].find((name) => env[name]);
    if (profile === undefined) return null;
    throw new FoveaError(
      'USAGE',
      `${profile} is set, but Fovea reads no Temporal configuration files; set TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and, ` +
        `where needed, TEMPORAL_API_KEY or TEMPORAL_TLS_* instead, or unset ${profile} to use the embedded server`,
    );
  }
  const namespace = env['TEMPORAL_NAMESPACE'] || 'default';
  const server = { address, kind: 'external' } as const;
  try {
    const version = await probe(connectionOptions(server, env), namespace, CONNECT_MS);
    return { ...server, namespace, ui: null, pid: null, startedHere: false, version };
  } catch (err) {
    if (err instanceof FoveaError) throw err;
    throw new FoveaError(
      'NO_SERVER',
      `TEMPORAL_ADDRESS names ${address}, namespace ${namespace}, but: ${(err as Error).message}; start that server, ` +
        'correct the address, namespace and TEMPORAL_TLS_* or TEMPORAL_API_KEY settings, or unset TEMPORAL_ADDRESS to use the embedded server',
      { cause: err, fields: { address, namespace } },
    );
  }
}
