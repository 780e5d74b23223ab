import { groups, type WordGroup } from './word-list.ts';

/** Other names of the same cells. Case, blanks, punctuation, plural and the word `cell` do not matter. */
export const cellTypeSynonyms: readonly WordGroup[] = groups(`
  Tcell = T, T lymphocyte, CD3 T, Pan T
  CD4T = CD4, T CD4, CD4 T lymphocyte, T helper, Helper T, T helper lymphocyte, Th, CD3 CD4, CD4 T helper, CD3 CD4 T
  CD8T = CD8, T CD8, CD8 T lymphocyte, Cytotoxic T, T cytotoxic, Cytotoxic T lymphocyte, CTL, CD3 CD8, CD8 cytotoxic T, CD3 CD8 T, Killer T
  Treg = T reg, Regulatory T, T regulatory, CD4 Treg, FoxP3 T, CD4 FoxP3, CD4 FoxP3 T, CD4 regulatory T
  NKT = NK T, Natural killer T
  Bcell = B, B lymphocyte, CD20 B, CD19 B
  Plasma = Plasmacyte, Plasma B
  NK = Natural killer, NK lymphocyte, CD56 NK
  Dendritic = DC
  Mast = Mastocyte, Mast cell
  Neutrophil = PMN, Polymorphonuclear, Polymorphonuclear neutrophil, Neutrophilic granulocyte
  Eosinophil = Eosinophilic granulocyte
  Basophil = Basophilic granulocyte
  Macrophage = Mac, Macro, Mph, MΦ, Histiocyte, CD68 macrophage
  Microglial = Microglia
  Monocyte = Mono
  Erythrocyte = RBC, Red blood, Erythroid
  Thrombocyte = Platelet
  Epithelial = Epithelium, Epi, Epith
  CollectingDuct = Collecting duct epithelium, Collecting duct epithelial
  Hepatocyte = Hepatic parenchymal
  Endocrine = Enteroendocrine, Islet
  AlphaCell = Pancreatic alpha, Islet alpha
  BetaCell = Pancreatic beta, Islet beta
  Club = Clara
  Foveolar = Gastric pit, Surface mucous
  Endothelial = Endothelium, EC
  BloodVesselEndothelial = Blood endothelial, Vascular endothelial, Vascular endothelium, Blood vessel endothelium, Blood vessel, BEC
  LymphaticEndothelial = Lymphatic endothelium, Lymphatic, Lymphatic vessel, Lymphatic vessel endothelial, LEC
  HSEC = LSEC, Liver sinusoidal endothelial, Hepatic sinusoidal endothelial, Sinusoidal endothelial
  Stromal = Stroma, Mesenchymal, Mesenchyme, Connective tissue
  Fibroblast = Fibro
  Stellate = Hepatic stellate, Pancreatic stellate
  SmoothMuscle = SMC, Smooth myocyte
  CardiacMuscle = Cardiomyocyte, Cardiac myocyte, Heart muscle
  ICC = Interstitial cell of Cajal, Interstitial Cajal
  Keratocyte = Corneal keratocyte, Corneal fibroblast
  Nerve = Nerve fibre, Nerve fiber, Peripheral nerve
  Glial = Glia
  Neuron = Neurone, Neuronal
  Astrocyte = Astroglia, Astroglial
  Tumor = Tumour, Cancer, Malignant, Neoplastic, Carcinoma, Malignant epithelial, Tumor epithelial, Tumour epithelial
  EVT = Extravillous trophoblast
`);

/** Kinds of a type that have no name of their own among the types: the answer says less than the name. */
export const cellTypeKinds: readonly WordGroup[] = groups(`
  Tcell = Gamma delta T, gdT, Double negative T, DNT, CD4 CD8 T, Naive T, Memory T, MAIT
  CD4T = Th1, Th2, Th17, Tfh, T follicular helper, Naive CD4 T, Memory CD4 T, CD4 memory T, CD4 naive T, Tconv
  CD8T = Naive CD8 T, Memory CD8 T, CD8 memory T, CD8 naive T, Exhausted CD8 T, CD8 exhausted T, Trm CD8, GZMB CD8 T
  Bcell = Naive B, Memory B, Germinal centre B, Germinal center B, GC B, Follicular B, Marginal zone B
  Plasma = Plasmablast
  Dendritic = pDC, cDC, cDC1, cDC2, mDC, Plasmacytoid dendritic, Conventional dendritic, Myeloid dendritic, Mature dendritic, Plasmacytoid DC, Myeloid DC
  Macrophage = M1, M2, M1 macrophage, M2 macrophage, TAM, Tumor associated macrophage, Tumour associated macrophage, Alveolar macrophage, CD163 macrophage, Kupffer, Osteoclast
  Monocyte = Classical monocyte, Nonclassical monocyte, Non classical monocyte, CD14 monocyte, CD16 monocyte
  Epithelial = Keratinocyte, Pneumocyte, AT1, AT2, Ciliated, Ciliated epithelial, Ductal, Ductal epithelial, Acinar, Luminal, Luminal epithelial, Basal, Basal epithelial, Squamous, Squamous epithelial, Urothelial, Cholangiocyte, Proximal tubule, Distal tubule, Myoepithelial, Glandular epithelial
  Endocrine = Delta, PP, Gamma, Epsilon, Neuroendocrine, Chromaffin
  Fibroblast = CAF, Cancer associated fibroblast, iCAF, FRC, Fibroblastic reticular, Reticular fibroblast
  Myofibroblast = myCAF
  SmoothMuscle = VSMC, Vascular smooth muscle
  BloodVesselEndothelial = Arterial endothelial, Venous endothelial, Capillary, Capillary endothelial, HEV, High endothelial venule
  Glial = Oligodendrocyte, Schwann, Oligodendrocyte precursor, OPC, Ependymal
  Neuron = Interneuron, Purkinje, Motor neuron, Retinal ganglion, Bipolar
  Photoreceptor = Rod, Cone
  Tumor = Melanoma, Lymphoma, Hodgkin, Reed Sternberg, Ki67 tumor, Proliferating tumor, Proliferating tumour, Adenocarcinoma, PDL1 tumor
`);

/** What is often, not always, meant: a marker instead of a cell, or a name of several kinds. */
export const cellTypeGuesses: readonly WordGroup[] = groups(`
  Tcell = CD3
  Bcell = CD20, CD19, B plasma
  Plasma = CD138
  NK = CD56, ILC
  Macrophage = CD68, CD163, CD206, Mono Mac, Monocyte macrophage, Macrophage monocyte, Mac Mono, Phagocyte
  Dendritic = CD11c, Antigen presenting
  Neutrophil = Granulocyte, MPO, CD15, CD66b
  Mast = Tryptase
  Endothelial = CD31, CD34, Vessel, Vasculature, Vascular
  Epithelial = PanCK, Cytokeratin, Keratin, CK, E cadherin
  SmoothMuscle = SMA, Muscle, Actin
  Fibroblast = FAP, Vimentin
  LymphaticEndothelial = PDPN
  Nerve = Neural
  Treg = FoxP3
`);

/** Names that say that a cell has no type. */
export const NO_TYPE: readonly string[] = groups(`
  Unknown = Unassigned, Unclassified, Undefined, Unidentified, Undetermined, Uncertain, Other, Ambiguous, None, NA, NaN, Null, Rest, Unlabelled, Unlabeled, Negative, Background, Not assigned
`).flat();
