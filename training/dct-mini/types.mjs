/** The types the model tells apart, in the order of the DeepCell Types vocabulary of 2026. */
export const TYPES = [
  'Bcell',
  'CD4T',
  'CD8T',
  'Dendritic',
  'Endothelial',
  'Epithelial',
  'Fibroblast',
  'Hepatocyte',
  'LymphaticEndothelial',
  'Macrophage',
  'Mast',
  'Melanocyte',
  'Monocyte',
  'NK',
  'Neutrophil',
  'Pericyte',
  'Plasma',
  'SmoothMuscle',
  'Treg',
  'Tumor',
];

export const each = (types, level) => Object.fromEntries(types.map((type) => [type, level]));
const T = ['CD4T', 'CD8T', 'Treg'];
export const IMMUNE = [...T, 'Bcell', 'NK', 'Plasma', 'Macrophage', 'Monocyte', 'Dendritic', 'Neutrophil', 'Mast'];
export const VESSELS = ['Endothelial', 'LymphaticEndothelial'];
export const SPINDLES = ['Fibroblast', 'SmoothMuscle', 'Pericyte'];
