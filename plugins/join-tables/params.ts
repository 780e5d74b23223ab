import { z } from 'zod';

export const params = z.strictObject({
  prefixes: z
    .array(z.string())
    .default([])
    .describe(
      "text before every name of a table, one per table in the order they are wired, '' for none; no list, no prefixes",
    ),
});
