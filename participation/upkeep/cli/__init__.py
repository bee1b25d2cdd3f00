"""Commands of the upkeep: each module hangs its own on the group."""

from __future__ import annotations

from participation.upkeep.cli import backups as backups
from participation.upkeep.cli import downtime as downtime
from participation.upkeep.cli import readonly as readonly
from participation.upkeep.cli import storage as storage
from participation.upkeep.cli.group import upkeep

commands = [upkeep]
