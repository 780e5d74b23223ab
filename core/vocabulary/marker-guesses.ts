import { groups, words, type WordGroup } from './word-list.ts';

/** Known antigens that neither list of names, or only that of 2025, holds. They are told from unknown names, and nothing is guessed for them. */
export const absentAntigens: readonly WordGroup[] = [
  ...groups(`
  T-bet = TBX21, Tbet
  VISTA = VSIR, B7-H5
  PR = PGR, Progesterone receptor, PgR
  S100 = S-100
  S100B = S100 beta
  NeuN = RBFOX3, Fox-3
  NKp46 = NCR1, CD335
  CD27 = TNFRSF7
  SPARC = Osteonectin
  XBP1 = X-box binding protein 1
  ACE2 = Angiotensin converting enzyme 2
  BCL6
  MUM1 = IRF4
  Blimp1 = PRDM1
  GNLY = Granulysin
  GZMA = Granzyme A
  GZMK = Granzyme K
  Perforin = PRF1
  TCRab = TCR alpha beta, TCR beta, TRBC1
  ROR gamma t = RORC
  CD62L = SELL, L-selectin
  CD105 = Endoglin, ENG
  CD137 = 4-1BB, TNFRSF9
  CD71 = TFRC, Transferrin receptor
  CD95 = FAS
  CD276 = B7-H3
  CD272 = BTLA
  CD169 = SIGLEC1, Sialoadhesin
  CD141 = Thrombomodulin, BDCA-3, THBD
  CD303 = BDCA-2, CLEC4C
  CD41 = ITGA2B
  CD144 = VE-cadherin, CDH5
  N-cadherin = NCAD, CDH2, CD325
  vWF = von Willebrand factor
  NG2 = CSPG4
  PDGFRA = CD140a, PDGFR alpha
  PDGFRB = CD140b, PDGFR beta
  Lamin A/C = LMNA, LaminAC
  Lamin B1 = LMNB1
  Laminin
  Collagen III = COL3, COL3A1, Collagen 3
  Collagen VI = COL6, COL6A1, Collagen 6
  Tenascin C = TNC
  Caveolin-1 = CAV1
  CAIX = CA9, Carbonic anhydrase IX
  PCNA
  MCM2
  PTEN
  ERG
  MITF
  Tyrosinase = TYR
  Elastase = ELANE, Neutrophil elastase
  H3K27ac = Histone H3K27ac
  H3K27me3 = Histone H3K27me3
  H3K9ac
  pHH3 = Phospho-histone H3, pH3
  pERK = Phospho-ERK, pERK1/2
  pAKT = Phospho-AKT
  pSTAT1 = Phospho-STAT1
  pSTAT3 = Phospho-STAT3
  TGF beta = TGFB1
  TNF alpha = TNF
  Albumin = ALB
  AFP = Alpha-fetoprotein
  MAP2
  Neurofilament = NEFL, NEFH, NF200
  F4/80 = ADGRE1, EMR1
  Gr-1 = Ly6G/Ly6C
  Ly6G
  Ly6C
`),
  ...words(`
    CD1a CD1d CD11a CD18 CD22 CD23 CD24 CD26 CD29 CD30 CD43 CD45RB CD47 CD55 CD59 CD64 CD70 CD74 CD83 CD99 CD166 CD226
  `).map((name): WordGroup => [name]),
];

/**
 * What is often, not always, meant: a marker, and names of a likely but different specificity (one of a pair, a family, a precursor, another
 * species). Taken with a remark, and refused in strict mode.
 */
export const markerGuesses: readonly WordGroup[] = groups(`
  PanCK = Keratin, CK, KRT, Keratins, Cytokeratins, CK HMW, CK LMW, HMWCK, LMWCK
  CK8 = CK18, KRT18, Keratin 18, Cytokeratin 18, CK8/18, CK8/CK18, CK8/K18, Cytokeratin 8/18, Keratin 8/18, KRT8/18, CAM5.2, K8/18
  CK5 = CK5/6, CK5/CK6, Cytokeratin 5/6, Keratin 5/6, KRT5/6, K5/6
  CK7 = CK7/8
  Tox-Tox2 = TOX, TOX1
  CD66 = CD66b, CD66a, CD66c, CD66e, CD66abce, CD66a/c/e, CD66acde, CEACAM
  CD3 = CD3g, CD3 gamma, CD3z, CD3 zeta, CD247
  CD8 = CD8b, CD8 beta
  CD16 = CD16b, FCGR3B, CD16a/b
  CD32 = CD32a, CD32b, CD32c, FCGR2A, FCGR2B
  CD79a = CD79b
  CD107a = CD107
  CD161 = NK1.1
  GZMB = GRB, GrB, Granzyme
  FCERG1A = FCER1A, Fc epsilon RI, FceRI, FceR1, FceRI alpha
  HLA-Class-1 = B2M, Beta-2 microglobulin, HLA-A, HLA-B, HLA-C
  HLA-Class-2 = HLA-DP, HLA-DQ, HLA-DPB1, HLA-DQA1, I-A/I-E
  E-cadherin = Cadherin, CDH, Pan-cadherin
  Calprotectin = S100A8, S100A9, MRP8, MRP14
  c-Caspase-3 = Caspase-3, CASP3
  c-PARP = PARP, PARP1
  C-peptide = Insulin, INS, Proinsulin, PIN
  COL1 = Collagen
  Beta-tubulin = Tubulin
  Phalloidin = F-actin
  Actin = Beta-actin, ACTB
  P63 = p40, Delta-Np63
  MUC5AC = MUC5
  CCNA2 = Cyclin A
  CCND1 = Cyclin D
  CCNB1 = Cyclin B
  gH2AX = H2AX
  ARG1 = Arginase
  CPT1A = CPT1
  Fibrinogen = FGA
  gdTCR = TCR delta, TRDC, TCRd
  HSP70 = HSPA1A
  HSP90 = HSP90AA1
`);
