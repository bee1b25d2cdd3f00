"""The group that the commands of the upkeep hang on."""

from __future__ import annotations

import click


@click.group("upkeep")
def upkeep() -> None:
    """Backups, restores, planned downtime and the like."""
