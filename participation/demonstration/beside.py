"""What stands beside a draft in the demonstration: documents, interpretations, the decision."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from participation.consultations import operations as consultations
from participation.consultations.intake import (
    TakenDocument,
    TakenPicture,
    take_document,
    take_picture,
)
from participation.consultations.kinds import (
    DecisionOutcome,
    DocumentKind,
    InterpretationKind,
)
from participation.consultations.operations import DecisionFields, InterpretationFields
from participation.kernel.actor import Actor


@dataclass
class Package:
    """The package of one consultation, its files taken in before anything is played."""

    documents: list[tuple[DocumentKind, str, TakenDocument]] = field(default_factory=list)
    interpretations: list[InterpretationFields] = field(default_factory=list)
    decision: Mapping[str, Any] | None = None

    def supply(self, drafter: Actor, slug: str) -> None:
        """Put documents and interpretations beside the draft; they go public with it."""
        for kind, title, taken in self.documents:
            consultations.add_document(drafter, slug, kind, title, taken)
        for fields in self.interpretations:
            made = consultations.save_interpretation(drafter, slug, fields)
            consultations.publish_interpretation(drafter, slug, made.id)

    def decided(
        self, officer: Actor, slug: Callable[[], str], last_day: date, closes_at: datetime
    ) -> Iterator[tuple[datetime, Callable[[], object]]]:
        """The decision, where one was made: when, and how."""
        if self.decision is None:
            return
        told, days = self.decision, self.decision["decided_after_days"]
        fields = DecisionFields(
            outcome=DecisionOutcome(told["outcome"]),
            decided_on=last_day + timedelta(days=days),
            title=told["title"],
            effective_on=last_day + timedelta(days=told["effective_after_days"]),
            note=told["note"],
        )
        at = closes_at + timedelta(days=days, hours=10)
        yield at, lambda: consultations.record_decision(officer, slug(), fields)


def take_package(
    told: Mapping[str, Any], decision: Mapping[str, Any] | None, read: Callable[[str], bytes]
) -> Package:
    """A package from its table; `read` gives the bytes of a file beside it."""
    documents = [
        (kind, each["title"], take_document(kind, each["file"], read(each["file"])))
        for each in told.get("documents", [])
        for kind in [DocumentKind(each["kind"])]
    ]
    interpretations = [_fields(each, read) for each in told.get("interpretations", [])]
    return Package(documents, interpretations, decision)


def _fields(told: Mapping[str, Any], read: Callable[[str], bytes]) -> InterpretationFields:
    name = told.get("picture")
    picture: TakenPicture | None = take_picture(name, read(name)) if name else None
    return InterpretationFields(
        kind=InterpretationKind(told["kind"]),
        title=told["title"],
        clause_key=told.get("clause", ""),
        body=told.get("body", ""),
        picture_words=told.get("picture_words", ""),
        picture=picture,
    )
