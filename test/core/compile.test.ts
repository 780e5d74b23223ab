import fc from 'fast-check';
import { z } from 'zod';
import { compile } from '../../core/compile.ts';
import { digestOf } from '../../core/digest.ts';
import { FoveaError, isFoveaError } from '../../core/errors.ts';
import type { Issue } from '../../core/issues.ts';
import { overrideSource } from '../../core/plan-digest.ts';
import { createRegistry } from '../../core/registry.ts';
import { defineStep } from '../../core/step.ts';
import { fakeEnvironment } from '../support/fake-environment.ts';
import { FAKE_STEPS } from '../support/fake-steps.ts';

const HEAD = 'fovea: 1\nname: sample\nsource: { samplesheet: fovs.csv }\n';
const STEPS = 'steps:\n  a: { use: normalize, in: { image: source.image } }\npublish: { a: a.image }\n';
const environment = fakeEnvironment();

function issuesOf(text: string, env = environment): readonly Issue[] {
  try {
    compile(text, 'x.yaml', env);
  } catch (err) {
    if (isFoveaError(err, 'PIPELINE')) return err.fields['issues'] as Issue[];
    throw err;
  }
  return [];
}

describe('the plan', () => {
  const plan = compile(HEAD + STEPS, 'x.yaml', environment);

  test('is hashed without the name of the pipeline', () => {
    const renamed = compile((HEAD + STEPS).replace('sample', 'other'), 'y.yaml', environment);
    expect(renamed).toEqual({ ...plan, pipeline: 'other' });
    const { schema, source, stages, publish, onFailure } = plan;
    expect(plan.digest).toBe(digestOf('fovea.plan', { schema, source, stages, publish, onFailure }));
  });

  test('does not depend on comments, line ends, a byte order mark or flow style', () => {
    const block =
      '\uFEFF# comment\r\nfovea: 1\r\nname: sample\r\nsource:\r\n  samplesheet: fovs.csv\r\nsteps:\r\n  a:\r\n' +
      '    use: normalize\r\n    in:\r\n      image: source.image\r\npublish:\r\n  a: a.image\r\n';
    expect(compile(block, 'x.yaml', environment)).toEqual(plan);
  });

  test('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  test('can be pointed at other images; the digest follows', () => {
    const other = overrideSource(plan, { glob: '*.tif', mpp: 0.4 });
    expect(other.source).toEqual({ ...plan.source, samplesheet: null, glob: '*.tif', mpp: 0.4 });
    expect(other.digest).not.toBe(plan.digest);
    expect(overrideSource(other, { samplesheet: 'fovs.csv', mpp: null })).toEqual(plan);
  });
});

describe('the error', () => {
  test('carries its issues as fields, in file order', () => {
    const text = `${HEAD}steps:\n  b: { use: x1, in: {} }\n  a: { use: normalize, in: { image: source.y } }\n`;
    expect(issuesOf(text)).toEqual([
      { file: 'x.yaml', line: 5, path: 'steps.b.use', code: 'UNKNOWN_STEP', message: expect.any(String) as string },
      {
        ...{ file: 'x.yaml', line: 6, path: 'steps.a.in.image', code: 'UNKNOWN_SOURCE' },
        message: 'nothing produces "source.y"; it has: "source.image"',
      },
    ]);
  });

  test('is not retryable and survives JSON', () => {
    expect.assertions(2);
    try {
      compile('', 'x.yaml', environment);
    } catch (err) {
      expect(err).toMatchObject({ code: 'PIPELINE', retryable: false });
      expect(FoveaError.fromJSON(JSON.parse(JSON.stringify(err)))).toEqual(err);
    }
  });
});

describe('limits', () => {
  test('a text above 1 MiB is not parsed', () => {
    const [issue] = issuesOf(HEAD + STEPS + '#'.repeat(2 ** 20));
    expect(issue).toMatchObject({
      code: 'TOO_LARGE',
      line: 1,
      message: expect.stringContaining('wanted at most 1048576') as string,
    });
  });

  test('nesting that would exhaust the stack is an issue like any other', () => {
    const deep = [1_000, 20_000].flatMap((n) => ['['.repeat(n) + ']'.repeat(n), '{ a: '.repeat(n) + '}'.repeat(n)]);
    for (const text of deep) expect(issuesOf(text)).toMatchObject([{ code: 'TOO_LARGE', line: 1 }]);
  });

  test('one slip is not reported two hundred times', () => {
    const issues = issuesOf('['.repeat(200));
    expect(new Set(issues.map(({ code }) => code))).toEqual(new Set(['YAML']));
    expect(issues.length).toBeLessThan(5);
  });

  test('a plan that no workflow could take is refused', () => {
    const nuclear = JSON.stringify(Array.from({ length: 20_000 }, (_, i) => `channel-${i}`));
    const step = `steps:\n  a: { use: segment-watershed, in: { image: source.image }, with: { nuclear: ${nuclear} } }\n`;
    expect(issuesOf(HEAD + step)).toMatchObject([
      {
        code: 'TOO_LARGE',
        message: expect.stringMatching(/^the plan has \d+ bytes, a workflow takes 196608; split/) as string,
      },
    ]);
  });

  test('more than 200 steps are refused', () => {
    const steps = Array.from({ length: 201 }, (_, i) => `  s${i}: { use: normalize, in: { image: source.image } }\n`);
    expect(issuesOf(`${HEAD}steps:\n${steps.join('')}`)).toMatchObject([
      { code: 'SCHEMA', line: 4, path: 'steps', message: 'a pipeline has at most 200 steps' },
    ]);
  });

  test('hostile files are refused in linear time and in few words', () => {
    const fill = (unit: (i: number) => string): string => {
      const parts: string[] = [];
      for (let i = 0, size = 0; size < 60_000; i++, size += parts.at(-1)!.length) parts.push(unit(i));
      return parts.join('');
    };
    const files = [
      fill((i) => `k${i}: 1\n`),
      `${HEAD}steps:\n${fill((i) => `  s${i}: { use: quantify }\n`)}`,
      `${HEAD}steps:\n${fill((i) => `  s${i}: { use: normalize, in: { image: s${i + 1}.image } }\n`)}`,
      `${HEAD}publish:\n${fill((i) => `  p${i}: a.b${i}\n`)}${STEPS.split('publish')[0]}`,
      `${'k'.repeat(60_000)}: 1\n`,
      fill(() => '- '),
      `x: [${fill(() => '*a, ')}]\n`,
      `x: &a [${fill((i) => `&a${i} 1, *a${i}, `)}]\n`,
    ];
    for (const file of files) {
      const start = performance.now();
      const issues = issuesOf(file);
      expect(issues.length).toBeGreaterThan(0);
      expect(issues.length).toBeLessThanOrEqual(200);
      expect(JSON.stringify(issues).length).toBeLessThan(400_000);
      // Linear work takes a second or two even on a busy machine; what is quadratic takes minutes.
      expect(performance.now() - start).toBeLessThan(20_000);
    }
  });

  test('a chain of 200 steps compiles in order', () => {
    const steps = Array.from(
      { length: 200 },
      (_, i) => `  s${i}: { use: normalize, in: { image: ${i === 199 ? 'source' : `s${i + 1}`}.image } }\n`,
    );
    const { stages } = compile(`${HEAD}steps:\n${steps.join('')}`, 'x.yaml', environment);
    expect(stages[0]!.steps.map(({ id }) => id)).toEqual(Array.from({ length: 200 }, (_, i) => `s${199 - i}`));
  });
});

describe('steps of others', () => {
  const step = (name: string, change: object): Parameters<typeof createRegistry>[0][number] =>
    defineStep({
      ...{ name, version: 1, summary: 'Odd.', scope: 'fov' as const, params: z.strictObject({}) },
      ...{ inputs: {}, outputs: { table: 'Table' as const } },
      run: () => ({ table: { rows: 0, columns: [] } }),
      ...change,
    });
  const odd = [
    step('throw-in-identity', {
      identity: () => {
        throw new Error('no digest');
      },
    }),
    step('refine-by-throwing', {
      params: z.strictObject({}).refine(() => {
        throw new Error('boom');
      }),
    }),
    step('yield-a-date', { params: z.strictObject({ day: z.coerce.date() }) }),
    step('yield-infinity', { params: z.strictObject({ x: z.literal('inf').transform(() => Infinity) }) }),
  ];
  const env = { ...environment, registry: createRegistry([...FAKE_STEPS, ...odd]) };

  test.each([
    ['throw-in-identity', '{}', 'step throw-in-identity cannot digest these parameters: no digest; tell its author'],
    ['refine-by-throwing', '{}', 'step refine-by-throwing cannot digest these parameters: boom; tell its author'],
    ['yield-a-date', '{ day: 2020-01-01 }', 'with.day is a Date, which JSON cannot hold'],
    ['yield-infinity', '{ x: inf }', 'canonical JSON cannot hold Infinity'],
  ])('%s is an issue', (use, params, message) => {
    const issues = issuesOf(`${HEAD}steps:\n  a: { use: ${use}, with: ${params} }\n`, env);
    expect(issues).toMatchObject([
      { code: 'PARAMS', line: 5, path: 'steps.a.with', message: expect.stringContaining(message) as string },
    ]);
  });
});

describe('prototypes stay clean', () => {
  test('whatever names a pipeline uses', () => {
    const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];
    for (const name of names) {
      issuesOf(
        `${HEAD}${name}: 1\nsteps:\n  ${name}: { use: ${name}, in: { ${name}: ${name}.${name} }, with: { ${name}: 1 } }\n`,
      );
      issuesOf(
        `${HEAD}steps:\n  a: { use: normalize, in: { image: ${name}.${name} }, models: { ${name}: ${name} } }\npublish: { ${name}: a.${name} }\n`,
      );
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)['use']).toBeUndefined();
  });

  test('a reference to an inherited name leads nowhere', () => {
    const issues = issuesOf(`${HEAD}steps:\n  a: { use: normalize, in: { image: constructor.prototype } }\n`);
    expect(issues).toMatchObject([{ code: 'UNKNOWN_SOURCE', line: 5 }]);
  });
});

describe('compile throws nothing but PIPELINE', () => {
  const compiles = (text: string): void => {
    try {
      compile(text, 'x.yaml', environment);
    } catch (err) {
      expect(isFoveaError(err, 'PIPELINE')).toBe(true);
      const issues = (err as FoveaError).fields['issues'] as Issue[];
      expect(issues.length).toBeGreaterThan(0);
      const lines = text.split('\n').length;
      for (const { line } of issues) expect(line >= 1 && line <= lines).toBe(true);
    }
  };
  const WORDS = [
    ...[
      'fovea',
      'name',
      'source',
      'steps',
      'publish',
      'use',
      'in',
      'with',
      'models',
      'retry',
      'timeout',
      'queue',
      'a',
      'b',
    ],
    ...[
      'normalize',
      'resample',
      'quantify',
      'cohort-summary',
      'source.image',
      'a.image',
      'b.table',
      'image',
      'tables',
      'mpp',
    ],
    ...[
      '1',
      '-3',
      '.inf',
      '.nan',
      '~',
      'true',
      '""',
      '!!set',
      '!!binary',
      '&x',
      '*x',
      '<<',
      '? ',
      '|',
      '>',
      '%',
      '@',
      '__proto__',
    ],
  ];
  const token = fc.oneof(
    fc.constantFrom(...WORDS),
    fc.constantFrom(': ', '\n', '\n  ', '\n    ', '\n- ', '{ ', ' }', '[', ']', ', ', ' #', '\t', '---\n', '...\n'),
    fc.string({ maxLength: 4 }),
  );

  test('on any words in any order', () => {
    fc.assert(
      fc.property(
        fc.array(token, { maxLength: 60 }).map((tokens) => tokens.join('')),
        compiles,
      ),
      { numRuns: 1000 },
    );
  });

  test('on a good pipeline with one stretch replaced', () => {
    const good = `${HEAD}steps:
  a: { use: resample, in: { image: source.image }, with: { mpp: 0.5 } }
  s: { use: segment-watershed, in: { image: a.image }, retry: 2, timeout: 5 minutes }
  b: { use: quantify, in: { image: source.image, cells: s.cells } }
  c: { use: cohort-summary, in: { tables: b.table } }
publish: { table: b.table, summary: c.table }
`;
    const edit = fc.tuple(fc.nat(good.length), fc.nat(12), fc.array(token, { maxLength: 4 }));
    fc.assert(
      fc.property(edit, ([at, cut, tokens]) => compiles(good.slice(0, at) + tokens.join('') + good.slice(at + cut))),
      { numRuns: 800 },
    );
  });

  test('on any value at the place of the whole, of the steps or of a step', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('', 'steps: ', 'steps:\n  a: ', 'steps:\n  a:\n    with: '),
        (value, at) => compiles(`${at === '' ? '' : HEAD}${at}${JSON.stringify(value)}\n`),
      ),
      { numRuns: 500 },
    );
  });
});
