"""What the worker does for the record."""

from participation.record.jobs import heads

__all__ = ["heads"]
