import { z } from 'zod';
import { BY_DIGEST } from '../../core/command.ts';
import { closest } from '../../core/suggest.ts';

export const PLACEHOLDERS = ['image', 'cells', 'nuclei'] as const;

const MAX_SECONDS = 7 * 24 * 3600;

const fileName = z
  .string()
  .max(200)
  .regex(
    /^(?:[A-Za-z0-9_][\w.+-]*\/)*[A-Za-z0-9_][\w.+-]*\.(?:tiff?|png)$/i,
    'write a file name that ends in .tif, .tiff or .png, relative to the scratch folder and within it',
  )
  .refine(
    (name) => name.toLowerCase() !== 'image.ome.tif',
    'image.ome.tif is what the program reads; let it write another file',
  );

const placed = (argv: readonly string[], name: string): boolean => argv.some((word) => word.includes(`{${name}}`));

/** Words in braces that are nearly a placeholder. Others are left as they are: programs have uses of their own for braces. */
function misspelt(argv: readonly string[]): [found: string, meant: string][] {
  const words = argv.flatMap((word) => [...word.matchAll(/\{([A-Za-z]+)\}/g)].map(([, name]) => name!));
  return words.flatMap((word): [string, string][] => {
    const meant = (PLACEHOLDERS as readonly string[]).includes(word) ? null : closest(word, PLACEHOLDERS);
    return meant === null ? [] : [[word, meant]];
  });
}

export const params = z
  .strictObject({
    argv: z
      .array(z.string().max(10_000))
      .min(1, 'name at least the program')
      .max(1000)
      .describe(
        'the command line, a list: {image}, {cells} and {nuclei} stand for the paths of the files; no shell reads it',
      ),
    container: z
      .string()
      .regex(BY_DIGEST, 'name the container by digest, name@sha256:<64 hex>; a tag may mean another image tomorrow')
      .optional()
      .describe('container image the program runs in, by digest; when absent, it runs where the worker runs'),
    version: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('what version of the program, its model and its settings this is; part of the key'),
    env: z
      .record(
        z.string().regex(/^[A-Za-z_]\w*$/, 'a variable is a letter or "_", then letters, digits and "_"'),
        z.string(),
      )
      .default({})
      .describe('environment variables of the program; they are recorded, so put no secrets here'),
    channels: z
      .array(z.string().min(1))
      .refine((names) => new Set(names).size === names.length, 'each channel once')
      .default([])
      .describe('channels to hand over, in this order; all of them when empty'),
    writes: z
      .strictObject({
        cells: fileName.default('cells.tif').describe('file of whole-cell labels'),
        nuclei: fileName.optional().describe('file of nuclear labels, if the program writes one'),
      })
      .refine(({ cells, nuclei }) => cells !== nuclei, {
        path: ['nuclei'],
        error: 'cells and nuclei are one file; name two',
      })
      .default({ cells: 'cells.tif' })
      .describe('the files the program writes, relative to the scratch folder, in which it runs'),
    sharedIds: z
      .boolean()
      .default(true)
      .describe('whether nucleus i belongs to cell i, which is then checked; else each is numbered by itself'),
    finalExitCodes: z
      .array(z.int().min(1).max(255))
      .default([])
      .describe('exit codes that another attempt cannot cure'),
    timeout: z
      .number()
      .positive()
      .max(MAX_SECONDS)
      .default(1500)
      .describe(
        "seconds after which the program is ended; keep it below the step's own time-out to see its last words",
      ),
  })
  .superRefine(({ argv, container, version, writes }, ctx) => {
    const issue = (path: (string | number)[], message: string): void => ctx.addIssue({ code: 'custom', path, message });
    if (container === undefined && version === undefined) {
      issue(
        ['version'],
        "write the program's version, or name a container by digest: another program under the same name would go unnoticed",
      );
    }
    for (const [found, meant] of misspelt(argv))
      issue(['argv'], `{${found}} stands for nothing; did you mean {${meant}}?`);
    if (placed(argv, 'nuclei') && writes.nuclei === undefined) {
      issue(['writes', 'nuclei'], 'argv has {nuclei}, so name the file here');
    }
  });

export type ExternalOptions = z.output<typeof params>;
