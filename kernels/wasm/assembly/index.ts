// Everything the host calls, one line per source file. Compiled by scripts/build-wasm.mjs to ../kernels.wasm.
export { heapBase } from './memory';
export { dilateAlongRow, dilateRows } from './dilate-square';
export { binPixels, blendBlock, countBlock, stretchPlane } from './equalize-adaptive';
export { erodeEdgeLayer } from './erode-edges';
export { smoothRows, smoothColumns } from './gaussian';
export { findCandidates, planeExtremes, reconstructMaxima, settleCandidates } from './h-maxima';
export { joinRuns, numberRuns, paintRuns } from './label';
export { fillBox, largestId, measureObjects, renameRecords, renameRuns, sumAreas } from './label-edits';
export { countContours, markContours } from './perimeter';
export { pickBlocks, pickPixels } from './resize-nearest';
export { encodeRunRows, paintStretch } from './runs';
export { markAbove } from './threshold';
export { listContested, mergeMarkers, orderKeys, paintUncontested } from './watershed';
export { fillBasin, writeBasin } from './watershed-basin';
export { floodBasin } from './watershed-flood';
export { orderMarkers } from './watershed-heap';
