"""Tiles as DeepCell's Mesmer cuts and joins them, by the published rule: no code of its packages is used here."""

import images
import numpy as np
from golden_file import Golden
from scipy.signal import windows


def geometry(n, tile, stride):
    """Number of tiles of an axis and the padding before and after it."""
    count = max(int(np.ceil((n - tile) / stride)) + 1, 1)
    total = tile + stride * (count - 1) - n
    return count, (total + 1) // 2, total // 2


def cut(image, tile, stride, mode):
    """(C, H, W) → (N, C, tile, tile), rows of tiles first; and each axis's padding, count and step."""
    height, width = image.shape[1:]
    if height < tile or width < tile:
        pads = [((tile - n) // 2, (tile - n) - (tile - n) // 2) for n in (height, width)]
        return np.pad(image, [(0, 0), *pads], "reflect")[None], [(1, *pad) for pad in pads]
    axes = [geometry(n, tile, stride) for n in (height, width)]
    padded = np.pad(image, [(0, 0), *[axis[1:] for axis in axes]], mode)
    corners = [(y * stride, x * stride) for y in range(axes[0][0]) for x in range(axes[1][0])]
    return np.stack([padded[:, y : y + tile, x : x + tile] for y, x in corners]), axes


def ramp(overlap):
    """Rising half of the quadratic spline window: a triangle of twice the overlap, squared below and above its half height."""
    if overlap == 1:
        # A window of two samples has no middle, where the library would switch branches: it keeps its largest value.
        return np.ones(1)
    triangle = windows.triang(2 * overlap)[:overlap]
    rising = np.where(np.arange(overlap) < overlap // 2, (2 * triangle) ** 2 / 2, 1 - (2 * (triangle - 1)) ** 2 / 2)
    return rising / rising.max()


def window(i, count, tile, overlap):
    out = np.ones(tile)
    if i > 0 and overlap > 0:
        out[:overlap] = ramp(overlap)
    if i < count - 1 and overlap > 0:
        out[tile - overlap :] = ramp(overlap)[::-1]
    return out


def join(tiles, axes, tile, stride, shape, fixed=False):
    """(N, C, tile, tile) → (C, H, W) float32. `fixed`: blend each axis on its own and divide by the sum of windows."""
    (rows, top, _), (columns, left, _) = axes
    padded = [tile + stride * (count - 1) for count in (rows, columns)]
    out = np.zeros((tiles.shape[1], *padded))
    total = np.zeros(padded)
    blended = fixed or (rows > 1 and columns > 1 and tile >= 32 and stride / tile >= 0.5)
    for n, values in enumerate(tiles):
        r, c = divmod(n, columns)
        where = (slice(r * stride, r * stride + tile), slice(c * stride, c * stride + tile))
        if blended:
            weight = np.outer(window(r, rows, tile, tile - stride), window(c, columns, tile, tile - stride))
            out[(slice(None), *where)] += values * weight
            total[where] += weight
        else:
            out[(slice(None), *where)] = values
    if fixed:
        out /= total
    return out.astype(np.float32)[:, top : top + shape[0], left : left + shape[1]]


def tiles():
    golden = Golden("tiles")
    cases = {
        "several": ((68, 91), 32, 24, "constant"),
        "several reflect": ((68, 91), 32, 24, "reflect"),
        "exact fit": ((56, 80), 32, 24, "constant"),
        "odd overlap": ((61, 50), 34, 23, "constant"),
        "half": ((50, 71), 32, 16, "reflect"),
        "below half": ((50, 47), 32, 12, "constant"),
        "small tile": ((30, 41), 16, 12, "constant"),
        "no overlap": ((50, 41), 32, 32, "constant"),
        "one row": ((32, 91), 32, 24, "constant"),
        "one column": ((91, 32), 32, 24, "reflect"),
        "one tile": ((32, 32), 32, 24, "constant"),
        "short": ((21, 29), 32, 24, "constant"),
        "tiny": ((3, 1), 16, 12, "constant"),
        "overlap of one": ((66, 40), 32, 31, "constant"),
    }
    for name, (shape, tile, stride, mode) in cases.items():
        image = np.stack([images.noise(3, *shape, 16), images.noise(4, *shape, 16)]).astype(np.float32)
        parts, axes = cut(image, tile, stride, mode)
        # What a model makes of a tile differs from tile to tile: overlaps must disagree for blending to show.
        factors = (np.arange(len(parts)) % 5 + 1) / 2
        answers = (parts[:, :1] * factors[:, None, None, None] + parts[:, 1:]).astype(np.float32)
        arrays = dict(compat=join(answers, axes, tile, stride, shape)[0])
        # Where tiles share more than half, `fixed` has a shorter ramp than the published rule.
        if tile - stride <= tile // 2:
            arrays["fixed"] = join(answers, axes, tile, stride, shape, fixed=True)[0]
        golden.add(
            name,
            {"tile": tile, "stride": stride, "padding": mode},
            first=image[0].astype(np.uint8),
            second=image[1].astype(np.uint8),
            tiles=parts.astype(np.uint8).reshape(1, -1),
            **arrays,
        )
    return golden


NEW = [tiles]
