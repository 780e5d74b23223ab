// Builds the Temporal CLI and dev server from tools/temporal-server (go.mod + go.sum) with the Go that is on PATH.
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const PACKAGE = 'github.com/temporalio/cli/cmd/temporal';
/** From Go 1.21 on, an older Go fetches the newer one that go.mod asks for. */
const OLDEST_GO = [1, 21];
const PROGRESS_MS = 10_000;
const LIMIT_MS = 40 * 60_000;
const TAIL_LINES = 15;

/**
 * Compiles the recipe into the file `path`, which appears whole or not at all. Works in a scratch folder, so the
 * committed go.mod and go.sum are never rewritten; go.sum pins every module.
 *
 * @param {string} path
 * @param {{ recipe: string, go: string, env: NodeJS.ProcessEnv, log: (line: string) => void }} options
 *   `recipe`: the folder with go.mod and go.sum; `go`: the Go program
 * @throws Error with the last lines of Go's output
 */
export async function buildTemporal(path, { recipe, go, env, log }) {
  const version = /github\.com\/temporalio\/cli v(\d+\.\d+\.\d+)/.exec(
    readFileSync(join(recipe, 'go.mod'), 'utf8'),
  )?.[1];
  if (version === undefined) throw new Error(`${join(recipe, 'go.mod')} names no github.com/temporalio/cli version`);
  const scratch = mkdtempSync(join(tmpdir(), 'fovea-temporal-'));
  mkdirSync(dirname(path), { recursive: true });
  const aside = `${path}.${process.pid}.tmp`;
  try {
    checkGo(go, env, scratch);
    for (const file of ['go.mod', 'go.sum']) copyFileSync(join(recipe, file), join(scratch, file));
    log(`building Temporal ${version} with Go; the first time takes about 30 s of download and 4 min on two cores`);
    const build = (mode, extra) =>
      compile(go, version, aside, mode, { cwd: scratch, env: goEnvironment(env, extra), log });
    let result = await build('readonly', {});
    if (result.code !== 0 && /sum\.golang\.org|checksum database|GOSUMDB/i.test(result.tail)) {
      // go.sum still pins the modules; only what it might lack goes unchecked.
      log('the Go checksum database cannot be reached; building again with what go.sum pins');
      result = await build('mod', { GONOSUMDB: '*' });
    }
    if (result.code !== 0) throw new Error(`go build failed: ${result.tail || `exit ${result.code}`}`);
    renameSync(aside, path);
  } finally {
    rmSync(aside, { force: true });
    rmSync(scratch, { recursive: true, force: true });
  }
}

function checkGo(go, env, cwd) {
  const asked = spawnSync(go, ['version'], {
    cwd,
    env: { ...env, GOTOOLCHAIN: 'local' },
    encoding: 'utf8',
    timeout: 20_000,
  });
  const found = /go version go(\d+)\.(\d+)\S*/.exec(asked.stdout ?? '');
  if (found === null)
    throw new Error(`${go} version does not answer: ${(asked.stderr || asked.error?.message || '').trim()}`);
  const [major, minor] = [Number(found[1]), Number(found[2])];
  if (major < OLDEST_GO[0] || (major === OLDEST_GO[0] && minor < OLDEST_GO[1])) {
    throw new Error(`${go} is Go ${major}.${minor}; Go ${OLDEST_GO.join('.')} or newer is wanted`);
  }
}

/** The caller's environment without what would build for another machine or from another workspace. */
function goEnvironment(env, extra) {
  const rest = { ...env };
  for (const name of ['GOOS', 'GOARCH', 'GOFLAGS']) delete rest[name];
  return { ...rest, CGO_ENABLED: '0', GOWORK: 'off', GO111MODULE: 'on', GOTOOLCHAIN: 'auto', ...extra };
}

/** Runs one `go build`; says every ten seconds that it is still at it. */
function compile(go, version, output, mode, { cwd, env, log }) {
  const stamp = `-s -w -X github.com/temporalio/cli/internal/temporalcli.Version=${version}`;
  const args = ['build', `-mod=${mode}`, '-trimpath', '-buildvcs=false', '-o', output, '-ldflags', stamp, PACKAGE];
  return new Promise((resolve, reject) => {
    const started = Date.now();
    const child = spawn(go, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
    const lines = [];
    let downloads = 0;
    child.stderr.setEncoding('utf8').on('data', (text) => {
      for (const line of text.split('\n')) {
        if (line.startsWith('go: downloading')) downloads += 1;
        else if (line.trim() !== '') lines.push(line.trim());
      }
      lines.splice(0, Math.max(0, lines.length - TAIL_LINES));
    });
    const progress = setInterval(() => {
      const seconds = Math.round((Date.now() - started) / 1000);
      log(`building Temporal: ${seconds} s${downloads > 0 ? `, ${downloads} modules downloaded` : ''}`);
    }, PROGRESS_MS);
    const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    const end = () => {
      clearInterval(progress);
      clearTimeout(limit);
    };
    child.once('error', (err) => {
      end();
      reject(new Error(`${go} cannot be run: ${err.message}`));
    });
    child.once('close', (code) => {
      end();
      resolve({ code, tail: lines.join('\n') });
    });
  });
}
