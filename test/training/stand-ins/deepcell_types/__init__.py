"""Stands in for deepcell-types, of 2026 and of before: our own small networks with the same call signatures and stages."""
