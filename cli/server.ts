import { Command } from 'commander';
import { ensureServer, serverStatus, stopServer } from '../activities/server/index.ts';
import { FoveaError } from '../core/errors.ts';
import { createOutput, formatBytes } from './output.ts';
import { projectOf, withProjectOptions, type ProjectOptions } from './project.ts';

interface StartOptions extends ProjectOptions {
  readonly port?: string;
  readonly uiPort?: string;
}

function parsePort(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return port;
  throw new FoveaError('USAGE', `${name} takes a port from 1 to 65535, found ${text}`);
}

async function start(options: StartOptions): Promise<void> {
  const output = createOutput(options.json ?? false);
  const port = parsePort('--port', options.port);
  const uiPort = parsePort('--ui-port', options.uiPort);
  const server = await ensureServer({
    home: projectOf(options).home,
    keep: true,
    ...(port === null ? {} : { port }),
    ...(uiPort === null ? {} : { uiPort }),
    log: (line) => output.note(line),
  });
  output.line(
    `Temporal server ${server.version ?? ''} at ${server.address}${server.startedHere ? '' : ' (it ran already)'}`,
  );
  if (server.ui !== null) output.line(`its pages: ${server.ui}`);
  output.line('stop it: fovea server stop');
  output.result(server);
}

async function stop(options: ProjectOptions): Promise<void> {
  const output = createOutput(options.json ?? false);
  const stopped = await stopServer(projectOf(options).home);
  output.line(
    stopped.stopped ? `stopped (process ${stopped.pid}${stopped.killed ? ', killed' : ''})` : 'no server was running',
  );
  output.result(stopped);
}

async function status(options: ProjectOptions): Promise<void> {
  const output = createOutput(options.json ?? false);
  const found = await serverStatus(projectOf(options).home);
  output.line(
    `${found.state}${found.address === null ? '' : ` at ${found.address}, Temporal ${found.version ?? 'unknown version'}`}`,
  );
  if (found.ui !== null) output.line(`pages     ${found.ui}`);
  if (found.db !== null) output.line(`database  ${found.db.path} (${formatBytes(found.db.bytes)})`);
  if (found.log !== null) output.line(`log       ${found.log}`);
  if (found.users.length > 0) output.line(`used by   ${found.users.join(', ')}`);
  output.result(found);
}

/** `fovea server start|stop|status`: the embedded Temporal server of this project. */
export function serverCommand(): Command {
  return new Command('server')
    .description('the embedded Temporal server: start, stop, status')
    .addCommand(
      withProjectOptions(
        new Command('start')
          .description('start it and leave it running (a run starts and stops one by itself)')
          .option('--port <port>', 'port to insist on (default: 7233 or the next free one)')
          .option('--ui-port <port>', "port of Temporal's pages (default: port + 1000)"),
      ).action(start),
    )
    .addCommand(
      withProjectOptions(new Command('stop').description('stop it; runs in flight go on at its next start')).action(
        stop,
      ),
    )
    .addCommand(withProjectOptions(new Command('status').description('where it is and how it does')).action(status))
    .addHelpText(
      'after',
      `
With TEMPORAL_ADDRESS set, every command uses that cluster and none is started.

Examples:
  fovea server start
  fovea server start --port 7300
  fovea server status --json`,
    );
}
