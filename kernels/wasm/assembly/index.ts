// Everything the host calls, one line per source file. Compiled by scripts/build-wasm.mjs to ../kernels.wasm.
export { heapBase } from './memory';
export { addTile, narrowSums } from './blend-tiles';
export { halveRowFirst, halveRowMeans } from './downsample';
export { smoothRows, smoothColumns } from './gaussian';
export { findCandidates, planeExtremes, reconstructMaxima, settleCandidates } from './h-maxima';
export { joinRuns, numberRuns, paintRuns } from './label';
export { fillBox, measureObjects, renameRuns, sumAreas } from './label-edits';
export { countContours, markContours } from './perimeter';
export { meanBlockRow } from './mean-blocks';
export { widenPlane } from './plane-kind';
export { repeatEnds, sumColumns, sumRows } from './resize-bilinear';
export { pickBlocks, pickPixels } from './resize-nearest';
export { interleaveFour, mixColumns, mixRows, roundRow } from './resize-separable';
export { encodeRunRows } from './runs';
