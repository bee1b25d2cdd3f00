"""What the worker does for the record."""

from participation.record.jobs import heads, packages

__all__ = ["heads", "packages"]
