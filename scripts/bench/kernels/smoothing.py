from scipy import ndimage as ndi

PEERS = {
    "gaussian": {"scipy gaussian_filter": lambda d: ndi.gaussian_filter(d.unit, 2, mode="reflect", truncate=4)},
}
