import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '../../core/compile.ts';
import { isFoveaError } from '../../core/errors.ts';
import { fakeEnvironment } from '../support/fake-environment.ts';

/** Each folder of test/pipelines is one behaviour: pipeline.yaml and the plan.json or error.txt it must give. */
const ROOT = join(import.meta.dirname, '../pipelines');
const UPDATE = process.env['FOVEA_UPDATE'] === '1';
const folders = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isDirectory());

function compileFolder(folder: string): { name: 'plan.json' | 'error.txt'; text: string } {
  try {
    const plan = compile(readFileSync(join(folder, 'pipeline.yaml'), 'utf8'), 'pipeline.yaml', fakeEnvironment());
    return { name: 'plan.json', text: `${JSON.stringify(plan, null, 2)}\n` };
  } catch (err) {
    if (!isFoveaError(err, 'PIPELINE')) throw err;
    return { name: 'error.txt', text: `${err.message}\n` };
  }
}

describe('sample pipelines', () => {
  test('cover every issue code', () => {
    const codes = folders.flatMap(({ name }) => {
      const file = join(ROOT, name, 'error.txt');
      return existsSync(file)
        ? [...readFileSync(file, 'utf8').matchAll(/\(([A-Z_]+)\)$/gm)].map((match) => match[1]!)
        : [];
    });
    expect([...new Set(codes)].sort()).toEqual(
      [
        ...[
          'ALIASES',
          'CYCLE',
          'DUPLICATE_KEY',
          'KIND_MISMATCH',
          'LIST_NOT_ALLOWED',
          'MISSING_INPUT',
          'NO_QUEUE',
          'PARAMS',
        ],
        ...['SCHEMA', 'SCOPE', 'TOO_LARGE', 'UNKNOWN_KEY', 'UNKNOWN_MODEL', 'UNKNOWN_PORT', 'UNKNOWN_SOURCE'],
        ...['UNKNOWN_STEP', 'YAML'],
      ].sort(),
    );
  });

  test.each(folders.map(({ name }) => name))('%s', (name) => {
    const folder = join(ROOT, name);
    const found = compileFolder(folder);
    if (UPDATE) writeFileSync(join(folder, found.name), found.text);
    const expected = ['plan.json', 'error.txt'].filter((file) => existsSync(join(folder, file)));
    expect(expected).toEqual([found.name]);
    expect(found.text).toBe(readFileSync(join(folder, found.name), 'utf8'));
  });
});
