// The Python process with the reference libraries, asked line by line.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pythonEnvironment } from '../../python-environment.mjs';

export class Peer {
  #child;
  #lines;

  /** @throws Error that says why there can be no peer here. */
  static async start(say, script = path.join(import.meta.dirname, 'peer.py')) {
    const onInstall = () => say('installing numpy, scipy and scikit-image …');
    const requirements = path.join(import.meta.dirname, 'requirements.txt');
    return new Peer(await pythonEnvironment('bench-kernels', [requirements], { onInstall }), script);
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
