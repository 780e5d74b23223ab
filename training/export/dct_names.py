"""What the exports of DeepCell Types share: names by index, and inputs as its preprocessing makes them."""

from common import WEIGHTS, ExportError, load_package

PACKAGE = "git+https://github.com/vanvalenlab/deepcell-types.git"
CITATION = "X. Wang et al., Generalized cell phenotyping for spatial proteomics with language-informed vision models, bioRxiv (2024)"


def names_by_index(what, indices):
    """The names of a dict name → index, in the order of the indices, which must be 0, 1, 2, …"""
    found = sorted((int(index), str(name)) for name, index in dict(indices).items())
    if [index for index, _ in found] != list(range(len(found))):
        raise ExportError(WEIGHTS, f"the indices of the {what} are not 0 to {len(found) - 1}")
    return [name for _, name in found]


def compare_names(what, here, there, other):
    """Raises unless both lists are the same, order included; tells the first place where they part."""
    if list(here) == list(there):
        return
    if sorted(here) != sorted(there):
        strange = sorted(set(here) ^ set(there))[:3]
        raise ExportError(
            WEIGHTS, f"the weights have {len(here)} {what}, {other} {len(there)}; only one of them has {', '.join(strange) or 'repeated names'}"
        )
    at = next(index for index, pair in enumerate(zip(here, there)) if pair[0] != pair[1])
    raise ExportError(
        WEIGHTS, f"the {what} of the weights are in another order than those of {other}: number {at} is {here[at]} here and {there[at]} there"
    )


def name_rows(what, rows, vectors, source):
    """
    Names of a table's rows: each row must be the vector of the name that stands at its place in `vectors` (a dict in order), or, where
    the order is another one, of exactly one name. So it is the weights that say which index means what.
    """
    numpy = load_package("numpy", "numpy")
    rows = numpy.asarray(rows, numpy.float32)
    names = list(vectors)
    known = numpy.asarray([vectors[name] for name in names], numpy.float32)
    if known.ndim != 2 or known.shape[1] != rows.shape[1]:
        raise ExportError(WEIGHTS, f"{source} has vectors of length {known.shape[-1]}, the weights {rows.shape[1]}: they are of another model")
    found = []
    for index, row in enumerate(rows):
        matches = [name for name, vector in zip(names, known) if numpy.allclose(vector, row, rtol=1e-5, atol=1e-7)]
        same = index < len(names) and names[index] in matches
        if not same and len(matches) != 1:
            told = "no name" if not matches else " and ".join(matches)
            raise ExportError(WEIGHTS, f"row {index} of the weights' {what} is the vector of {told} in {source}; name the file of these weights")
        found.append(names[index] if same else matches[0])
    return found


def noise_like_cells(batch, channels, markers, side, padded):
    """
    Random intensities in an elliptic cell with neighbours beside it: (values (B,C,S,S) outside of no mask, self and neighbour (B,S,S),
    distance (B,S,S) of 0 to 1, ch_idx (B,C), padding (B,C)), padding last with −1 as index.
    """
    torch = load_package("torch", "torch")
    at = torch.arange(side, dtype=torch.float32) - (side - 1) / 2
    axes = side * (0.15 + 0.25 * torch.rand(batch, 2, 1, 1))
    inside = (1 - (at.view(1, -1, 1) / axes[:, 0]) ** 2 - (at.view(1, 1, -1) / axes[:, 1]) ** 2).clamp(0)
    own = (inside > 0).float()
    near = (1 - own) * (torch.rand(batch, 1, side) > 0.5).float()
    values = torch.rand(batch, channels, side, side)
    spare = torch.zeros(channels, dtype=torch.long)
    index = torch.stack([torch.cat([torch.randperm(markers), spare])[:channels] for _ in range(batch)])
    padding = (torch.arange(channels) >= channels - padded).repeat(batch, 1)
    return values, own, near, inside.sqrt(), index.masked_fill(padding, -1), padding
