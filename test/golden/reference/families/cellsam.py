"""CellSAM's contrast of a tile and what it does to the objects of one, with scikit-image and scipy."""

import images
import numpy as np
from golden_file import Golden
from scipy import ndimage as ndi
from skimage import exposure


def normalised(plane):
    """In float64, as the program calls the functions, and float32 in the end."""
    image = plane.astype(np.float64)
    lit = image[image != 0]
    if len(lit) > 0:
        most = np.percentile(lit, 99.9)
        image[image > most] = most
    if (image == image[0, 0]).all():
        return np.zeros_like(plane)
    image = exposure.rescale_intensity(image, out_range=(0.0, 1.0))
    return exposure.equalize_adapthist(image, kernel_size=128).astype(np.float32)


def tiles():
    golden = Golden("cellsam-tile")
    counts = images.counts(201, 150, 170).astype(np.float32)
    planes = {
        "blobs": images.blobs(202, 200, 140, 30).astype(np.float32),
        "counts as unit": (counts - counts.min()) / (counts.max() - counts.min()),
        "noise": images.noise(203, 60, 300).astype(np.float32),
        "one bright pixel": np.where(np.arange(40 * 45).reshape(40, 45) == 77, 1, images.noise(204, 40, 45) / 50).astype(np.float32),
        "two values": (images.noise(205, 50, 60) < 0.3).astype(np.float32),
        "constant": np.full((30, 31), 0.4, np.float32),
        "constant but for zeros": np.where(images.noise(206, 30, 31) < 0.5, 0, 0.4).astype(np.float32),
        "zeros": np.zeros((30, 31), np.float32),
        "one pixel that is not zero": np.eye(1, 900, 17).reshape(30, 30).astype(np.float32),
    }
    for name, plane in planes.items():
        golden.add(name, {}, plane=plane, expected=normalised(plane))
    return golden


def cleaned(labels):
    """In ascending order: fewer than 25 pixels go, others take what they enclose in their box, and the next number."""
    out, free = labels.copy(), 0
    for number, box in enumerate(ndi.find_objects(labels), 1):
        if box is None:
            continue
        view = out[box]
        own = view == number
        if own.sum() < 25:
            view[own] = 0
            continue
        free += 1
        view[ndi.binary_fill_holes(own)] = free
    return out


def objects():
    golden = Golden("cellsam-objects")
    for name, labels in images.label_images().items():
        if labels.max() <= 1000:
            golden.add(name, {}, labels=labels, expected=cleaned(labels))
    nested = np.zeros((40, 44), np.int32)
    for depth, number in enumerate((3, 1, 4, 2)):
        nested[2 + 4 * depth : 38 - 4 * depth, 2 + 4 * depth : 42 - 4 * depth] = 0
        ring = np.zeros_like(nested, bool)
        ring[2 + 4 * depth : 38 - 4 * depth, 2 + 4 * depth : 42 - 4 * depth] = True
        ring[4 + 4 * depth : 36 - 4 * depth, 4 + 4 * depth : 40 - 4 * depth] = False
        nested[ring] = number
    golden.add("rings within rings", {}, labels=nested, expected=cleaned(nested))
    return golden


NEW = [tiles, objects]
