"""Goes on from published tables with scanpy and squidpy, as people do; run by check-readers.mjs --analysis.

Every table with rows and a categorical column that has colours is analysed: scanpy ranks its channels by that column and draws it in the
published colours, squidpy tests its neighbourhoods on the published graph, whose links are counted here once more.
"""

import argparse
import json
import logging
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import anndata
import numpy as np
import scanpy
import squidpy

problems = []


def check(holds, text):
    if not holds:
        problems.append(text)


def check_scanpy(where, table, key):
    colours = list(table.uns[f"{key}_colors"])
    known = table[:, ~np.isnan(table.X).any(axis=0)].copy()
    counts = known.obs[key].value_counts()
    groups = [group for group in known.obs[key].cat.categories if counts[group] > 1]
    if len(groups) > 1 and known.n_vars > 0:
        scanpy.tl.rank_genes_groups(known, key, groups=groups, method="wilcoxon")
        ranked = known.uns["rank_genes_groups"]["names"]
        check(list(ranked.dtype.names) == groups, f"{where}: scanpy ranks {ranked.dtype.names}, wanted {groups}")
        check(set(ranked[groups[0]]) == set(known.var_names), f"{where}: scanpy ranks other channels than there are")
    scanpy.pl.embedding(table, basis="spatial", color=key, show=False)
    check(list(table.uns[f"{key}_colors"]) == colours, f"{where}: scanpy does not keep the colours of {key}")


def check_squidpy(where, table, key):
    """Neighbourhood enrichment, and the links between types counted by hand."""
    graph = table.obsp["spatial_connectivities"]
    parameters = table.uns["spatial_neighbors"]
    check(parameters["connectivities_key"] == "spatial_connectivities", f"{where}: uns/spatial_neighbors names another graph")
    squidpy.gr.nhood_enrichment(table, cluster_key=key, n_perms=50, seed=1, n_jobs=1, show_progress_bar=False)
    types = table.obs[key].cat.categories
    member = np.stack([(table.obs[key] == one).to_numpy(int) for one in types])
    wanted = member @ (graph != 0).astype(int) @ member.T
    found = table.uns[f"{key}_nhood_enrichment"]
    check(np.array_equal(np.asarray(found["count"]), wanted), f"{where}: squidpy counts {found['count']}, by hand {wanted}")
    check(found["zscore"].shape == (len(types), len(types)), f"{where}: squidpy gives {found['zscore'].shape} scores")
    squidpy.gr.interaction_matrix(table, cluster_key=key, weights=False)
    check(np.array_equal(table.uns[f"{key}_interactions"], wanted), f"{where}: squidpy's interactions are not the graph's")
    squidpy.gr.centrality_scores(table, cluster_key=key, score="degree_centrality", show_progress_bar=False)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    done = {"scanpy": 0, "squidpy": 0}
    for store in sorted(options.folder.rglob("*.zarr/tables/*/.zattrs")):
        path = store.parent
        where = "/".join(path.parts[-3:])
        table = anndata.read_zarr(path)
        keys = [name.removesuffix("_colors") for name in table.uns if name.endswith("_colors")]
        for key in keys if table.n_obs > 0 else []:
            try:
                if "spatial" in table.obsm:
                    check_scanpy(where, table.copy(), key)
                    done["scanpy"] += 1
                if "spatial_connectivities" in table.obsp:
                    check_squidpy(where, table.copy(), key)
                    done["squidpy"] += 1
            except Exception as error:  # any failure is a finding, and the other tables still want a look
                problems.append(f"{where}: {type(error).__name__}: {error}")
    check(done["scanpy"], f"{options.folder}: no table with a coloured column and obsm/spatial")
    if options.json:
        programs = {name: version(name) for name in ("scanpy", "squidpy", "anndata")}
        print(json.dumps({**done, "problems": problems, "programs": programs}))
    else:
        for problem in problems:
            print(problem)
        print(f"{done['scanpy']} tables taken on by scanpy, {done['squidpy']} by squidpy, {len(problems)} problems")
    return 1 if problems else 0


sys.exit(main())
