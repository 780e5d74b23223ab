// Everything the host calls, one line per source file. Compiled by scripts/build-wasm.mjs to ../kernels.wasm.
export { heapBase } from './memory';
export { smoothRows, smoothColumns } from './gaussian';
export { findCandidates, planeExtremes, reconstructMaxima, settleCandidates } from './h-maxima';
export { joinRuns, numberRuns, paintRuns } from './label';
export { markBoundaries } from './boundaries';
export { erodeLabels } from './erode-edges';
export { dilateByChords, dilateBySquare, subtractFrom } from './grey-morphology';
export { fillBox, measureObjects, renameRuns, sumAreas } from './label-edits';
export { countFloats, countWords } from './otsu';
export { collectPeaks, doubleExtremes, keepApart, sortPeaks } from './peaks';
export { countContours, markContours } from './perimeter';
export { pickBlocks, pickPixels } from './resize-nearest';
export { markOpen, maskToBits, paintKept, sumComponents } from './masks';
export { markBackground, nearestInRows, zerosAbove } from './nearest-zero';
export { encodeRunRows } from './runs';
