"""Writes the golden arrays of neighbour graphs, two-component mixtures and phenotyping by gates.

Run by scripts/make-goldens.mjs in an environment of its own (requirements-phenotype.txt). Usage: make_phenotype_goldens.py OUT_DIR
"""

import importlib.util
import sys
import warnings
from importlib.metadata import distribution, version
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import golden_file
from golden_file import Golden
from scipy.spatial import cKDTree
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import NearestNeighbors


def clouds():
    """Name → points (y, x): scattered ones, clusters, a line, a few."""
    random = np.random.default_rng(6)
    centres = random.uniform(0, 2000, (12, 1, 2))
    yield "scattered", random.uniform(0, 600, (200, 2))
    yield "clusters", (centres + random.normal(0, 15, (12, 18, 2))).reshape(-1, 2)
    yield "line", np.column_stack([np.full(60, 7.5), random.uniform(-50, 50, 60)])
    yield "three", np.array([[0.0, 0.0], [3.0, 4.0], [10.0, 0.5]])


def neighbours():
    """The nearest and those within a radius, by scikit-learn, and checked against scipy; rows sorted by index."""
    golden = Golden("neighbour-graph")
    for name, points in clouds():
        for k in (1, 6, 30):
            size = min(k, len(points) - 1)
            graph = NearestNeighbors(n_neighbors=size, algorithm="kd_tree").fit(points).kneighbors_graph(mode="distance")
            graph.sort_indices()
            distances, _ = cKDTree(points).query(points, size + 1)
            assert np.array_equal(np.sort(graph.data.reshape(-1, size), axis=1), distances[:, 1:])
            golden.add(f"{name}, k {k}", {"k": k}, points=points, **compressed(graph))
        for radius in (0.4, 30.0, 120.0):
            graph = NearestNeighbors(radius=radius, algorithm="kd_tree").fit(points).radius_neighbors_graph(mode="distance")
            graph.sort_indices()
            found = cKDTree(points).query_ball_point(points, radius, return_length=True)
            assert np.array_equal(np.diff(graph.indptr), found - 1)
            golden.add(f"{name}, radius {radius}", {"radius": radius}, points=points, **compressed(graph))
    return golden


def compressed(graph):
    indptr, indices = graph.indptr.astype(np.int32), graph.indices.astype(np.int32)
    return {"indptr": indptr, "indices": indices, "data": graph.data.astype(np.float64)}


def pixels():
    """Cells of one pixel, as squidpy's generic graphs join them: scikit-learn on coordinates in µm, 0.5 per pixel, no two equally far."""
    golden = Golden("neighbour-pixels")
    random = np.random.default_rng(63)
    labels = np.zeros((90, 70), np.int32)
    places = np.sort(random.choice(labels.size, 24, replace=False))
    labels.flat[places] = random.permutation(np.arange(1, 80, 3))[:24]
    ids = np.sort(labels[labels > 0])
    points = np.array([np.argwhere(labels == i)[0] for i in ids]) * 0.5
    nearest = NearestNeighbors(n_neighbors=6, algorithm="kd_tree").fit(points)
    distances, _ = nearest.kneighbors(n_neighbors=7)
    assert (distances[:, 5] < distances[:, 6]).all()
    for params, graph in (
        ({"k": 6}, nearest.kneighbors_graph(mode="distance")),
        ({"radius": 9.0}, nearest.radius_neighbors_graph(radius=9.0, mode="distance")),
    ):
        graph.sort_indices()
        golden.add(f"{params}", params, labels=labels, **compressed(graph))
    return golden


def samples():
    random = np.random.default_rng(61)
    yield "apart", np.concatenate([random.normal(2, 0.4, 700), random.normal(6, 0.7, 300)])
    yield "overlapping", np.concatenate([random.normal(4, 1, 500), random.normal(6, 1.2, 500)])
    yield "rare and bright", np.concatenate([random.normal(5, 0.3, 1960), random.normal(8, 0.5, 40)])
    yield "one group", random.normal(-3, 2, 800)
    yield "skewed", np.log1p(random.gamma(2, 40, 900))
    yield "two values", np.repeat([1.0, 2.0], [30, 10])


def mixtures():
    """From the best split of the sorted values into two groups, found by trying all."""
    golden = Golden("two-component-mixture")
    for name, values in samples():
        ordered = np.sort(values)
        splits = [i for i in range(1, len(ordered)) if ordered[i] > ordered[i - 1]]
        split = min(splits, key=lambda i: ordered[:i].var() * i + ordered[i:].var() * (len(ordered) - i))
        groups, regularization = (ordered[:split], ordered[split:]), 1e-6 * values.var()
        spreads = np.array([group.var() + regularization for group in groups])
        model = GaussianMixture(
            2,
            tol=1e-7,
            max_iter=500,
            reg_covar=regularization,
            weights_init=[len(group) / len(values) for group in groups],
            means_init=[[group.mean()] for group in groups],
            precisions_init=(1 / spreads).reshape(2, 1, 1),
        ).fit(values.reshape(-1, 1))
        order = np.argsort(model.means_.ravel())
        means, variances = model.means_.ravel()[order], model.covariances_.ravel()[order]
        golden.add(
            name,
            {"rounds": model.n_iter_},
            values=values,
            means=means,
            variances=variances,
            weights=model.weights_[order],
            likelihood=np.array([model.score(values.reshape(-1, 1))]),
            # Where the posterior crosses one half, to 1e-5 of the distance between the means.
            threshold=np.array([crossing(model, *means)]),
        )
    return golden


def crossing(model, low, high):
    line = np.linspace(low, high, 100_001)
    upper = model.predict_proba(line.reshape(-1, 1))[:, np.argmax(model.means_.ravel())] > 0.5
    return np.nan if upper[0] or not upper[-1] else line[np.argmax(upper)]


WORKFLOW = [
    ("all", "Epithelium", {"ECAD": "pos", "PanCK": "pos"}),
    ("all", "Immune", {"CD45": "anypos", "CD3": "anypos", "CD68": "anypos"}),
    ("all", "Stroma", {"SMA": "pos", "ECAD": "neg", "CD45": "neg"}),
    ("Immune", "T cell", {"CD3": "allpos", "CD68": "allneg"}),
    ("Immune", "Macrophage", {"CD68": "pos", "CD3": "anyneg", "CD4": "anyneg"}),
    ("T cell", "Helper", {"CD4": "allpos", "CD8": "neg"}),
    ("T cell", "Cytotoxic", {"CD8": "allpos", "CD3": "allpos", "CD4": "allneg"}),
]


def phenotypes():
    """Labels that scimap gives to scaled intensities, by a hierarchy that uses all of its six words."""
    source = Path(distribution("scimap").locate_file("scimap/tools/phenotype_cells.py"))
    spec = importlib.util.spec_from_file_location("phenotype_cells", source)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    markers = sorted({marker for _, _, rule in WORKFLOW for marker in rule})
    rows = [[parent, label, *(rule.get(marker, np.nan) for marker in markers)] for parent, label, rule in WORKFLOW]
    workflow = pd.DataFrame(rows, columns=["parent", "label", *markers])
    random = np.random.default_rng(62)
    scaled = random.beta(0.6, 0.8, (1500, len(markers)))
    cells = [f"c{i:04d}" for i in range(len(scaled))]
    table = SimpleNamespace(X=scaled, var=pd.DataFrame(index=markers), obs=pd.DataFrame(index=cells))
    labels = module.phenotype_cells(table, phenotype=workflow, verbose=False).obs["phenotype"]
    names = sorted(set(labels))
    golden = Golden("phenotype-scimap")
    text = workflow.to_csv(index=False, header=["", "", *markers])
    params = {"markers": markers, "workflow": text, "names": names, "scimap": version("scimap")}
    golden.add("six words", params, scaled=scaled, labels=np.array([names.index(name) for name in labels], np.int32))
    return golden


def main():
    warnings.simplefilter("ignore")
    golden_file.LIBRARIES = {"scipy": "scipy", "scikit-learn": "sklearn", "pandas": "pandas"}
    folder = Path(sys.argv[1])
    for make in (neighbours, pixels, mixtures, phenotypes):
        golden = make()
        golden.write(folder)
        print(f"{golden.name}: {len(golden.cases)} cases")


main()
