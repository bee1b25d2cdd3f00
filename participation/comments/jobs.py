"""What is done with opinions later, by itself: contacts and files are deleted when time is up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from participation.comments.operations import forget_contacts
from participation.kernel import jobs
from participation.kernel.claims import drop_unclaimed


@jobs.handler("comments.forget_contacts")
def forget(payload: Mapping[str, Any]) -> None:
    """Delete the contacts of a consultation's authors."""
    forget_contacts(payload["consultation_id"])


class StillYoung(Exception):
    """Somebody may be about to claim the content; the job is tried again."""


@jobs.handler("comments.drop_content", outside=True)
def drop_content(payload: Mapping[str, Any]) -> None:
    """Remove the content of a file whose opinion is gone, unless another has the same one."""
    if not drop_unclaimed(payload["key"]):
        raise StillYoung
