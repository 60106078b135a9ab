"""The ledger: SQLAlchemy tables, migrations, and the moves of a submission between its states."""
