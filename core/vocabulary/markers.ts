import { words } from './word-list.ts';

/**
 * The marker names of DeepCell Types: facts of its public repository (vanvalenlab/deepcell-types, commit 3bd55fd for 2026, the parent of
 * 4a2d7ba for 2025), arranged anew. Order is index.
 */

/** 278 names, all but the last eight in the order of their letters. No two are equal but for case. */
export const markers2026: readonly string[] = words(`
  AGER ANXA1 AQP1 AQP2 AR ARG1 ASCT2 Amylase ArrestinC Bcl-2 Beta-catenin Beta-tubulin Beta3-tubulin Biglycan
  C-peptide CALB1 CCNA2 CCNB1 CCND1 CCNE CCR7 CD10 CD103 CD106 CD107a CD107b CD11b CD11c CD123 CD127 CD13 CD138 CD14
  CD147 CD15 CD152 CD154 CD16 CD161 CD163 CD19 CD1b CD1c CD2 CD20 CD206 CD207 CD209 CD21 CD25 CD271 CD273 CD28 CD294
  CD298 CD3 CD31 CD32 CD33 CD34 CD35 CD36 CD38 CD39 CD39L3 CD3d CD3e CD4 CD40 CD44 CD45 CD45R CD45RA CD45RO CD49a
  CD49f CD5 CD54 CD56 CD57 CD61 CD63 CD66 CD66b CD68 CD69 CD7 CD73 CD8 CD80 CD85J CD86 CD9 CD90 CD94 CD98 CDK2
  CDKN1a CDKN1b CDKN1c CDKN2a CDX2 CHGA CHX10 CK10 CK14 CK17 CK19 CK5 CK6 CK7 CK8 COL1 COX2 CPT1A CSF-1R CXCL4 CXCL5
  CXCR5 Calprotectin Cathepsin_L ChAT ChREBP Chymase Col4 Cystatin3 DC-LAMP DEFA5 Desmin E-cadherin EGFR EOMES ESR1
  EpCAM FAP FASN FCERG1A Fibronectin FoxP3 G-tubulin GAPDH GATA3 GATA6 GFAP GLUT1 GP2 GS GZMB Galectin9 Ghrelin
  Glucagon HER2 HIF1A HK1 HLA-Class-1 HLA-Class-2 HLA-G HO1 HSP27 HSP70 HSP90 HuC-D ICOS IDO IDO-1 IFNg IGFBP7 IL6
  IRF3 Iba1 IgA IgM Intelectin-1 KIM-1 Ki67 LAG3 LAMA2 LC3 LRP2 Lck LectinIB4 Lumican Lysozyme Lyve1 M-Opsin MBP
  MCAM MCP1 MCT1 MECA-79 MMP12 MMP7 MMP9 MPO MUC1 MUC2 MUC5AC MUC6 MelanA NKG2D NRF2 Na-K-ATPase Nestin OGT OLFM4
  OLIG2 OPN OX40 P-cadherin P2Y12 P63 PAX5 PD1 PDL1 PDPN PGA3 PKCa PKM2 PLSCR1 PMEL PML PNA PPY PROM1 PROX1 PanCK
  Phalloidin Podocalyxin Podocin S-Opsin S100A11 S100A4 SEC61A1 SLC12A3 SMA SOMATOSTATIN SOX10 SOX2 SOX9 SQSTM1
  Synaptophysin TCF1 TCF1_TCF7 TDP43 TIGIT TIM3 TMPRSS2 TTF1 Tox-Tox2 Tryptase Uromodulin VCAM1 VEGFR2 Vimentin YAP
  c-Caspase-3 c-PARP c-kit cJUN dsDNA gH2AX gdTCR iNOS p16 p53 pCREB pH2AX pMLKL pS6 uPAR PGP9-5 Lefty DDB2
  Fibrinogen Actin GlycophorinA IgD CD79a
`);

/** The 177 names of the time of the paper's models. The index of a marker in such a model is the model's own, not this one. */
export const markers2025: readonly string[] = words(`
  ACE2 ANXA1 AR ARG1 ASCT2 Amylase Bcl-2 Beta-catenin Biglycan CCR7 CD10 CD103 CD106 CD107a CD11b CD11c CD123 CD127
  CD138 CD14 CD147 CD15 CD154 CD16 CD161 CD163 CD19 CD1c CD20 CD206 CD207 CD209 CD21 CD25 CD27 CD271 CD294 CD3 CD31
  CD33 CD34 CD35 CD36 CD38 CD39 CD4 CD44 CD45 CD45RA CD45RO CD49a CD49f CD5 CD54 CD56 CD57 CD61 CD63 CD66 CD68 CD69
  CD7 CD73 CD79a CD8 CD80 CD8a CD90 CD94 CD98 CDX2 CK10 CK14 CK17 CK19 CK5 CK6 CK7 COL1 COX2 CPT1A CXCL5 CXCR5
  Calprotectin CgA Col4 DEFA5 E-cadherin EGFR ER EpCAM FAP FASN Fibronectin FoxP3 GATA3 GATA6 GFAP GLUT1 GRB GYPA
  GZMB Galectin9 HER2 HIF1A HK1 HLA-Class-1 HLA-Class-2 HLA-G HO1 ICOS IDO IFNg IL6 IgA IgD IgM Intelectin-1 Ki67
  LAG3 Lck Lumican Lysozyme Lyve1 MCT1 MECA-79 MMP7 MMP9 MPO MUC1 MUC2 MUC5AC MUC6 MelanA NKG2D NRF2 Na-K-ATPase
  Nestin OLFM4 OLIG2 OX40 P-cadherin P2Y12 P63 PD1 PDL1 PDPN PGA3 PKM2 PMEL PROX1 PanCK S100A4 SMA SOMATOSTATIN
  SOX10 SOX2 SOX9 SPARC Synaptophysin TCF1 TIGIT TIM3 TMPRSS2 TTF1 Tox-Tox2 Tryptase Vimentin XBP1 YAP c-Caspase-3
  c-kit gH2AX gdTCR iNOS p16 p53
`);

const pairs = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(words(text).map((pair): [string, string] => pair.split('=') as [string, string]));

/** Other names that DeepCell Types takes since 2026: 7 in its code, 14 in its file. */
export const upstreamAliases2026: Readonly<Record<string, string>> = pairs(`
  CgA=CHGA DC-SIGN=CD209 DCSIGN=CD209 Galectin-9=Galectin9 HO-1=HO1 Pan-Cytokeratin=PanCK PANCK=PanCK
  ADEFENSIN5=DEFA5 ASMA=SMA BCL2=Bcl-2 CD117=c-kit CD11C=CD11c COLLAGENIV=Col4 CYTOKERATIN=PanCK HLADR=HLA-Class-2
  ITLN1=Intelectin-1 KI67=Ki67 NKG2G=NKG2D PODOPLANIN=PDPN SYNAPTOPHYSIN=Synaptophysin VIMENTIN=Vimentin
`);

/** Names that stand for themselves in the table of 2025. */
const OWN_NAMES_2025 = words(`
  Beta-catenin CD11b CD11c CD138 CD16 CD163 CD20 CD209 CD3 CD31 CD4 CD45 CD45RO CD56 CD63 CD68 CD8 EGFR FoxP3
  HLA-Class-2 HLA-Class-1 IDO CK17 CK6 Ki67 LAG3 MPO OX40 PDL1 PD1 PanCK SMA Vimentin p53 CD123 CD127 CD15 CD161
  CD19 CD206 CD21 CD25 CD34 CD36 CD38 CD44 CD57 CD66 CD69 CD7 CD90 CK7 FAP MUC1 MUC2 OLFM4 SOX9
`);

/** The table of 2025, 72 names: the only names its models' code took, letter for letter. */
export const upstreamAliases2025: Readonly<Record<string, string>> = {
  ...Object.fromEntries(OWN_NAMES_2025.map((name) => [name, name])),
  ...pairs(`
  ADEFENSIN5=DEFA5 ASMA=SMA BCL2=Bcl-2 CD117=c-kit CD11C=CD11c CHGA=CgA COLLAGENIV=Col4 CYTOKERATIN=PanCK
  HLADR=HLA-Class-2 ITLN1=Intelectin-1 KI67=Ki67 NKG2G=NKG2D PODOPLANIN=PDPN SYNAPTOPHYSIN=Synaptophysin
  VIMENTIN=Vimentin
  `),
};

/** The 66 of the 177 markers that the table of 2025 leads to. */
export const markers2025Reachable: readonly string[] = [...new Set(Object.values(upstreamAliases2025))].sort();
