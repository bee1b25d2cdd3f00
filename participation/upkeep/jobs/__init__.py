"""What the upkeep does by itself; each module registers its own handlers and rounds."""

from __future__ import annotations

from participation.upkeep.jobs import probing, sweeping
from participation.upkeep.jobs.probing import connect

__all__ = ["connect", "probing", "sweeping"]
