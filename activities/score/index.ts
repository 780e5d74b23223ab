/** Label images against label images: finds the files, pairs them, scores them. */
export { labelSources } from './label-sources.ts';
export type { LabelSource, LabelSources } from './label-sources.ts';
export { pairLabels } from './pair-labels.ts';
export type { LabelPair } from './pair-labels.ts';
export { scorePairs } from './score-pairs.ts';
export type { ScorePairsOptions, ScoreReport } from './score-pairs.ts';
