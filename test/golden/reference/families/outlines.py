"""Nuclei matched to cells, cell by cell with numpy."""

import images
import numpy as np
from golden_file import Golden
from scipy import ndimage as ndi


def scenes():
    for seed, shape, size in ((501, (60, 70), 6), (502, (90, 50), 9), (503, (40, 44), 3), (504, (1, 90), 4), (505, (70, 1), 4)):
        rng = np.random.default_rng(seed)

        def patches(number, radius):
            out = np.zeros(shape, np.int32)
            ids = rng.permutation(5 * number)[:number] + 1
            for i in ids:
                y, x = rng.integers(0, shape[0]), rng.integers(0, shape[1])
                h, w = rng.integers(1, radius + 1, 2)
                out[max(0, y - h) : y + h, max(0, x - w) : x + w] = i
            return out

        yield f"patches {seed}", patches(30, size), patches(40, size)
    yield "no nuclei", images.label_images()["above-65535"], np.zeros_like(images.label_images()["above-65535"])
    yield "no cells", np.zeros((6, 7), np.int32), np.ones((6, 7), np.int32)


def match(cells, nuclei, split_above, min_size):
    ids = np.unique(cells[cells > 0])
    out, chosen, next_id = nuclei.copy(), [], nuclei.max() + 1
    for cell in ids:
        inside = cells == cell
        found, counts = np.unique(nuclei[inside], return_counts=True)
        keep = found > 0
        found, counts = found[keep], counts[keep]
        if found.size == 0:
            chosen.append(0)
            continue
        best = found[counts == counts.max()].min()
        if (nuclei == best).sum() - counts.max() > split_above:
            out[inside & (nuclei == best)] = next_id
            best, next_id = next_id, next_id + 1
        chosen.append(best)
    areas = np.bincount(out.ravel(), minlength=1)
    small = areas < min_size
    small[0] = False
    out[small[out]] = 0
    chosen = [c if c > 0 and (out == c).any() else 0 for c in chosen]
    shared = [int(((cells == cell) & (out == c)).sum()) if c else 0 for cell, c in zip(ids, chosen)]
    return ids, np.array(chosen), np.array(shared), out


def nuclei():
    golden = Golden("match-nuclei")
    for name, cells, inner in scenes():
        for split_above, min_size in ((1e9, 0), (15, 5), (3, 8), (0, 0)):
            ids, chosen, shared, out = match(cells, inner, split_above, min_size)
            columns = np.stack([ids, chosen, shared]).astype(np.int32)
            params = {"splitAbove": split_above, "minSize": min_size}
            golden.add(f"{name} {split_above} {min_size}", params, cells=cells, nuclei=inner, matched=columns, expected=out.astype(np.int32))
    return golden


def pieces():
    """Per object: pixels, pieces that share a side, and holes (background regions, corners joined, that do not reach the outside)."""
    golden = Golden("label-pieces")
    for name, labels in images.label_images().items():
        rows = []
        for i in np.unique(labels[labels > 0]):
            mask = np.pad(labels == i, 1)
            holes = ndi.label(~mask, np.ones((3, 3)))[1] - 1
            rows.append((i, mask.sum(), ndi.label(mask)[1], holes))
        golden.add(name, {}, labels=labels, expected=np.array(rows, np.int32).reshape(-1, 4))
    return golden


NEW = [nuclei, pieces]
