// Snakemake and Nextflow on the same shape: chains of tasks that touch a file, two cores.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { withLock } from '../file-lock.mjs';
import { programsOf, pythonEnvironment } from '../python-environment.mjs';

const root = resolve(import.meta.dirname, '../..');
const INSTALL_MS = 15 * 60_000;
const CORES = 2;

/**
 * @typedef {{ fovs: number, steps: number }} Shape
 * @typedef {object} Peer
 * @property {string} name with its version
 * @property {(folder: string, shape: Shape) => Promise<string[]>} prepare writes its pipeline; returns the command
 * @property {(folder: string) => Promise<number>} done tasks that have left their file
 */

/** Runs `make` unless the stamp in `folder` says that it was made from the same `wanted` text. */
async function installed(folder, wanted, make) {
  await mkdir(join(root, '.venv'), { recursive: true });
  await withLock(`${folder}.lock`, async () => {
    const stamp = join(folder, 'installed-requirements.txt');
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
    make();
    writeFileSync(stamp, wanted);
  });
}

const tool = (command, args, cwd = root) =>
  execFileSync(command, args, { cwd, stdio: ['ignore', 2, 2], timeout: INSTALL_MS });

/** @returns {Promise<Peer>} @throws {Error} when there is no Python or no package index */
async function snakemake() {
  await pythonEnvironment('snakemake', [join(import.meta.dirname, 'snakemake.requirements.txt')]);
  const program = join(programsOf('snakemake'), 'snakemake');
  return {
    name: `Snakemake ${execFileSync(program, ['--version'], { encoding: 'utf8' }).trim()}`,
    async prepare(run, { fovs, steps }) {
      const rules = [`rule all:\n    input: expand("out/{fov}.s${steps}", fov=range(${fovs}))\n`];
      for (let step = 1; step <= steps; step++) {
        const input = step === 1 ? '' : `    input: "out/{fov}.s${step - 1}"\n`;
        rules.push(`rule s${step}:\n${input}    output: "out/{fov}.s${step}"\n    shell: "touch {output}"\n`);
      }
      await writeFile(join(run, 'Snakefile'), rules.join('\n'));
      return [program, '--cores', String(CORES), '--quiet', 'all'];
    },
    done: async (run) => (await readdir(join(run, 'out')).catch(() => [])).length,
  };
}

/** @returns {Promise<Peer>} @throws {Error} when there is no Java, no Maven or no package index */
async function nextflow() {
  const folder = join(root, '.venv/nextflow');
  const pom = join(import.meta.dirname, 'nextflow.pom.xml');
  const text = readFileSync(pom, 'utf8');
  await installed(folder, text, () => {
    tool('mvn', [
      '--quiet',
      '--batch-mode',
      '--file',
      pom,
      'dependency:copy-dependencies',
      `-DoutputDirectory=${folder}/lib`,
    ]);
  });
  return {
    name: `Nextflow ${/<artifactId>nextflow<\/artifactId>\s*<version>([\d.]+)/.exec(text)[1]}`,
    async prepare(run, { fovs, steps }) {
      const lines = ['nextflow.enable.dsl = 2'];
      for (let step = 1; step <= steps; step++) {
        const input = step === 1 ? 'val fov' : 'tuple val(fov), path(before)';
        lines.push(
          `process s${step} {\n  input: ${input}\n  output: tuple val(fov), path("s${step}.txt")\n  script: "touch s${step}.txt"\n}`,
        );
      }
      const calls = Array.from({ length: steps }, (_, index) => `s${index + 1}`).join(' | ');
      lines.push(`workflow { Channel.of(0..${fovs - 1}) | ${calls} }`);
      await writeFile(join(run, 'main.nf'), `${lines.join('\n')}\n`);
      const settings = [`executor { name = 'local'; cpus = ${CORES} }`, 'process.cpus = 1'];
      await writeFile(join(run, 'nextflow.config'), `${settings.join('\n')}\n`);
      const java = ['-cp', ['lib/*'].map((jars) => join(folder, jars)).join(delimiter), 'nextflow.cli.Launcher'];
      return [
        'java',
        ...OPENED.flatMap((name) => ['--add-opens', `java.base/${name}=ALL-UNNAMED`]),
        ...java,
        '-q',
        'run',
        'main.nf',
      ];
    },
    // Files staged into the next task's folder have the same names, so tasks are told by their exit codes.
    done: async (run) =>
      (await readdir(join(run, 'work'), { recursive: true }).catch(() => [])).filter((path) =>
        path.endsWith('/.exitcode'),
      ).length,
  };
}

/** Packages of the Java runtime that Nextflow's own launcher opens for it. */
const OPENED = [
  'java.lang',
  'java.io',
  'java.nio',
  'java.net',
  'java.util',
  'java.util.concurrent',
  'sun.nio.ch',
  'sun.nio.fs',
];

/**
 * One run of a peer, stopped after `limitSeconds`.
 *
 * @param {Peer} peer
 * @param {string} folder empty
 * @param {Shape} shape
 * @param {number} limitSeconds
 * @returns {Promise<{ name: string, seconds: number, tasks: number, finished: boolean }>}
 * @throws {Error} with its last words when it fails by itself
 */
export async function runPeer(peer, folder, shape, limitSeconds) {
  await mkdir(folder, { recursive: true });
  const [command, ...args] = await peer.prepare(folder, shape);
  const started = performance.now();
  // A group of its own, so that the limit ends its tasks too.
  const child = spawn(command, args, {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, NXF_HOME: join(root, '.venv/nextflow/home'), NXF_OFFLINE: 'true', NXF_ANSI_LOG: 'false' },
  });
  let words = '';
  child.stderr.on('data', (bytes) => (words = (words + bytes).slice(-2_000)));
  let stopped = false;
  const limit = setTimeout(() => {
    stopped = true;
    process.kill(-child.pid, 'SIGKILL');
  }, limitSeconds * 1000);
  const code = await new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', done);
  });
  clearTimeout(limit);
  const seconds = (performance.now() - started) / 1000;
  const tasks = await peer.done(folder);
  if (!stopped && (code !== 0 || tasks !== shape.fovs * shape.steps)) {
    throw new Error(`${peer.name} ended with ${code} after ${tasks} tasks: ${words.trim()}`);
  }
  return { name: peer.name, seconds, tasks, finished: !stopped };
}

/**
 * The peers that can be had here.
 *
 * @param {(line: string) => void} note is told why one cannot
 * @returns {Promise<Peer[]>}
 */
export async function findPeers(note) {
  const found = [];
  for (const [name, install] of [
    ['Snakemake', snakemake],
    ['Nextflow', nextflow],
  ]) {
    try {
      found.push(await install());
    } catch (err) {
      note(`${name} is not compared with: ${err.message.split('\n')[0]}`);
    }
  }
  return found;
}
