#!/usr/bin/env node
// Everything an empty clone needs: packages, build, workflow bundle, Temporal server. Idempotent; quick when all is there.
//
//   node scripts/setup.mjs [--no-server] [--quiet]
//
// Written so that an old Node can still parse it and say that it is too old.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const WANTED = [20, 19];
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const flags = new Set(process.argv.slice(2));
const unknown = [...flags].filter((flag) => flag !== '--no-server' && flag !== '--quiet');
if (unknown.length > 0) {
  console.error(`setup: unknown option ${unknown.join(' ')}; there are --no-server and --quiet`);
  process.exit(2);
}
const quiet = flags.has('--quiet');
const say = (line) => {
  if (!quiet) console.log(`setup: ${line}`);
};

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < WANTED[0] || (major === WANTED[0] && minor < WANTED[1])) {
  console.error(
    `setup: this is Node ${process.versions.node} (${process.execPath}); Fovea needs Node ${WANTED.join('.')} or newer. ` +
      'Install a current Node, from https://nodejs.org or with your version manager, and run the command again.',
  );
  process.exit(1);
}
say(`Node ${process.versions.node}`);

try {
  const { withLock } = await import('./file-lock.mjs');
  const { buildSources, installPackages } = await import('./setup-stages.mjs');
  // Two set-ups in one clone would delete each other's node_modules.
  await withLock(
    join(root, '.fovea', 'setup.lock'),
    async () => {
      await stage('packages', () => installPackages(root, say));
      await stage('build', () => buildSources(root, say));
    },
    { onWait: (owner) => say(`waiting for process ${owner.pid}, which sets up this folder`) },
  );
} catch (err) {
  console.error(`setup: ${err.message}`);
  process.exit(1);
}

if (flags.has('--no-server')) say('Temporal server: left out (--no-server)');
else await stage('Temporal server', temporalServer);

async function stage(name, work) {
  const started = performance.now();
  const outcome = await work();
  say(`${name}: ${outcome} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}

/** Never fatal: Fovea also runs without a server, if not durably. */
async function temporalServer() {
  if (process.env.TEMPORAL_ADDRESS) return `the one at ${process.env.TEMPORAL_ADDRESS} will be used (TEMPORAL_ADDRESS)`;
  const { findTemporal } = await import('./temporal-server.mjs');
  try {
    const { path, version, how } = await findTemporal({ log: say });
    return `${version}, ${path} (${how})`;
  } catch (err) {
    console.error(`setup: ${err.message}`);
    console.error(
      'setup: without a server Fovea runs pipelines in process (fovea run --local); such runs are not durable.',
    );
    return 'none';
  }
}
