"""What is asked of an OpenID provider and what it may answer, as values."""

from __future__ import annotations

from dataclasses import asdict, dataclass


class NotIdentified(Exception):
    """The provider did not say who it is, or not in a way that can be believed."""


class ProviderAway(Exception):
    """The provider does not answer, or answers what it should not."""


@dataclass(frozen=True)
class Question:
    """What was asked, kept in the asking browser's session until the answer comes."""

    state: str
    nonce: str
    verifier: str

    def kept(self) -> dict[str, str]:
        """As plain values for the session."""
        return asdict(self)


@dataclass(frozen=True)
class Subject:
    """Somebody as the provider knows them; `name` is what they are called there, or empty."""

    issuer: str
    subject: str
    name: str
