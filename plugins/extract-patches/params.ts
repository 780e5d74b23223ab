import { z } from 'zod';
import { PATCH_PROFILES, type PatchProfileId } from '../../kernels/index.ts';

const profiles = Object.keys(PATCH_PROFILES) as [PatchProfileId, ...PatchProfileId[]];

export const params = z.strictObject({
  profile: z
    .enum(profiles)
    .default('dct-2026-resmlp')
    .describe('how image and labels are resampled, channels clipped, windows and masks made (README.md)'),
  channels: z
    .enum(['markers', 'all'])
    .default('markers')
    .describe('markers: channels that show a canonical marker, in its order; all: every channel in its own order'),
  map: z
    .record(z.string().min(1), z.string().min(1).nullable())
    .default({})
    .describe('channel → canonical marker, where its name does not say it, or null to leave the channel out'),
  strict: z.boolean().default(false).describe('whether markers that are only guessed are an error'),
});

export type Options = z.output<typeof params>;
