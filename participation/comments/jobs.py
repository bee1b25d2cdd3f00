"""What is done with opinions later, by itself: names and contacts are deleted when time is up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from participation.comments.operations import forget_contacts
from participation.kernel import jobs


@jobs.handler("comments.forget_contacts")
def forget(payload: Mapping[str, Any]) -> None:
    """Delete the contacts of a consultation's authors."""
    forget_contacts(payload["consultation_id"])
