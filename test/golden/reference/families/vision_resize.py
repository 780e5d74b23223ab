"""What PyTorch and OpenCV define: anti-aliased bilinear resizing, means of areas, and OpenCV's nearest pixel."""

import cv2
import numpy as np
import torch
from golden_file import Golden

torch.set_num_threads(1)


def noise(seed, height, width):
    return np.random.default_rng(seed).random((height, width))


def planes():
    """Name → plane of each type that OpenCV resizes; `halves` has ties in plenty."""
    signed = (noise(4, 39, 60) * 60000 - 30000).astype(np.int16)
    return {
        "uint8": (noise(1, 40, 60) * 256).astype(np.uint8),
        "uint8-halves": (noise(2, 40, 60) * 3).astype(np.uint8),
        "uint16": (noise(3, 41, 53) * 65536).astype(np.uint16),
        "uint16-bright": (65535 - noise(7, 60, 84) * 3).astype(np.uint16),
        "int16": signed,
        "int16-halves": (noise(5, 40, 60) * 5 - 2).astype(np.int16),
        "float32": (noise(6, 42, 64) * 300 - 20).astype(np.float32),
        "row": (noise(8, 1, 49) * 1000).astype(np.float32),
        "column": (noise(9, 98, 1) * 65536).astype(np.uint16),
        "single": np.array([[7]], np.uint8),
    }


def interpolated(image, size):
    # A single column that stays one is read with a wrong stride (torch 2.13): it repeats the first pixel. Two equal ones are not.
    if image.shape[1] == 1 == size[1]:
        return interpolated(np.repeat(image, 2, axis=1), (size[0], 2))[:, :1]
    tensor = torch.from_numpy(image)[None, None]
    out = torch.nn.functional.interpolate(tensor, size=size, mode="bilinear", antialias=True, align_corners=False)
    return out[0, 0].numpy()


def antialiased():
    golden = Golden("resize-antialiased")
    inputs = {
        "unit": noise(11, 40, 50).astype(np.float32),
        "wide range": (noise(12, 61, 47) * 2000 - 300).astype(np.float32),
        "uint8": (noise(13, 33, 64) * 256).astype(np.uint8),
        "row": noise(14, 1, 77).astype(np.float32),
        "column": noise(15, 77, 1).astype(np.float32),
        "single": np.array([[3.5]], np.float32),
        "constant": np.full((21, 22), 0.7, np.float32),
    }
    for name, image in inputs.items():
        height, width = image.shape
        sizes = [(2 * height, 2 * width), (3 * height + 1, width), (height, max(1, width // 2)), (height, width), (1, 1)]
        sizes += [(max(1, height // 3), width + 9), (max(1, round(height * 0.65)), max(1, round(width * 0.9))), (100, 7)]
        for size in sizes:
            golden.add(f"{name} to {size}", {}, plane=image, expected=interpolated(image.astype(np.float32), size))
    return golden


def area():
    golden = Golden("resize-area")
    for name, image in planes().items():
        height, width = image.shape
        sizes = {(height, width), (1, 1), (2 * height, 3 * width), (height, 4 * width)}
        for fy, fx in ((2, 2), (2, 1), (1, 2), (3, 3), (4, 4), (5, 3), (1, 7), (2, 4), (7, 7)):
            if height % fy == 0 and width % fx == 0:
                sizes.add((height // fy, width // fx))
        for sy, sx in ((0.65, 0.65), (0.9, 0.3), (0.5, 0.77), (1, 0.41), (0.13, 1), (0.0371, 0.093)):
            sizes.add((max(1, round(height * sy)), max(1, round(width * sx))))
        for size in sorted(sizes):
            out = cv2.resize(image, size[::-1], interpolation=cv2.INTER_AREA).reshape(size)
            halves = image.dtype == np.float32 and size == (height / 2, width / 2)
            golden.add(f"{name} to {size}", {"ulps": int(halves)}, plane=image, expected=out)
    return golden


def nearest():
    golden = Golden("nearest-opencv")
    for name, image in planes().items():
        height, width = image.shape
        for sy, sx in ((0.7, 0.7), (0.5, 2), (1.3, 1.326), (3, 0.1), (1, 1), (0.013, 3.7)):
            size = (max(1, round(height * sy)), max(1, round(width * sx)))
            out = cv2.resize(image, size[::-1], interpolation=cv2.INTER_NEAREST).reshape(size)
            golden.add(f"{name} to {size}", {}, plane=image, expected=out)
    index = np.arange(2048, dtype=np.int16)[None]
    for size in (1, 2, 3, 1023, 1024, 1544, 2047, 2716, 4096, 5001):
        out = cv2.resize(index, (size, 1), interpolation=cv2.INTER_NEAREST).reshape(1, size)
        golden.add(f"2048 to {size}", {}, plane=index, expected=out)
    return golden


VISION = [antialiased, area, nearest]
