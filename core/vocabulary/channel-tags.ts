import { normalForm } from './normal-form.ts';
import { words } from './word-list.ts';

/** Isotopes that carry antibodies or calibrate: element → least and greatest mass. */
const ELEMENTS: Readonly<Record<string, readonly [least: number, greatest: number]>> = {
  ...{ Y: [89, 89], Rh: [103, 103], Pd: [102, 110], Ag: [107, 109], Cd: [106, 116], In: [113, 115], I: [127, 127] },
  ...{ Te: [120, 130], Xe: [124, 136], Cs: [133, 133], Ba: [130, 138], La: [138, 139], Ce: [136, 142], Pr: [141, 141] },
  ...{ Nd: [142, 150], Sm: [144, 154], Eu: [151, 153], Gd: [152, 160], Tb: [159, 159], Dy: [156, 164], Ho: [165, 165] },
  ...{ Er: [162, 170], Tm: [169, 169], Yb: [168, 176], Lu: [175, 176], Hf: [174, 180], Ta: [180, 181], W: [180, 186] },
  ...{ Os: [184, 192], Ir: [191, 193], Pt: [190, 198], Au: [197, 197], Pb: [204, 208], Bi: [209, 209] },
};
const symbols = Object.keys(ELEMENTS).join('|');
/** `Cd111`, `111Cd`, `Cd(111)Di`, `(Cd111)Dd`. Letter for letter: CD111 is an antigen. */
const ISOTOPE = new RegExp(
  `(?:[([]|(?<![A-Za-z0-9]))(?:(?<s1>${symbols})[([]?(?<m1>\\d{2,3})|(?<m2>\\d{2,3})(?<s2>${symbols}))[)\\]]?(?:D[di])?(?![A-Za-z0-9])`,
  'g',
);

const FLUOROPHORE = new RegExp(
  '(?:[([]|(?<![A-Za-z0-9]))(?:[x×]\\s*)?(?:' +
    [
      ...[
        'Opal[ -]?(?:Polaris[ -]?)?\\d{3}',
        'Alexa(?:[ -]?Fluor)?[ -]?(?:Plus[ -]?)?\\d{3}',
        'AF[ -]?\\d{3}',
        'ATTO[ -]?\\d{3}',
      ],
      ...[
        'DyLight[ -]?\\d{3}',
        'eFluor[ -]?\\d{3}',
        'BU?V[ -]?\\d{3}',
        'Cy[ -]?[2357](?:\\.5)?',
        'PE[ -]?Cy[ -]?[57](?:\\.5)?',
      ],
      ...[
        'APC[ -]?(?:Cy[ -]?7|H7|Fire[ -]?7[0-9]{2})',
        'PerCP(?:[ -]?Cy[ -]?5\\.5)?',
        'Pacific[ -]?(?:Blue|Orange)',
        'Texas[ -]?Red',
      ],
      ...[
        'FITC',
        'TRITC',
        'APC',
        'PE',
        'Rhodamine',
        'CoraLite[ -]?(?:Plus[ -]?)?\\d{3}',
        'Biotin',
        'HRP',
        'iF[ -]?\\d{3}',
      ],
    ].join('|') +
    ')[)\\]]?(?![A-Za-z0-9])',
  'gi',
);

/** `reg001_cyc002_ch003_`, `Cycle 2 `, `Channel 3: `, `anti-human `. */
const BEFORE =
  /^(?:reg_?\d+[ _-]+)?(?:cyc(?:le)?[ _-]?\d+[ _-]+)?(?:ch(?:annel)?[ _-]?\d+[ _:-]+)?(?:anti[ _-]+)?(?:(?:human|mouse|rat)[ _-]+)?/i;

const CLONES = new Set(
  words(`
    L26 2H7 SP6 SP7 B56 MIB-1 8D5 C8/144B 144B RPA-T4 RPA-T8 OKT3 OKT4 OKT8 SK1 SK3 SK7 UCHT1 UCHL1 HIT3a HIT2 HI30 HI100 2D1 X16/99 PD7/26
    KP1 PG-M1 Y1/82A QBEnd10 QBEnd/10 JC70A JC/70A C31.3 WM59 MEM-154 DJ130c 10D6 MRQ-26 5C3 1D11 22C3 28-8 73-10 E1L3N E1J2J NAT105 NAT-105
    J105 EH33 EH12.2H7 4B11 4B12 236A/E7 PCH101 206D 259D D608R D6F11 D2-40 NC-08 1A4 V9 RV202 O91D3 AE1/AE3 AE1 AE3 C11 24E10 36B5 HECD-1
    EP700Y EP1332Y D5D3 ICRF44 M1/70 LP5 S-HCL-3 HJ5 HD77 H4C4 HCD14 HCD56 HCD31 HIB19 LE-CD19 MEM-188 LN-3 LN3 TAL.1B5 L243 EMR8-5 W6/32
    GrB-7 11F1 11C10 11E3 17G10G HIR2 YMA1 AB-1 NK-1 HNK-1 MI15 B-A38 DL-101 11H6 3G8 2H3 C3H10 3E2 AA1 B1.1 5B5 MAC387 NK1 HMB45 HMB-45 A103
    DG1447 D33 4A4 SN6 34betaE12 5D3 7F4 5E7 E7 1D4B
  `).map(normalForm),
);
/** The forms in which catalogues number rabbit antibodies, and words that say no more than that it is an antibody. */
const CLONE_LIKE =
  /^(?:EPR?[ -]?\d+[A-Z\d.()/-]*|SP\d+[A-Z]?|RM\d+|[DE]\d{1,2}[A-Z]\d{1,2}[A-Z]{0,2}|MRQ-\d+|CAL\d+|ab\d{4,}|(?:mono|poly)(?:clonal)?|m?ab|rabbit|goat|mouse|sheep)$/i;

const isClone = (word: string): boolean => CLONE_LIKE.test(word) || CLONES.has(normalForm(word));

const EDGES = /^[\s_\-:;,.|×]+|[\s_\-:;,.|×]+$/g;
const trimmed = (text: string): string => text.replaceAll(EDGES, '').trim();

function withoutIsotopes(text: string): string {
  return text.replaceAll(ISOTOPE, (whole, ...rest: unknown[]) => {
    const { s1, m1, s2, m2 } = rest.at(-1) as Record<string, string | undefined>;
    const [least, greatest] = ELEMENTS[s1 ?? s2 ?? ''] ?? [1, 0];
    const mass = Number(m1 ?? m2);
    return mass >= least && mass <= greatest ? ' ' : whole;
  });
}

/** `Ki67 (clone SP6)`, `CD20 [L26]`, `CD68 clone KP1`, `CD20_L26`, `CD8a-C8/144B`; the head keeps at least a letter. */
function withoutClone(text: string): string {
  const named = text.replace(/[\s_,-]*[([]?\s*(?<![A-Za-z0-9])clone[ :_-]+[^()[\]]*[)\]]?\s*$/i, '');
  const bracketed = named.replace(/\s*[([]([^()[\]]+)[)\]]\s*$/, (whole, inside: string) =>
    isClone(inside.trim()) ? '' : whole,
  );
  for (const at of separators(bracketed)) {
    if (isClone(bracketed.slice(at + 1)) && /[A-Za-z]/.test(bracketed.slice(0, at))) return bracketed.slice(0, at);
  }
  return bracketed;
}

const separators = (text: string): number[] => [...text.matchAll(/[\s_-]/g)].map(({ index }) => index);

/**
 * A channel name without what instruments and laboratories add to the marker: isotope, fluorophore, cycle and channel number, `anti-`, clone.
 * Empty where nothing else was there. Names of markers are not recognised here: the caller looks up the whole name first.
 */
export function withoutTags(name: string): string {
  const bare = trimmed(withoutIsotopes(name.normalize('NFKC')).replaceAll(FLUOROPHORE, ' '));
  return trimmed(withoutClone(trimmed(bare.replace(BEFORE, ''))));
}

/** The text before a bracket at the end and the text within; null where there is none. */
export function bracketed(name: string): { readonly outer: string; readonly inner: string } | null {
  const match = /^(.+?)\s*[([]([^()[\]]+)[)\]]\s*$/.exec(name);
  return match === null ? null : { outer: trimmed(match[1] ?? ''), inner: trimmed(match[2] ?? '') };
}

const NUCLEAR =
  /^(?:dapi|hoechst|draq[57]|dna(?:$|\d|_|ir|intercal)|[ds]sdna|sytox|to_?pro\d*$|nuclei$|nucleus$|nuclear(?:$|stain)|h?h3$|histone(?:h?3)?$|ir19[13]|19[13]ir|iridium|haematoxylin|hematoxylin|propidiumiodide)/;
const CONTROL =
  /^(?:blank|empty|empyt|background|bckg|bkg|autofluor|af$|unused|noise|isotype|(?:rabbit|goat|mouse|rat|donkey|hamster)igg|ch\d+(?:cy\d+)?$|secondary|negativecontrol|arar\d*|ar\d\d$|xe1[23]\d)/;

/** Set on the name of a channel that was deliberately left without a marker though its name has one. */
export const UNUSED = /\(unused(?: \d+)?\)$/;

/** Whether a name without its marker speaks of a nuclear stain, or of a channel that shows no antigen; null for neither. */
export function roleOf(name: string): 'nuclear' | 'control' | null {
  const plain = normalForm(name);
  if (UNUSED.test(name) || CONTROL.test(plain)) return 'control';
  return NUCLEAR.test(plain) ? 'nuclear' : null;
}
