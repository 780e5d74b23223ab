"""Bilinear resizing with either border, for every type of plane."""

import images
import numpy as np
from golden_file import Golden
from skimage import transform


def resized(image, shape, mode):
    return transform.resize(image.astype(np.float64), shape, order=1, mode=mode, preserve_range=True).astype(np.float32)


def borders():
    golden = Golden("resize-borders")
    planes = images.planes()
    inputs = {
        "counts": images.counts(1, 61, 47),
        "formula": images.formula(5, 6).astype(np.uint8),
        "above-zero": (images.noise(4, 21, 34) * 100 + 50).astype(np.float32),
        "below-zero": (-10 - images.noise(5, 21, 34) * 100).astype(np.float32),
        "around-zero": (images.noise(6, 19, 23) - 0.5).astype(np.float32),
        "row": (images.noise(3, 1, 40) - 0.2).astype(np.float32),
        "column": (images.noise(4, 40, 1) - 0.2).astype(np.float32),
        "two-by-two": np.array([[0, 65535], [65535, 0]], np.uint16),
        "single": np.array([[9]], np.uint16),
        "single-below": np.array([[-9]], np.int16),
        **{name: planes[name][:23, :29] for name in ("int8", "int16", "uint32", "int32")},
    }
    for name, image in inputs.items():
        height, width = image.shape
        shapes = {
            "down": (max(1, round(0.65 * height)), max(1, round(0.65 * width))),
            "up": (round(1.3 * height) + 1, round(1.3 * width) + 1),
            "double": (2 * height, 2 * width),
            "taller-narrower": (2 * height + 3, max(1, width // 5)),
            "flatter-wider": (max(1, height // 9), width + 7),
            "one-pixel": (1, 1),
        }
        for kind, shape in shapes.items():
            params = {"border": "zero"}
            golden.add(f"{name} {kind} zero", params, plane=image, expected=resized(image, shape, "constant"))
            if image.dtype.kind == "i" or image.dtype == np.uint32:
                params = {"border": "reflect"}
                golden.add(f"{name} {kind} reflect", params, plane=image, expected=resized(image, shape, "reflect"))
    # Two channels in one array share the range that results are kept in.
    nuclear = (images.noise(7, 25, 31) * 100 + 50).astype(np.float32)
    membrane = (images.noise(8, 25, 31) * 40 - 3).astype(np.float32)
    both = np.stack([nuclear, membrane], axis=-1)
    limits = [float(both.min()), float(both.max())]
    for shape in ((50, 62), (17, 40)):
        out = transform.resize(both.astype(np.float64), shape, order=1, mode="constant", preserve_range=True)
        for k, plane in enumerate((nuclear, membrane)):
            params = {"border": "zero", "range": limits}
            golden.add(f"channel {k} of two {shape}", params, plane=plane, expected=out[..., k].astype(np.float32))
    return golden


NEW = [borders]
