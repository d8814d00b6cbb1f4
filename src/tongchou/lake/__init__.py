"""The columnar copy of the books: Parquet, clustered by person, proved against the ledger."""
