import { z } from 'zod';
import { commandStep } from '../../core/command.ts';
import { stepProblems } from '../../core/registry.ts';
import type { AnyStep, ExecOptions, Scratch } from '../../core/step.ts';
import { gathered, testContext } from '../../core/testing.ts';
import type { Image, Labels, Table } from '../../kernels/image.ts';

const CONTAINER = `ghcr.io/acme/cellpose@sha256:${'0a'.repeat(32)}`;
const image: Image = {
  ...{ height: 1, width: 1, mpp: 0.5, intensity: 'counts', channels: [{ name: 'DAPI', role: null }] },
  planes: [Uint8Array.of(3)],
};
const labels: Labels = { height: 1, width: 1, mpp: 0.5, data: Int32Array.of(1) };
const table: Table = { rows: 0, columns: [] };

const base = {
  ...{ name: 'segment-cellpose', version: 1, summary: 'Segment with Cellpose.', scope: 'fov' as const },
  params: z.strictObject({ diameter: z.number().default(12) }),
  inputs: { image: 'Image', prior: { optional: 'Labels' } } as const,
  outputs: { cells: 'Labels' } as const,
  argv: (
    { inputs, outputs }: { inputs: { image: string; prior?: string }; outputs: { cells: string } },
    p: { diameter: number },
  ) => [
    ...['cellpose', '--image', inputs.image, '--out', outputs.cells, '--diameter', p.diameter],
    ...(inputs.prior === undefined ? [] : ['--prior', inputs.prior]),
  ],
};

/** A scratch folder and a program that only write down what is asked of them. */
function world(): { log: unknown[]; ctx: ReturnType<typeof testContext> } {
  const log: unknown[] = [];
  const scratch = {
    dir: '/scratch/1',
    write: (name: string, kind: string, value: unknown) => {
      log.push(['write', name, kind, value]);
      return Promise.resolve(`/scratch/1/${name}`);
    },
    read: (path: string, kind: string) => {
      log.push(['read', path, kind]);
      return Promise.resolve(kind === 'Labels' ? labels : table);
    },
  } as unknown as Scratch;
  const exec = (
    argv: readonly string[],
    options?: ExecOptions,
  ): Promise<{ stdout: string; stderr: string; seconds: number }> => {
    log.push(['exec', argv, options]);
    return Promise.resolve({ stdout: '', stderr: '', seconds: 0 });
  };
  return { log, ctx: testContext({ scratch, exec }) };
}

describe('commandStep', () => {
  test('writes inputs, runs the program, reads outputs', async () => {
    const step = commandStep({ ...base, container: CONTAINER, env: { OMP_NUM_THREADS: '1' }, finalExitCodes: [2] });
    expect(stepProblems(step)).toEqual([]);
    const { log, ctx } = world();
    expect(await step.run({ image, prior: undefined }, { diameter: 30 }, ctx)).toEqual({ cells: labels });
    const out = '/scratch/1/out-cells.ome.tif';
    expect(log).toEqual([
      ['write', 'image', 'Image', image],
      [
        ...['exec', ['cellpose', '--image', '/scratch/1/image', '--out', out, '--diameter', '30']],
        { env: { OMP_NUM_THREADS: '1' }, finalExitCodes: [2], container: CONTAINER },
      ],
      ['read', out, 'Labels'],
    ]);
  });

  test('writes what is wired to an optional port', async () => {
    const { log, ctx } = world();
    await commandStep({ ...base, container: CONTAINER }).run({ image, prior: labels }, { diameter: 3 }, ctx);
    expect((log[2] as unknown[])[1]).toContain('--prior');
    expect((log[2] as unknown[])[1]).toContain('/scratch/1/prior');
  });

  test('gives a list of files for a port that takes many and for a cohort', async () => {
    const many = commandStep({
      ...{ ...base, identity: { tool: 'merge 2.1' } },
      inputs: { members: { many: 'Labels' } },
      argv: ({ inputs, outputs }) => ['merge', ...inputs.members, outputs.cells],
    });
    const first = world();
    await many.run({ members: [labels, labels] }, { diameter: 1 }, first.ctx);
    const files = ['/scratch/1/members-00001', '/scratch/1/members-00002'];
    expect(first.log[2]).toEqual(['exec', ['merge', ...files, '/scratch/1/out-cells.ome.tif'], {}]);

    const cohort = commandStep({
      ...{ name: 'report-tables', version: 1, summary: 'Report.', scope: 'cohort', params: z.strictObject({}) },
      ...{ identity: { tool: 'report 1' }, inputs: { tables: 'CellTable' }, outputs: { table: 'Table' } },
      argv: ({ inputs, outputs }) => ['report', '-o', outputs.table, ...inputs.tables],
    });
    const second = world();
    const tables = gathered(['a', 'b', 'c'].map((fov) => ({ fov, value: table })));
    expect(await cohort.run({ tables }, {}, second.ctx)).toEqual({ table });
    const paths = [1, 2, 3].map((n) => `/scratch/1/tables-0000${n}`);
    expect(second.log[3]).toEqual(['exec', ['report', '-o', '/scratch/1/out-table.csv', ...paths], {}]);
  });

  test('what identifies the program is part of the key', () => {
    const identityOf = (step: AnyStep): unknown => step.identity?.({});
    expect(identityOf(commandStep({ ...base, container: CONTAINER }))).toEqual({ container: CONTAINER });
    expect(identityOf(commandStep({ ...base, identity: { cellpose: '3.1.0' } }))).toEqual({ cellpose: '3.1.0' });
    expect(identityOf(commandStep({ ...base, container: CONTAINER, identity: { weights: 'cyto3' } }))).toEqual({
      ...{ weights: 'cyto3', container: CONTAINER },
    });
  });

  test.each([
    'ghcr.io/acme/cellpose:3',
    'ghcr.io/acme/cellpose',
    `ghcr.io/acme/cellpose@sha256:${'0a'.repeat(31)}`,
    `--privileged@sha256:${'0a'.repeat(32)}`,
  ])('refuses the container %s', (container) => {
    expect(() => commandStep({ ...base, container })).toThrow(
      expect.objectContaining({
        code: 'PLUGIN',
        message: expect.stringContaining('is not named by digest') as string,
      }) as Error,
    );
  });

  test('refuses a program that nothing identifies', () => {
    expect(() => commandStep({ ...base, identity: {} })).toThrow(
      /neither container nor identity is given.*name its version in identity$/,
    );
  });
});
