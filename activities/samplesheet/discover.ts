import { basename, dirname, isAbsolute } from 'node:path';
import { glob } from 'tinyglobby';
import { FoveaError } from '../../core/errors.ts';
import { imageStem } from '../images/image-folder.ts';
import { naturalOrder } from '../images/natural-order.ts';
import type { SourceRow } from '../images/source-row.ts';
import { patternProblems } from './label-paths.ts';
import type { LabelPatterns } from './label-paths.ts';
import { createPanelReader } from './panel.ts';
import { duplicateFovs, fovProblem, resolveRows } from './source-row.ts';

export interface DiscoverOptions {
  /** µm per pixel for all; null to take each file's. */
  readonly mpp: number | null;
  /** `mpp` stands even where a file contradicts it. */
  readonly forceMpp?: boolean;
  /** Path of the panel CSV for all, relative to the root; null for none. */
  readonly panel: string | null;
  /** Port → pattern of label files, relative to the root, with {fov} in it; none by default. */
  readonly labels?: LabelPatterns;
}

interface Match {
  readonly path: string;
  readonly isFolder: boolean;
  readonly fov: string;
}

/** A match as a field of view: the file's stem or the folder's name (its parent's for `TIFs`); null for other files. */
function toMatch(found: string): Match | null {
  const isFolder = found.endsWith('/');
  const path = isFolder ? found.slice(0, -1) : found;
  const name = basename(path);
  if (!isFolder) {
    const stem = imageStem(name);
    return stem === null ? null : { path, isFolder, fov: stem };
  }
  return { path, isFolder, fov: name.toLowerCase() === 'tifs' ? basename(dirname(path)) : name };
}

/**
 * The fields of view that a glob pattern finds below `root`, in natural order of their paths: image files (.tif, .tiff,
 * .png) by their stem and folders by their name. Throws SAMPLESHEET when nothing matches, ids repeat (case aside) or are
 * unfit, or a folder matches together with files in it. A link that leaves the root becomes that row's `problem`.
 */
export async function discover(pattern: string, root: string, options: DiscoverOptions): Promise<SourceRow[]> {
  const refuse = (message: string, fields: object = {}) =>
    new FoveaError('SAMPLESHEET', message, { fields: { pattern, root, ...fields } });
  if (isAbsolute(pattern) || pattern.split('/').includes('..'))
    throw refuse(`the pattern "${pattern}" leaves the dataset root ${root}; write it relative to the root`);
  const found = await glob(pattern, {
    cwd: root,
    onlyFiles: false,
    expandDirectories: false,
    // A link that is not followed would not be listed at all; where it leads is judged row by row.
    followSymbolicLinks: true,
  });
  const matches = found
    .map(toMatch)
    .filter((match) => match !== null)
    .sort((a, b) => naturalOrder(a.path, b.path));
  if (matches.length === 0)
    throw refuse(
      `the pattern "${pattern}" finds ${found.length === 0 ? 'nothing' : `${found.length} files but no image (.tif, .tiff, .png) or folder`} below ${root}; correct the pattern`,
    );
  const problems = matches.flatMap(({ path, fov }) => {
    const why = fovProblem(fov);
    return why === null ? [] : [`${path}: fov ${why}`];
  });
  for (const [first, again] of duplicateFovs(matches))
    problems.push(`${first.path} and ${again.path} both give the fov "${again.fov}"; use a samplesheet to name them`);
  for (const { path } of matches.filter(({ isFolder }) => isFolder)) {
    const inner = matches.find((other) => other.path.startsWith(`${path}/`));
    if (inner !== undefined)
      problems.push(`the pattern matches the folder ${path} and ${inner.path} in it; make it match one of them`);
  }
  if (problems.length > 0)
    throw refuse(`the pattern "${pattern}" below ${root} does not give clean ids:\n  ${problems.join('\n  ')}`, {
      problems,
    });
  const { mpp, forceMpp = false, panel, labels = {} } = options;
  const [unknown] = patternProblems(labels, []);
  if (unknown !== undefined) throw refuse(`${unknown}; columns need a samplesheet`);
  const readPanel = createPanelReader(root);
  const drafts = matches.map(({ path, fov }) => ({ fov, image: path, mpp, forceMpp, panel, obs: {} }));
  return resolveRows(drafts, { root, readPanel, labels });
}
