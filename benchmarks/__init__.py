"""Measurements of accuracy and speed, and their results (RESULTS.md).

Tools for developers: nothing that the product imports. Each program is run as a file and writes its own section.
"""
