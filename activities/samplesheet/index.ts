/** Which fields of view there are: a samplesheet's rows, or what a glob finds. Parsed once, here; plain rows afterwards. */
export { discover } from './discover.ts';
export type { DiscoverOptions } from './discover.ts';
export { readPanel } from './panel.ts';
export { readSamplesheet } from './read-samplesheet.ts';
export type { SamplesheetOptions } from './read-samplesheet.ts';
export { resolveInside } from './resolve-inside.ts';
