"""Backups: one file with database, uploads and heads, checked when written and when read."""
