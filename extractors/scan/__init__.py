"""Reads a sealed scan: pages, geometry, ruled cells, the recogniser and its evidence, seals."""
