import { pathToFileURL } from 'node:url';
import { compiled } from '../activities/package-root.ts';

/** The built-in steps as a module that compute processes load: always the compiled one. */
export const builtinModule: string = pathToFileURL(compiled('plugins/index.js')).href;
