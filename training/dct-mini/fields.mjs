/** What one field of the cohort is made of: tissue, types, panel and staining, all drawn from its number. */
import { createRandom } from '../../dist/kernels/synth/random.js';
import { PANEL } from '../../dist/kernels/synth/index.js';
import { MARKERS } from './expression.mjs';

/** First seed of each part of the cohort; a field's seed is this plus its number, so that no two parts share a field. */
export const SEEDS = { train: 4_100_000, select: 4_200_000, test: 4_300_000, demo: 4_400_000 };

/** Which types may take the place of the generator's ten, with their odds: cells of about the same form. */
const STAND_INS = {
  Tumor: { Tumor: 45, Epithelial: 28, Melanocyte: 13, Hepatocyte: 14 },
  CD4T: { CD4T: 80, Plasma: 7, Neutrophil: 6, CD8T: 4, NK: 3 },
  CD8T: { CD8T: 80, NK: 8, Neutrophil: 6, Mast: 6 },
  Treg: { Treg: 70, Mast: 15, Plasma: 8, Neutrophil: 7 },
  Bcell: { Bcell: 65, Plasma: 35 },
  Macrophage: { Macrophage: 70, Monocyte: 30 },
  Dendritic: { Dendritic: 60, Monocyte: 15, Mast: 15, Macrophage: 10 },
  NK: { NK: 45, Neutrophil: 25, Mast: 15, Monocyte: 15 },
  Endothelial: { Endothelial: 62, LymphaticEndothelial: 38 },
  Fibroblast: { Fibroblast: 55, SmoothMuscle: 27, Pericyte: 18 },
};
/** What panels for these tests have besides the lineage markers: what tells epithelium from carcinoma, and pericytes from muscle. */
const TELLING = new Set(['CK5', 'P63', 'HER2', 'EGFR', 'MUC1', 'p53', 'MCAM', 'CD271']);
/** Share of the fields that keep the generator's own types. */
const AS_GENERATED = 0.2;

/** Ranges of the tissue's traits by kind. */
const KINDS = {
  carcinoma: { epithelium: [0.25, 0.6], glands: [0, 0.15], infiltration: [0.3, 0.8], aggregates: [0, 1] },
  stroma: { epithelium: [0.03, 0.25], glands: [0, 0.1], infiltration: [0.3, 0.85], aggregates: [0, 1] },
  lymphoid: { epithelium: [0, 0.15], glands: [0, 0], infiltration: [0.6, 1], aggregates: [1, 4] },
};

/** A name by its odds, raised to a power: 1 as they are, 0 all alike. */
function pick(odds, random, power) {
  const raised = Object.entries(odds).map(([name, each]) => [name, each ** power]);
  let left = random.unit() * raised.reduce((sum, [, each]) => sum + each, 0);
  for (const [name, each] of raised) if ((left -= each) < 0) return name;
  return raised[0][0];
}

/** The list in random order (Fisher and Yates). */
function shuffled(list, random) {
  const out = [...list];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random.unit() * (i + 1));
    [out[i], out[j]] = [out[j], out[i]];
  }
  return out;
}

/** `size` marker names in random order; the higher `favour`, the likelier a favoured marker is among them. */
function drawPanel(size, favour, favoured, random) {
  const keys = [...MARKERS.keys()].map((name) => [name, Math.pow(random.unit(), favoured(name) ? 1 / favour : 1)]);
  const chosen = keys.sort((a, b) => b[1] - a[1]).slice(0, size);
  return shuffled(
    chosen.map(([name]) => name),
    random,
  );
}

/** The generator's marker for a canonical one, stained as in one laboratory on one day. */
function stainAs(name, slots, random) {
  const { place, expression } = MARKERS.get(name);
  // One in eight antibodies hardly works.
  const weak = random.unit() < 0.12 ? random.between(0.12, 0.35) : 1;
  const jitter = (share) => Math.max(0, share * random.spread(0.25));
  const of = ({ level, share }) => ({
    level: level * random.spread(0.2),
    share: share === 1 ? 1 : Math.min(1, share * random.spread(0.25)),
  });
  return {
    name,
    role: place.nucleus === 1 ? 'nuclear' : null,
    nucleus: jitter(place.nucleus),
    cytoplasm: jitter(place.cytoplasm),
    membrane: jitter(place.membrane),
    counts: 8000 * weak * Math.min(3, random.spread(0.5)),
    gain: 18 * random.spread(0.35),
    autofluorescence: 90 * random.spread(0.6),
    expression: Object.fromEntries(
      Object.entries(slots)
        .filter(([, type]) => type in expression)
        .map(([slot, type]) => [slot, of(expression[type])]),
    ),
  };
}

/**
 * Field `number` of a part of the cohort: options for the generator, the type behind each of its ten, the markers a test leaves out, and
 * how image and labels are spoilt afterwards.
 */
export function drawField(part, number) {
  const seed = SEEDS[part] + number;
  const random = createRandom(seed, 9001);
  if (part === 'demo') {
    const slots = Object.fromEntries(Object.keys(STAND_INS).map((type) => [type, type]));
    const options = { seed, height: 512, width: 512, panel: PANEL };
    return { options, slots, missing: [], ions: 0, bleed: [], blurPx: 0, errors: null };
  }
  const kind = Object.keys(KINDS)[Math.floor(random.unit() * 3)];
  const traits = Object.entries(KINDS[kind]).map(([trait, [low, high]]) => {
    const value = random.between(low, high);
    return [trait, trait === 'aggregates' ? Math.round(value) : value];
  });
  const composition = {
    ...Object.fromEntries(traits),
    vessels: Math.floor(random.between(1, 6)),
    density: random.between(0.7, 1.15),
  };
  const asGenerated = random.unit() < AS_GENERATED;
  // In training rare types are less rare.
  const slots = Object.fromEntries(
    Object.entries(STAND_INS).map(([slot, odds]) => [
      slot,
      asGenerated ? slot : pick(odds, random, part === 'train' ? 0.5 : 1),
    ]),
  );
  // Training draws a panel anew for every cell out of these; a test has one large panel built around lineages, and then misses 30 % of it.
  const lineage = (name) => MARKERS.get(name).lineage;
  const names =
    part === 'train'
      ? drawPanel(44, 4, lineage, random)
      : drawPanel(40 + Math.floor(random.unit() * 11), 8, (name) => lineage(name) || TELLING.has(name), random);
  const missing = part === 'train' ? [] : shuffled(names, random).slice(0, Math.round(0.3 * names.length));
  // In training, fields with the generator's own types are also stained as its own panel is.
  const ownStains = part === 'train' && asGenerated;
  const ownPanel = new Map(ownStains ? PANEL.map((marker) => [marker.name, marker]) : []);
  const panel = names.map((name) => ownPanel.get(name) ?? stainAs(name, slots, random));
  const bleed = Array.from({ length: Math.floor(random.unit() * 5) }, () => ({
    from: Math.floor(random.unit() * names.length),
    to: Math.floor(random.unit() * names.length),
    share: random.between(0.02, 0.12),
  })).filter(({ from, to }) => from !== to);
  const mpp = random.between(0.35, 0.65);
  const side = Math.round(170 / mpp);
  return {
    options: { seed, height: side, width: side, mpp, panel, composition },
    slots,
    missing,
    bleed,
    // Ion counts at the bright end, as imaging mass cytometry and MIBI have them; 0 for a camera.
    ions: random.unit() < 0.2 ? random.between(5, 25) : 0,
    blurPx: random.unit() < 0.3 ? random.between(0.4, 0.9) / mpp / 2 : 0,
    errors: random.unit() < 0.25 ? null : { severity: random.between(0.2, 1) },
  };
}
