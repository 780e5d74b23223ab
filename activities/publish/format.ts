/** Versions of the published layout: SpatialData container 0.1 over zarr v2, each part valid on its own. */
export const FORMAT = { container: '0.1', raster: '0.1', table: '0.1', ngff: '0.4', anndata: '0.1.0' } as const;

/** Side of an image or labels chunk: large enough to keep the file count low, small enough to pan through. */
export const CHUNK_SIDE = 1024;
