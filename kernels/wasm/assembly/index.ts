// Everything the host calls, one line per source file. Compiled by scripts/build-wasm.mjs to ../kernels.wasm.
export { heapBase } from './memory';
export { smoothRows, smoothColumns } from './gaussian';
