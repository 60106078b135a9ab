"""Puts this folder on the path of all tests: `drawn` serves those of the scan and those of the comparison."""
