/** The synthetic cohort and the score against its truth. */
export { scoreAgainstTruth, SCORE_THRESHOLDS, type PredictedFov, type Score } from './score.ts';
export { scoreTypes, type TypedFov, type TypeScore } from './score-types.ts';
export { writeSyntheticCohort, type SynthOptions, type SyntheticCohort } from './write-cohort.ts';
