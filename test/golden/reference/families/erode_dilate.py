"""What Mesmer's post-processing does between its stages: layers taken off labels, maps dilated by squares."""

import images
import numpy as np
from golden_file import Golden
from skimage import morphology, segmentation


def erode():
    golden = Golden("erode-edges")
    for name, labels in images.label_images().items():
        for layers in (1, 2, 4):
            out = labels.copy()
            for _ in range(layers):
                out[segmentation.find_boundaries(out, mode="inner", connectivity=2)] = 0
            golden.add(f"{name} {layers}", {"layers": layers}, labels=labels, expected=out)
    return golden


def dilate():
    golden = Golden("dilate-square")
    for name in ("float-blobs", "float-normal", "row", "column", "single", "constant-float"):
        plane = images.planes()[name].astype(np.float32)[:48, :53]
        for radius in (0, 1, 3, 11):
            out = morphology.dilation(plane, morphology.footprint_rectangle((2 * radius + 1, 2 * radius + 1)))
            golden.add(f"{name} {radius}", {"radius": radius}, plane=plane, expected=out)
    return golden


NEW = [erode, dilate]
