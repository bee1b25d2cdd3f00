"""What people say in one consultation of the demonstration, and what becomes of each opinion."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from participation.comments import operations
from participation.comments.models import Comment, CommentSupport
from participation.comments.operations import CorrectedWords, EnteredComment, SubmittedComment
from participation.comments.rules import ONLINE, Channel, ProposalKind, RespondentKind, Stance
from participation.demonstration.content import at
from participation.kernel.actor import GUEST, Actor
from participation.kernel.db import db
from participation.rulebook.moderation import WithholdingReason

Step = tuple[datetime, Callable[[], object]]
READ_AFTER = timedelta(hours=5)
SUPPORTED_AFTER = timedelta(hours=26)


class Opinions:
    """The opinions of a matter; `ids` leads from their numbers in the content to their rows."""

    def __init__(
        self,
        told: Sequence[dict[str, Any]],
        officer: Actor,
        opens_on: date,
        window: tuple[datetime, datetime],
        zone: ZoneInfo,
    ) -> None:
        self.told, self.officer, self.opens_on, self.zone = told, officer, opens_on, zone
        self.opens_at, self.closes_at = window
        self.slug: Callable[[], str] = str
        self.ids: dict[int, int] = {}
        self.receipts: dict[int, str] = {}

    def steps(self, slug: Callable[[], str], now: datetime) -> Iterator[Step]:
        """Each act with its instant; `slug` is asked when an act is done."""
        self.slug = slug
        sent: set[str] = set()
        for told in self.told:
            said = self._said(told, now)
            if (key := told.get("sending")) is None:
                yield said, lambda told=told: self._submit(told)  # type: ignore[misc]
            elif key not in sent:
                sent.add(key)
                yield said, lambda key=key: self._send(key)  # type: ignore[misc]
            read = min(said + READ_AFTER, now)
            if told["moderation"] != "waiting":
                yield read, lambda told=told: self._moderate(told)  # type: ignore[misc]
            yield from self._later(told, read, now)

    def _later(self, told: dict[str, Any], read: datetime, now: datetime) -> Iterator[Step]:
        """What becomes of an opinion once it was looked at."""
        if told.get("withdrawn"):
            yield read, lambda: operations.withdraw(self.receipts[told["number"]])
        if correction := told.get("correction"):
            corrected = self._said(correction, now)
            yield corrected, lambda: self._correct(told, correction)
            yield min(corrected + READ_AFTER, now), lambda: self._moderate(told)
        if "supporters" in told:
            last = min(self.closes_at - timedelta(minutes=1), now)
            yield min(read + SUPPORTED_AFTER, last), lambda: self._support(told)
        if "duplicate_of" in told:
            # Once both are in, and early enough for the result.
            yield min(self.closes_at + timedelta(days=1), now), lambda: self._mark(told)

    def _said(self, told: dict[str, Any], now: datetime) -> datetime:
        said = at(self._day(told), told["time"], self.zone)
        return min(max(said, self.opens_at + timedelta(minutes=1)), now - timedelta(hours=1))

    def _day(self, told: dict[str, Any]) -> date:
        return self.opens_on + timedelta(days=told["day"])

    def _submit(self, told: dict[str, Any]) -> None:
        given = _words(told)
        if given["channel"] in ONLINE:
            sent = SubmittedComment(**given)
            made = operations.submit_comment(GUEST, self.slug(), sent).comment
        else:
            entered = EnteredComment(**given, said_on=self._day(told))
            made = operations.enter_comment(self.officer, self.slug(), entered).comment
        self._note(told, made)

    def _send(self, key: str) -> None:
        """Several opinions of one person, with one receipt."""
        together = [told for told in self.told if told.get("sending") == key]
        given = [SubmittedComment(**_words(told)) for told in together]
        sent = operations.submit_sending(GUEST, self.slug(), f"demonstration-{key}", given)
        found = select(Comment).where(Comment.sending_id == sent.sending.id)
        made = db.session.scalars(found.order_by(Comment.number))
        for told, comment in zip(together, made, strict=True):
            self._note(told, comment)

    def _note(self, told: dict[str, Any], made: Comment) -> None:
        self.ids[told["number"]], self.receipts[told["number"]] = made.id, made.receipt

    def _moderate(self, told: dict[str, Any]) -> None:
        comment_id = self.ids[told["number"]]
        if told["moderation"] == "release":
            operations.release(self.officer, self.slug(), [comment_id])
        else:
            reason = WithholdingReason(told["reason_code"].replace("_", "-"))
            operations.withhold(self.officer, self.slug(), comment_id, reason)

    def _correct(self, told: dict[str, Any], correction: dict[str, Any]) -> None:
        words = _words(told | correction)
        corrected = CorrectedWords(
            body=words["body"],
            stance=words["stance"],
            respondent_kind=words["respondent_kind"],
            proposal_kind=words["proposal_kind"],
            proposed_text=words["proposed_text"],
        )
        operations.correct_comment(self.receipts[told["number"]], corrected, 0)

    def _support(self, told: dict[str, Any]) -> None:
        """Neighbours who ask by mail and press the button behind the link."""
        comment_id = self.ids[told["number"]]
        number = db.session.get_one(Comment, comment_id).number
        for each in range(told["supporters"]):
            operations.ask_support(self.slug(), number, f"linju{each + 1}@example.cn", "zh")
        asked = select(CommentSupport).where(CommentSupport.comment_id == comment_id)
        for support in db.session.scalars(asked).all():
            operations.confirm_support(operations.support_token(support))

    def _mark(self, told: dict[str, Any]) -> None:
        original = self.ids[told["duplicate_of"]]
        operations.mark_duplicate(self.officer, self.ids[told["number"]], original)


def _words(told: dict[str, Any]) -> dict[str, Any]:
    """An opinion's fields as the operations take them."""
    kind = told.get("proposal_kind")
    return {
        "body": told["body"].strip(),
        "stance": Stance(told["stance"]),
        "submission_key": f"demonstration-{told['number']}",
        "clause_key": told.get("clause"),
        "quoted_text": told.get("quoted_text", ""),
        "proposal_kind": ProposalKind(kind) if kind else None,
        "proposed_text": told.get("proposed_text", "").strip(),
        "respondent_kind": RespondentKind(told["respondent_kind"]),
        "name": told.get("name", ""),
        "contact": told.get("contact", ""),
        "channel": Channel(told["channel"]),
    }
