"""What a backup or a restore says when it cannot go on, fit for the operator."""

from __future__ import annotations

from participation.kernel.errors import Refused


class BadBackup(Refused):
    """The file is no backup, is damaged or cut off, or the passphrase is not its own."""


class CannotBackUp(Refused):
    """What is needed for a backup or a restore is not there."""
