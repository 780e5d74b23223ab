/** Python environments under .venv, for goldens, peers, readers and training; nothing at run time needs one. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withLock } from './file-lock.mjs';

const root = path.resolve(import.meta.dirname, '..');
const INSTALL_MS = 15 * 60_000;

/** Where an environment's programs are. */
export const programsOf = (name) => path.join(root, '.venv', name, process.platform === 'win32' ? 'Scripts' : 'bin');

/**
 * The Python of the environment `.venv/<name>` with the pinned requirements of `lists` (paths) installed; installs again only
 * when they changed. `pip` are further options of pip's, `base` names the Python it is made from (default $PYTHON, python3),
 * `onInstall` is called before anything is installed. Two processes never make one environment at once.
 *
 * @throws {Error} where there is no Python or the packages cannot be had
 */
export async function pythonEnvironment(name, lists, { pip = [], base, onInstall } = {}) {
  const folder = path.join(root, '.venv', name);
  const python = path.join(programsOf(name), process.platform === 'win32' ? 'python.exe' : 'python');
  const stamp = path.join(folder, 'installed-requirements.txt');
  const wanted = lists.map((list) => readFileSync(list, 'utf8')).join('');
  const tool = (command, args) => execFileSync(command, args, { stdio: ['ignore', 2, 2], timeout: INSTALL_MS });
  return await withLock(path.join(root, `.venv/${name}.lock`), () => {
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return python;
    onInstall?.();
    if (!existsSync(python)) tool(base?.() ?? process.env.PYTHON ?? 'python3', ['-m', 'venv', folder]);
    const requirements = lists.flatMap((list) => ['--requirement', list]);
    tool(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...pip, ...requirements]);
    writeFileSync(stamp, wanted);
    return python;
  });
}
