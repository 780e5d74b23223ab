"""Stands in for the baseline of the same build."""

from maps.cell_phenotyping.networks import MLP as MAPSModel  # noqa: F401
