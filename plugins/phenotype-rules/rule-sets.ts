import type { Rule } from './rules.ts';

/**
 * Rules that come with the step, by name. Markers that a panel lacks are left out of a set (the report says so); a type is left out when
 * none of the markers that would tell it is there.
 */
export const RULE_SETS = {
  'immune-oncology': [
    { type: 'Tumor', of: 'all', anypos: ['PanCK', 'E-cadherin'], neg: ['CD45'] },
    { type: 'Immune', of: 'all', anypos: ['CD45', 'CD3', 'CD20', 'CD68', 'CD11c', 'CD56'] },
    { type: 'Endothelial', of: 'all', allpos: ['CD31'], neg: ['CD45'] },
    { type: 'Fibroblast', of: 'all', allpos: ['Vimentin'], neg: ['CD45'] },
    { type: 'Tcell', of: 'Immune', allpos: ['CD3'] },
    { type: 'Bcell', of: 'Immune', allpos: ['CD20'] },
    { type: 'Macrophage', of: 'Immune', allpos: ['CD68'] },
    { type: 'Dendritic', of: 'Immune', allpos: ['CD11c'] },
    { type: 'NK', of: 'Immune', allpos: ['CD56'] },
    { type: 'CD8T', of: 'Tcell', allpos: ['CD8'] },
    { type: 'CD4T', of: 'Tcell', allpos: ['CD4'] },
    { type: 'Treg', of: 'CD4T', allpos: ['FoxP3'] },
  ],
} as const satisfies Readonly<Record<string, readonly Rule[]>>;

export type RuleSet = keyof typeof RULE_SETS;
