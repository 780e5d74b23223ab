import { Option } from 'commander';
import type { RegistryId } from '../../core/vocabulary/marker-registry.ts';

export interface RegistryOptions {
  readonly registry: RegistryId;
  readonly json?: boolean;
}

/** Which list of canonical names is meant. */
export function registryOption(): Option {
  return new Option('--registry <year>', 'the list of DeepCell Types of that year')
    .choices(['2026', '2025'])
    .default('2026');
}
