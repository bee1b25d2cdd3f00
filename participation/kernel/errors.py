"""The ways an operation ends without doing its work: refused, nothing there, or not just now."""

from __future__ import annotations

from collections.abc import Mapping


class Refused(Exception):
    """A rule said no. `reason` is a Chinese msgid, `params` fills its `%(name)s` places."""

    def __init__(self, reason: str, params: Mapping[str, object] | None = None) -> None:
        self.reason = reason
        self.params = dict(params or {})
        super().__init__(reason % self.params if self.params else reason)


class Invalid(Refused):
    """The input itself cannot be taken; `field` names the part that is at fault."""

    def __init__(
        self, reason: str, params: Mapping[str, object] | None = None, field: str = ""
    ) -> None:
        super().__init__(reason, params)
        self.field = field


class NotFound(LookupError):
    """Nothing of that name is there, or nothing that this actor may know of."""


class Unavailable(Exception):
    """Something the act needs cannot be had at the moment; nothing was done, it may be tried again.

    `reason` is a Chinese msgid fit for whoever asked, `params` fills its `%(name)s` places;
    `retry_seconds` is when to try again, where that is known.
    """

    def __init__(
        self,
        reason: str,
        params: Mapping[str, object] | None = None,
        retry_seconds: int | None = None,
    ) -> None:
        self.reason = reason
        self.params = dict(params or {})
        self.retry_seconds = retry_seconds
        super().__init__(reason % self.params if self.params else reason)
