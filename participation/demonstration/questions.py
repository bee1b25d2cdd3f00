"""What is asked in one consultation of the demonstration, and what the officer does about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from participation.demonstration.content import at
from participation.inquiries import operations
from participation.inquiries.operations import AskedQuestion, GivenAnswer
from participation.kernel.actor import GUEST, Actor
from participation.rulebook.deadlines import Difficulty
from participation.rulebook.moderation import WithholdingReason
from participation.rulebook.recognising import Nature

Step = tuple[datetime, Callable[[], object]]


class Questions:
    """The questions of a matter in the order they are asked; numbers are given by the platform."""

    def __init__(self, told: Sequence[dict[str, Any]], officer: Actor, opens_on: date) -> None:
        self.told, self.officer, self.opens_on = told, officer, opens_on
        self.numbers: dict[int, int] = {}

    def steps(self, slug: Callable[[], str], zone: ZoneInfo) -> Iterator[Step]:
        """Each act with its instant; `slug` is asked when an act is done."""
        for told in self.told:
            asked_at = at(self.opens_on + timedelta(days=told["day"]), told["time"], zone)
            yield asked_at, lambda told=told: self._ask(slug(), told)  # type: ignore[misc]
            if "difficulty" in told:
                classed_at = asked_at + timedelta(hours=2)
                yield classed_at, lambda told=told: self._class(slug(), told)  # type: ignore[misc]
            if "answer" in told:
                answered_at = asked_at + timedelta(hours=told["answer_after_hours"])
                yield answered_at, lambda told=told: self._answer(slug(), told)  # type: ignore[misc]
            if "refer" in told:
                referred_at = asked_at + timedelta(hours=told["refer_after_hours"])
                yield referred_at, lambda told=told: self._refer(slug(), told)  # type: ignore[misc]

    def _ask(self, slug: str, told: dict[str, Any]) -> None:
        asked = AskedQuestion(
            body=told["body"].strip(),
            submission_key=f"demonstration-{told['number']}",
            clause_key=told.get("clause"),
            as_question=told.get("as_question", False),
        )
        made = operations.ask_question(GUEST, slug, asked).inquiry
        self.numbers[told["number"]] = made.number

    def _class(self, slug: str, told: dict[str, Any]) -> None:
        difficulty = Difficulty(told["difficulty"])
        operations.class_inquiry(self.officer, slug, self.numbers[told["number"]], difficulty)

    def _answer(self, slug: str, told: dict[str, Any]) -> None:
        reason = told.get("reason")
        given = GivenAnswer(
            text=told["answer"].strip(),
            shown_question=told.get("shown", ""),
            reason=WithholdingReason(reason) if reason else None,
        )
        operations.answer_inquiry(self.officer, slug, self.numbers[told["number"]], given)

    def _refer(self, slug: str, told: dict[str, Any]) -> None:
        to = told["refer"]
        number, nature = self.numbers[told["number"]], Nature(to["nature"])
        operations.refer_inquiry(self.officer, slug, number, nature, to["unit"], to["note"])
