// The two stages of the set-up that work inside the clone: npm packages, and compiled code with its workflow bundle.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const PACKAGES_STAMP = join('node_modules', '.fovea-setup');
const BUILD_STAMP = join('dist', '.fovea-build');
const SOURCE_FOLDERS = ['kernels', 'core', 'plugins', 'activities', 'workflows', 'cli'];
const BUILD_INPUTS = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json', 'scripts/build.mjs'];
const SHOWN_LINES = 20;
const PROGRESS_MS = 15_000;

/**
 * Runs `npm ci` unless node_modules already is what package-lock.json asks for. The CUDA libraries that onnxruntime-node
 * would download are left out: they are hundreds of megabytes, and where the network is closed the install would fail.
 *
 * @param {string} root
 * @param {(line: string) => void} say
 * @returns {Promise<string>} what was done
 */
export async function installPackages(root, say) {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const wanted = createHash('sha256').update(lock).update(`${process.platform}-${process.arch}`).digest('hex');
  const stamp = join(root, PACKAGES_STAMP);
  if (readIf(stamp) === wanted) return 'up to date';
  if (installedMatches(root, JSON.parse(lock))) {
    writeFileSync(stamp, wanted);
    return 'up to date';
  }
  say('packages: npm ci …');
  // NODE_ENV=production and the like must not leave the compiler out.
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const [command, ...first] = npm();
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
  await runTool('npm ci', command, [...first, ...args], { cwd: root, env, say });
  writeFileSync(stamp, wanted);
  return 'installed';
}

/**
 * Whether node_modules holds what package-lock.json lists, by npm's own record of what it installed. Packages for other
 * platforms are optional and may be absent. So a clone that npm filled by hand is not filled again.
 */
function installedMatches(root, lock) {
  const record = readIf(join(root, 'node_modules', '.package-lock.json'));
  if (record === null) return false;
  let installed;
  try {
    installed = JSON.parse(record).packages;
  } catch {
    return false;
  }
  const listed = Object.entries(lock.packages).filter(([path]) => path !== '');
  const same = ([path, entry]) => {
    const present = installed[path];
    return present === undefined ? entry.optional === true : present.version === entry.version;
  };
  const known = new Set(listed.map(([path]) => path));
  return listed.every(same) && Object.keys(installed).every((path) => known.has(path));
}

/** How to call npm: the one that runs this script, else the one beside Node, else the one on PATH. */
function npm() {
  const caller = process.env.npm_execpath;
  if (caller?.endsWith('npm-cli.js')) return [process.execPath, caller];
  const folder = dirname(process.execPath);
  for (const up of ['../lib', '.']) {
    const beside = join(folder, up, 'node_modules', 'npm', 'bin', 'npm-cli.js');
    if (existsSync(beside)) return [process.execPath, beside];
  }
  return ['npm'];
}

/**
 * Compiles to dist/ and bundles the workflows with scripts/build.mjs, unless no input changed since the last time.
 *
 * @param {string} root
 * @param {(line: string) => void} say
 * @returns {Promise<string>} what was done
 */
export async function buildSources(root, say) {
  const wanted = sourcesDigest(root);
  const stamp = join(root, BUILD_STAMP);
  if (readIf(stamp) === wanted) return 'up to date';
  await runTool('the build', process.execPath, [join(root, 'scripts', 'build.mjs')], {
    cwd: root,
    env: process.env,
    say,
  });
  writeFileSync(stamp, wanted);
  return 'compiled';
}

/** SHA-256 over path and content of everything the build reads; contents, so that a fresh checkout or a copy stays valid. */
function sourcesDigest(root) {
  const hash = createHash('sha256');
  const add = (path) =>
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  for (const path of BUILD_INPUTS) add(path);
  const walk = (folder) => {
    const entries = readdirSync(join(root, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) add(path);
    }
  };
  for (const folder of SOURCE_FOLDERS) if (existsSync(join(root, folder))) walk(folder);
  return hash.digest('hex');
}

/** Runs a program with its output held back; the end of it is part of the error when it fails. */
function runTool(label, command, args, { cwd, env, say }) {
  return new Promise((resolve, reject) => {
    const started = Date.now();
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output = (output + text).slice(-64_000);
      });
    }
    const progress = setInterval(() => say(`${label}: ${Math.round((Date.now() - started) / 1000)} s …`), PROGRESS_MS);
    child.once('error', (err) => {
      clearInterval(progress);
      reject(new Error(`${label} cannot be started (${command}): ${err.message}`));
    });
    child.once('close', (code, signal) => {
      clearInterval(progress);
      if (code === 0) resolve();
      else {
        reject(new Error(`${label} failed (${signal ?? `exit ${code}`}) in ${cwd}:\n${ends(output)}`));
      }
    });
  });
}

/** The first and last lines of a long text: npm names the cause first and its usage after, a compiler the other way round. */
function ends(text) {
  const lines = text.trimEnd().split('\n');
  if (lines.length <= 2 * SHOWN_LINES) return lines.join('\n');
  return [...lines.slice(0, SHOWN_LINES), '  …', ...lines.slice(-SHOWN_LINES)].join('\n');
}

function readIf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
