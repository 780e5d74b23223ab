/**
 * Which types show which markers, as immunology textbooks and antibody sheets have it: qualitative, not fitted to any data. A number is the
 * level of a positive cell (1 is the marker's brightest ordinary type), a pair adds the share of the type's cells that are positive.
 */
import { FURTHER } from './further-markers.mjs';
import { LINEAGE } from './lineage-markers.mjs';

export { TYPES } from './types.mjs';

/** Where in the cell a stain sits: relative brightness of nucleus, cytoplasm and membrane, as in the generator's panel. */
const PLACES = {
  surface: { nucleus: 0, cytoplasm: 0.12, membrane: 1 },
  both: { nucleus: 0, cytoplasm: 0.38, membrane: 1 },
  cytoplasm: { nucleus: 0.05, cytoplasm: 1, membrane: 0.25 },
  nucleus: { nucleus: 1, cytoplasm: 0.03, membrane: 0 },
};

const pair = (value) => (typeof value === 'number' ? { level: value, share: 1 } : { level: value[0], share: value[1] });

/** Every marker by its canonical name: where it sits, whether panels are built around it, and { level, share } by type. */
export const MARKERS = new Map(
  [...Object.entries(LINEAGE), ...Object.entries(FURTHER)].map(([name, [place, levels]]) => [
    name,
    {
      place: PLACES[place],
      lineage: name in LINEAGE,
      expression: Object.fromEntries(Object.entries(levels).map(([type, value]) => [type, pair(value)])),
    },
  ]),
);
