import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureServer, findTemporal, stopServer } from '../../activities/server/index.ts';
import { isFoveaError } from '../../core/errors.ts';
import type { ServerHandle } from '../../activities/server/index.ts';

/** Whether tests against a real Temporal server can run here, and if not, why. Ask once per file, at its top level. */
export async function haveServer(): Promise<{ have: boolean; why: string }> {
  try {
    await findTemporal();
    return { have: true, why: '' };
  } catch (err) {
    if (!isFoveaError(err, 'NO_SERVER')) throw err;
    return { have: false, why: err.message.replaceAll('\n', ' ') };
  }
}

/** `describe` where a Temporal server can be had, else a skipped suite whose title says why not. */
export async function describeWithServer(title: string, suite: () => void): Promise<void> {
  const { have, why } = await haveServer();
  if (have) describe(title, suite);
  else describe.skip(`${title} (skipped: ${why})`, suite);
}

/** A folder that is removed with `remove`. The blank and the signs in its name are there to be coped with. */
export async function temporaryHome(): Promise<{ home: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'fovea-'));
  const home = join(folder, 'a home?x#1 %41');
  return { home, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Ports that systems give to nobody who did not ask for them: below Linux' ephemeral ones, with room for the UI's, 1000 above. */
const [LOWEST, HIGHEST] = [15_000, 30_999];

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });

/** A port of the loopback interface that was free a moment ago, as the one 1000 above was, and that no connection is given meanwhile. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(LOWEST, HIGHEST + 1);
    if ((await isFree(port)) && (await isFree(port + 1000))) return port;
  }
  throw new Error(`no free port from ${LOWEST} to ${HIGHEST}`);
}

/** An embedded server of its own in a fresh folder, on a free port, whatever TEMPORAL_ADDRESS says. Call `stop` at the end. */
export async function startTestServer(): Promise<ServerHandle & { home: string; stop: () => Promise<void> }> {
  for (const name of Object.keys(process.env)) if (name.startsWith('TEMPORAL_')) delete process.env[name];
  const { home, remove } = await temporaryHome();
  const handle = await ensureServer({ home, keep: true, port: await freePort(), uiPort: await freePort() });
  const stop = async (): Promise<void> => {
    await stopServer(home);
    await remove();
  };
  return { ...handle, home, stop };
}
