from skimage import exposure

PEERS = {
    "clahe 128": {"skimage equalize_adapthist": lambda d: exposure.equalize_adapthist(d.unit, kernel_size=128)},
    "clahe 100": {"skimage equalize_adapthist": lambda d: exposure.equalize_adapthist(d.unit, kernel_size=100)},
}
