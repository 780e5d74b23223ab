import { createServer } from 'node:net';
import { FoveaError } from '../../core/errors.ts';

const FIRST = 7233;
const LAST = FIRST + 99;
const UI_OFFSET = 1000;

export interface Ports {
  readonly port: number;
  readonly uiPort: number;
}

/** Whether nothing listens on this port of the loopback interface (port 0: any). Resolves to the port bound, or null. */
function bindable(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(null));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const bound = probe.address();
      probe.close(() => resolve(typeof bound === 'object' && bound !== null ? bound.port : null));
    });
  });
}

async function demand(port: number, what: string, option: string): Promise<void> {
  if ((await bindable(port)) !== null) return;
  throw new FoveaError(
    'PORT_TAKEN',
    `port ${port} on 127.0.0.1, wanted for ${what}, is in use by another program; ` +
      `stop that program, name another port with ${option}, or leave ${option} out and a free one is taken`,
    { fields: { port } },
  );
}

/**
 * The ports for an embedded server. A port that was asked for is taken or refused; otherwise the preferred pair (that
 * of a server that died, so that its workers find the new one), else the first of 7233-7332 that is free together with
 * the one 1000 above it, which the UI gets.
 *
 * @throws FoveaError PORT_TAKEN
 */
export async function choosePorts(asked: Partial<Ports>, preferred: Ports | null): Promise<Ports> {
  if (asked.uiPort) await demand(asked.uiPort, "Temporal's web page", '--ui-port');
  const uiFor = async (port: number): Promise<number | null> => asked.uiPort || bindable(port + UI_OFFSET);
  if (asked.port) {
    await demand(asked.port, 'the Temporal server', '--port');
    const uiPort = (await uiFor(asked.port)) ?? (await bindable(0));
    if (uiPort !== null) return { port: asked.port, uiPort };
  } else {
    if (preferred !== null && (await bindable(preferred.port)) !== null) {
      const uiPort = asked.uiPort || (await bindable(preferred.uiPort));
      if (uiPort !== null) return { port: preferred.port, uiPort };
    }
    for (let port = FIRST; port <= LAST; port += 1) {
      if ((await bindable(port)) === null) continue;
      const uiPort = await uiFor(port);
      if (uiPort !== null) return { port, uiPort };
    }
  }
  throw new FoveaError('PORT_TAKEN', `no free port in ${FIRST}-${LAST} on 127.0.0.1; name one with --port`);
}
