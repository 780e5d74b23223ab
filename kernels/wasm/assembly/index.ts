// Everything the host calls, one line per source file. Compiled by scripts/build-wasm.mjs to ../kernels.wasm.
export { heapBase } from './memory';
export { smoothRows, smoothColumns } from './gaussian';
export { findCandidates, planeExtremes, reconstructMaxima, settleCandidates } from './h-maxima';
export { joinRuns, numberRuns, paintRuns } from './label';
export { fillBox, measureObjects, renameRuns, sumAreas } from './label-edits';
export { countContours, markContours } from './perimeter';
export { largestId, sumRuns } from './regions';
export { pickBlocks, pickPixels } from './resize-nearest';
export { encodeRunRows } from './runs';
