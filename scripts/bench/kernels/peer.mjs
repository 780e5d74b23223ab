// The Python process with the reference libraries, asked line by line.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** The environment's Python, made from the pinned requirements when they changed. */
function environment(root, say) {
  const folder = path.join(root, '.venv/bench-kernels');
  const python = path.join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const requirements = path.join(import.meta.dirname, 'requirements.txt');
  const wanted = readFileSync(requirements, 'utf8');
  const stamp = path.join(folder, 'installed-requirements.txt');
  const run = (command, args) => execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  if (!existsSync(python)) run(process.env.PYTHON ?? 'python3', ['-m', 'venv', folder]);
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    say('installing numpy, scipy and scikit-image …');
    run(python, ['-m', 'pip', 'install', '--quiet', '--requirement', requirements]);
    writeFileSync(stamp, wanted);
  }
  return python;
}

export class Peer {
  #child;
  #lines;

  /** @throws Error that says why there can be no peer here. */
  static start(root, say, script = path.join(import.meta.dirname, 'peer.py')) {
    return new Peer(environment(root, say), script);
  }

  constructor(python, script) {
    // One thread, as the kernels have.
    const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
    this.#child = spawn(python, ['-B', script], {
      env,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async ask(message) {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('bench: the Python peer ended; its message is above');
    const answer = JSON.parse(value);
    if (answer.error !== undefined)
      throw new Error(`bench: the Python peer: ${JSON.stringify(message)}: ${answer.error}`);
    return answer;
  }

  stop() {
    this.#child.stdin.end();
  }
}
