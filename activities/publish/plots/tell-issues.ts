import type { z } from 'zod';

/** `kind: what is wrong; title: what is wrong`. */
export function tellIssues({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`).join('; ');
}
