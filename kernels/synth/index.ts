/** Synthetic multiplexed tissue with its truth: same seed, same bytes. */
export { CELL_TYPES, type CellType } from './cell-types.ts';
export { type Composition } from './layout.ts';
export { PANEL, type Marker } from './panel.ts';
export { CARCINOMA, SYNTH_VERSION, synthesizeTissue, type Tissue, type TissueOptions } from './synthesize-tissue.ts';
