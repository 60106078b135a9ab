"""Pairs the records of two copies and gives each field a verdict from its evidence."""
