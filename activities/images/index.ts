/**
 * Microscope images in and out. readImage opens any kind Fovea knows, settles channels and pixel size, and decodes plane
 * by plane; sourceFiles lists the files whose bytes decide what it returns; writeOmeTiff and writeLabelsTiff write.
 */
export type { PixelSize } from './acquisition.ts';
export type { PanelEntry } from './apply-panel.ts';
export type { SourceRow } from './source-row.ts';
export { READERS_VERSION } from '../../core/pipeline.ts';
export { readImage, sourceFiles, statesPixelSize } from './read-image.ts';
export type { ImageRequest, ReadOptions, ReadResult } from './read-image.ts';
export { idsOf, readLabelsOf, readLabelsTiff, readUnsettledLabels } from './read-labels.ts';
export type { UnsettledLabels } from './read-labels.ts';
export { imageStem } from './image-folder.ts';
export { naturalOrder } from './natural-order.ts';
export { micrometresIn, pixelSizesDiffer, pixelSizeText } from './pixel-size.ts';
export { labelFiles, readSource } from './read-source.ts';
export type { SourceRequest, SourceResult } from './read-source.ts';
export { writeLabelsTiff, writeOmeTiff } from './write-tiff.ts';
export type { WriteTiffOptions } from './write-tiff.ts';
