"""Names by index; `VOCABULARY` is what the tests' weights are made for."""

MARKERS = ("AGER", "CD20", "CD3", "CD4", "CD8", "CD68", "PanCK", "Ki67", "SMA", "Vimentin", "CD31", "CD45", "CD16", "CD56")
TYPES = ("Bcell", "CD4T", "CD8T", "Macrophage", "Tumor")


class DCTConfig:
    def __init__(self, zarr_path=None):
        self.ct2idx = {name: index for index, name in enumerate(TYPES)}
        self.marker2idx = {name: index for index, name in enumerate(MARKERS)}
        self.NUM_CELLTYPES, self.NUM_DOMAINS = len(TYPES), 3
