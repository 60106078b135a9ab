"""Sample submissions with known differences, and the program that makes them.

Tools for tests and benchmarks only: nothing that the product imports. Everything here is invented; none of it is a real
report.
"""
