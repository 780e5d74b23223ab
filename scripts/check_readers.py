"""Opens published stores with other people's readers and compares what they see; run by check-readers.mjs.

Without --expect the readers are compared with each other: pixels by spatialdata, ome-zarr and zarr, tables by spatialdata,
anndata and pandas, every cell's coordinates with the centroid of its own pixels. With --expect, also with figures computed
elsewhere (all parts optional):

{"stores": {"<file name>.zarr": {
    "images": {"<name>": {"shape": [c, y, x], "dtype": "uint16", "mpp": 0.5, "channels": ["DAPI"], "sums": [123],
                          "pixels": [[c, y, x, value]]}},
    "labels": {"<name>": {"shape": [y, x], "ids": 12, "sum": 345, "pixels": [[y, x, value]]}},
    "tables": {"<name>": {"rows": 12, "obs": {"<column>": sum}, "X": {"<channel>": sum},
                          "layers": {"<layer>": {"<channel>": sum}},
                          "obsm": {"<name>": {"columns": ["B"], "sums": [1.5]}}, "obsp": {"<name>": {"links": 4, "sum": 12}},
                          "colors": {"<column>": {"<category>": "#rrggbb"}}, "uns": {"<key>": {"<key>": "value"}}}}}},
 "cells": {"rows": 24, "columns": ["fov"], "sums": {"<column>": sum}}}
"""

import argparse
import json
import logging
import sys
import warnings
from pathlib import Path

import anndata
import numpy as np
import pandas
import spatialdata
import yaozarrs
import zarr
from ome_zarr.io import parse_url
from ome_zarr.reader import Reader

problems = []


def check(holds, text):
    if not holds:
        problems.append(text)


def close(found, wanted, rtol=1e-5):
    return bool(np.allclose(np.asarray(found, float), np.asarray(wanted, float), rtol=rtol, atol=1e-6, equal_nan=True))


def level_zero(element):
    """The full-size array of a SpatialData raster element."""
    data = element["scale0"] if hasattr(element, "children") else element
    array = next(iter(data.values())) if hasattr(element, "children") else data
    return np.asarray(array.data.compute())


def check_raster(store, kind, name, element, wanted):
    """One image or labels element: valid NGFF 0.4, the same pixels in every reader. Returns level 0."""
    path = store / kind / name
    where = f"{store.name}/{kind}/{name}"
    yaozarrs.validate_zarr_store(str(path))
    pixels = np.asarray(zarr.open_array(str(path / "0"), mode="r")[...])
    check(np.array_equal(level_zero(element), pixels), f"{where}: spatialdata and zarr see different pixels")
    node = next(n for n in Reader(parse_url(str(path), mode="r"))() if n.zarr.path.rstrip("/").endswith(f"{kind}/{name}"))
    check(np.array_equal(np.asarray(node.data[0]), pixels), f"{where}: ome-zarr and zarr see different pixels")
    for level, data in enumerate(node.data):
        size = [-(-n // 2**level) for n in pixels.shape[-2:]]
        check(list(data.shape[-2:]) == size, f"{where}: level {level} is {data.shape}, not {size}")
        if kind == "labels":
            check(np.isin(np.asarray(data), pixels).all(), f"{where}: level {level} has ids that level 0 has not")
    if "shape" in wanted:
        check(list(pixels.shape) == wanted["shape"], f"{where}: shape {pixels.shape}, expected {wanted['shape']}")
    if "dtype" in wanted:
        check(str(pixels.dtype) == wanted["dtype"], f"{where}: dtype {pixels.dtype}, expected {wanted['dtype']}")
    if "mpp" in wanted:
        scale = json.loads((path / ".zattrs").read_text())["multiscales"][0]["datasets"][0]["coordinateTransformations"]
        check(close(scale[0]["scale"][-2:], wanted["mpp"]), f"{where}: scale {scale}, expected {wanted['mpp']} µm")
    if "channels" in wanted:
        found = list(spatialdata.models.get_channel_names(element))
        check(found == wanted["channels"], f"{where}: channels {found}, expected {wanted['channels']}")
    if "sums" in wanted:
        found = pixels.astype(float).sum(axis=(1, 2))
        check(close(found, wanted["sums"], 1e-9), f"{where}: channel sums {found.tolist()}, expected {wanted['sums']}")
    if "sum" in wanted:
        check(int(pixels.sum(dtype=np.int64)) == wanted["sum"], f"{where}: sum {pixels.sum()}, expected {wanted['sum']}")
    if "ids" in wanted:
        found = len(np.unique(pixels[pixels > 0]))
        check(found == wanted["ids"], f"{where}: {found} ids, expected {wanted['ids']}")
    for *at, value in wanted.get("pixels", []):
        check(close(pixels[tuple(at)], value), f"{where}: pixel {at} is {pixels[tuple(at)]}, expected {value}")
    return pixels


def check_members(where, table, wanted):
    """What stands beside obs: matrices with the names of their columns, graphs, colours in the order of the categories, reports."""
    for name, matrix in table.obsm.items():
        columns = table.uns.get(f"{name}_columns")
        check(columns is None or len(columns) == matrix.shape[1], f"{where}: obsm/{name} has {matrix.shape}, names {columns}")
    for name, graph in table.obsp.items():
        check(graph.shape == (table.n_obs, table.n_obs), f"{where}: obsp/{name} is {graph.shape} for {table.n_obs} rows")
        check(graph.has_sorted_indices and graph.has_canonical_format, f"{where}: obsp/{name} is no canonical CSR matrix")
    for key in [key for key in table.uns if key.endswith("_colors")]:
        column = table.obs[key.removesuffix("_colors")]
        check(len(table.uns[key]) == len(column.cat.categories), f"{where}: {key} has another length than its categories")
    for name, matrix in wanted.get("obsm", {}).items():
        check(list(table.uns[f"{name}_columns"]) == matrix["columns"], f"{where}: columns of obsm/{name}, expected {matrix}")
        check(close(np.nansum(table.obsm[name], axis=0), matrix["sums"]), f"{where}: sums of obsm/{name}, expected {matrix}")
    for name, graph in wanted.get("obsp", {}).items():
        found = [table.obsp[name].nnz, float(table.obsp[name].sum())]
        check(close(found, [graph["links"], graph["sum"]]), f"{where}: obsp/{name} has links and sum {found}, expected {graph}")
    for column, colours in wanted.get("colors", {}).items():
        found = dict(zip(table.obs[column].cat.categories, table.uns[f"{column}_colors"], strict=True))
        check(found == colours, f"{where}: colours of {column} are {found}, expected {colours}")
    for key, value in wanted.get("uns", {}).items():
        check(same(table.uns[key], value), f"{where}: uns/{key} is {table.uns[key]}, expected {value}")


def same(found, wanted):
    """Whether what anndata read is this JSON: dicts by key without those that are null, lists as arrays, true as 1."""
    if isinstance(wanted, dict):
        wanted = {key: value for key, value in wanted.items() if value is not None}
        return set(found) == set(wanted) and all(same(found[key], value) for key, value in wanted.items())
    if isinstance(wanted, list):
        return len(found) == len(wanted) and all(same(a, b) for a, b in zip(found, wanted))
    return bool(found == wanted)


def check_table(store, name, table, labels, wanted):
    """One table: the same in spatialdata and anndata, its rows on the labels it annotates."""
    where = f"{store.name}/tables/{name}"
    plain = anndata.read_zarr(store / "tables" / name)
    check(plain.shape == table.shape, f"{where}: anndata sees {plain.shape}, spatialdata {table.shape}")
    check(plain.obs.equals(table.obs), f"{where}: anndata and spatialdata see different obs")
    attributes = table.uns.get("spatialdata_attrs")
    if attributes is not None and table.n_obs > 0:
        spatialdata.models.TableModel().validate(table)
        region, key = attributes["region"], attributes["instance_key"]
        pixels = labels[region]
        ids = table.obs[key].to_numpy()
        check(np.isin(ids, pixels).all(), f"{where}: rows without an object in labels/{region}")
        check(len(np.unique(ids)) == len(ids), f"{where}: {key} is not unique")
        y, x = np.indices(pixels.shape)
        count = np.bincount(pixels.ravel())
        with np.errstate(invalid="ignore"):
            centres = [np.bincount(pixels.ravel(), axis.ravel())[ids] / count[ids] for axis in (x, y)]
        check(close(table.obsm["spatial"], np.stack(centres, 1)), f"{where}: obsm/spatial is not on labels/{region}")
    check_members(where, plain, wanted)
    if "rows" in wanted:
        check(table.n_obs == wanted["rows"], f"{where}: {table.n_obs} rows, expected {wanted['rows']}")
    for column, total in wanted.get("obs", {}).items():
        check(close(np.nansum(table.obs[column]), total), f"{where}: obs {column} sums to {table.obs[column].sum()}, expected {total}")
    layers = {"X": wanted.get("X", {}), **wanted.get("layers", {})}
    for layer, channels in layers.items():
        for channel, total in channels.items():
            matrix = table.X if layer == "X" else table.layers[layer]
            found = np.nansum(np.asarray(matrix, float)[:, list(table.var_names).index(channel)])
            check(close(found, total), f"{where}: {layer} of {channel} sums to {found}, expected {total}")


def check_store(store, wanted):
    data = spatialdata.read_zarr(store)
    for kind in ("images", "labels", "tables"):
        on_disk = sorted(p.name for p in (store / kind).glob("*") if p.is_dir())
        check(sorted(getattr(data, kind)) == on_disk, f"{store.name}: spatialdata does not see all of {kind} {on_disk}")
        missing = set(wanted.get(kind, {})) - set(on_disk)
        check(not missing, f"{store.name}: {kind} lacks {sorted(missing)}")
    for name, element in data.images.items():
        check_raster(store, "images", name, element, wanted.get("images", {}).get(name, {}))
    labels = {
        name: check_raster(store, "labels", name, element, wanted.get("labels", {}).get(name, {}))
        for name, element in data.labels.items()
    }
    for name, table in data.tables.items():
        check_table(store, name, table, labels, wanted.get("tables", {}).get(name, {}))


def check_parquet(path, wanted):
    frame = pandas.read_parquet(path)
    if "rows" in wanted:
        check(len(frame) == wanted["rows"], f"{path.name}: {len(frame)} rows, expected {wanted['rows']}")
    if "columns" in wanted:
        check(list(frame.columns) == wanted["columns"], f"{path.name}: columns {list(frame.columns)}, expected {wanted['columns']}")
    for column, total in wanted.get("sums", {}).items():
        check(close(frame[column].sum(), total), f"{path.name}: {column} sums to {frame[column].sum()}, expected {total}")
    return len(frame)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--expect", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    expected = json.loads(options.expect.read_text()) if options.expect else {}
    stores = sorted(p for p in options.folder.rglob("*.zarr") if (p / ".zgroup").exists())
    files = sorted(options.folder.rglob("cells.parquet"))
    check(stores or files, f"{options.folder}: no *.zarr and no cells.parquet to read")
    missing = set(expected.get("stores", {})) - {store.name for store in stores}
    check(not missing, f"{options.folder}: no {sorted(missing)}")
    check(files or "cells" not in expected, f"{options.folder}: no cells.parquet")
    for target, read in [(s, lambda s=s: check_store(s, expected.get("stores", {}).get(s.name, {}))) for s in stores] + [
        (f, lambda f=f: check_parquet(f, expected.get("cells", {}))) for f in files
    ]:
        try:
            read()
        except Exception as error:  # any failure to read is a finding, and the other files still want reading
            problems.append(f"{target.name}: {type(error).__name__}: {error}")
    if options.json:
        readers = {m.__name__: m.__version__ for m in (spatialdata, anndata, yaozarrs, zarr, pandas)}
        print(json.dumps({"stores": len(stores), "tables": len(files), "problems": problems, "readers": readers}))
    else:
        for problem in problems:
            print(problem)
        print(f"{len(stores)} stores and {len(files)} parquet files read, {len(problems)} problems")
    return 1 if problems else 0


sys.exit(main())
