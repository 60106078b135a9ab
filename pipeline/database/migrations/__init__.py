"""Alembic migrations of the ledger, run by pipeline.database.migrate."""
