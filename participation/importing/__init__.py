"""Opinions that come in by the table: uploaded, matched, tried, entered in batches."""
