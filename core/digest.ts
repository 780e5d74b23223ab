import { createHash } from 'node:crypto';
import { FoveaError } from './errors.ts';
import type { Digest } from './artifact.ts';

/**
 * Canonical JSON: object keys sorted by code unit, no white space, absent for undefined members, shortest round-trip
 * numbers as ECMAScript prints them (RFC 8785). Throws on NaN, infinities, functions and other values JSON cannot hold.
 */
export function canonical(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new FoveaError('INVALID_OUTPUT', `canonical JSON cannot hold ${value}`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item ?? null)).join(',')}]`;
  if (typeof value === 'object') {
    const members: string[] = [];
    for (const key of Object.keys(value).sort()) {
      const member = (value as Record<string, unknown>)[key];
      if (member !== undefined) members.push(`${JSON.stringify(key)}:${canonical(member)}`);
    }
    return `{${members.join(',')}}`;
  }
  throw new FoveaError('INVALID_OUTPUT', `canonical JSON cannot hold a ${typeof value}`);
}

/** SHA-256 of `tag`, a line feed and the canonical JSON of `value`. The tag keeps digests of different things apart. */
export function digestOf(tag: string, value: unknown): Digest {
  return createHash('sha256').update(`${tag}\n`).update(canonical(value)).digest('hex');
}

export function sha256(bytes: Uint8Array | string): Digest {
  return createHash('sha256').update(bytes).digest('hex');
}
