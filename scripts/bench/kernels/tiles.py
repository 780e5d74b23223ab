import numpy as np
from scipy.signal import windows

TILE, STRIDE = 256, 192


def starts(d):
    count = max(int(np.ceil((d.size - TILE) / STRIDE)) + 1, 1)
    total = TILE + STRIDE * (count - 1) - d.size
    return count, (total + 1) // 2, total // 2


def cut(d, planes, last):
    """Every tile copied into one array, as people write it with numpy."""
    count, before, after = starts(d)
    image = np.stack([getattr(d, plane) for plane in planes], axis=-1 if last else 0)
    pad = [(before, after), (before, after)]
    image = np.pad(image, [*pad, (0, 0)] if last else [(0, 0), *pad])
    shape = (TILE, TILE, len(planes)) if last else (len(planes), TILE, TILE)
    out = np.zeros((count * count, *shape), np.float32)
    for n in range(count * count):
        y, x = STRIDE * (n // count), STRIDE * (n % count)
        out[n] = image[y : y + TILE, x : x + TILE] if last else image[:, y : y + TILE, x : x + TILE]
    return out


def edge(i, count):
    o = TILE - STRIDE
    triangle = windows.triang(2 * o)[:o]
    ramp = np.where(np.arange(o) < o // 2, (2 * triangle) ** 2 / 2, 1 - (2 * (triangle - 1)) ** 2 / 2)
    out = np.ones(TILE)
    if i > 0:
        out[:o] = ramp / ramp.max()
    if i < count - 1:
        out[-o:] = (ramp / ramp.max())[::-1]
    return out


def blend(d):
    count, before, after = starts(d)
    side = TILE + STRIDE * (count - 1)
    out = np.zeros((side, side))
    for n in range(count * count):
        r, c = divmod(n, count)
        window = np.outer(edge(r, count), edge(c, count))
        out[STRIDE * r : STRIDE * r + TILE, STRIDE * c : STRIDE * c + TILE] += d.batch[n] * window
    return out.astype(np.float32)[before : side - after, before : side - after]


def prepare(d):
    if not hasattr(d, "batch"):
        d.batch = cut(d, ["unit"], False)[:, 0]


PEERS = {
    "prepare": prepare,
    "cut": {"numpy pad and slices": lambda d: cut(d, ["unit", "inner"], True)},
    "cut planes": {"numpy pad and slices": lambda d: cut(d, ["unit", "inner"], False)},
    "blend": {"numpy windows": blend},
}
