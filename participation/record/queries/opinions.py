"""Opinions as the record needs them: their words, what is shown of them, and how they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, or_, select

from participation.comments.models import Attachment, Comment, CommentVersion
from participation.comments.rules import Outcome, Visibility
from participation.consultations.models import Clause
from participation.kernel.canonical import canonical
from participation.kernel.db import db
from participation.record.leaves import Fields, words
from participation.record.rules import State

CHUNK = 1_000


class Opinion(NamedTuple):
    """One opinion's row, its clause named by its key."""

    number: int
    receipt: str
    channel: str
    received_at: datetime
    clause_key: str | None
    document_id: int | None
    quoted_text: str
    quoted_at: int | None
    proposal_kind: str | None
    stance: str
    body: str
    proposed_text: str
    respondent_kind: str
    visibility: Visibility
    reason_code: str | None
    restriction_reason: str | None
    removal_basis: str
    outcome: Outcome
    published_at: datetime | None
    shown_body: str
    shown_proposed_text: str

    def words(self) -> Fields:
        """The words as received."""
        return self._words(self.body, self.proposed_text)

    def shown(self) -> Fields:
        """The words as they are shown."""
        return self._words(self.shown_body, self.shown_proposed_text)

    def _words(self, body: str, proposed_text: str) -> Fields:
        return words(
            body,
            self.respondent_kind,
            self.stance,
            clause=self.clause_key,
            document=self.document_id,
            quote=self.quoted_text,
            quote_at=self.quoted_at,
            proposal=self.proposal_kind,
            proposed_text=proposed_text,
        )

    @property
    def is_masked(self) -> bool:
        """Whether what is shown differs from what was received."""
        return self.published_at is not None and (
            (self.body, self.proposed_text) != (self.shown_body, self.shown_proposed_text)
        )

    @property
    def state(self) -> State:
        """How the row stands; whoever reads the log finds the same in its leaves."""
        return state_of(self.visibility, self.outcome)

    @property
    def reason(self) -> str | None:
        """The code of why it is not shown, where the record tells one."""
        reasons = {
            State.WITHHELD: self.reason_code,
            State.RESTRICTED: self.restriction_reason,
        }
        return reasons.get(self.state)

    @property
    def commits_to(self) -> dict[str, bytes]:
        """What the opinion's leaf commits to, by field."""
        return {"body": canonical(self.words()), "claim": self.receipt.encode("ascii")}


REPLACED = tuple(name for name in Opinion._fields if name in CommentVersion.__table__.columns)
"""What a correction replaces; the rest of the words is what the opinion is about."""

_STATES = {
    Visibility.WAITING: State.WAITING,
    Visibility.RELEASED: State.PUBLISHED,
    Visibility.WITHHELD: State.WITHHELD,
    Visibility.RESTRICTED: State.RESTRICTED,
    Visibility.REMOVED: State.REMOVED,
}


def state_of(visibility: Visibility, outcome: Outcome) -> State:
    """The record's word for how a row stands; what is locked stays so when it is taken back."""
    if outcome is Outcome.WITHDRAWN and visibility is not Visibility.RESTRICTED:
        return State.REMOVED
    return _STATES[visibility]


_COLUMNS = (
    Comment.number,
    Comment.receipt,
    Comment.channel,
    Comment.received_at,
    Clause.key,
    Comment.document_id,
    Comment.quoted_text,
    Comment.quoted_at,
    Comment.proposal_kind,
    Comment.stance,
    Comment.body,
    Comment.proposed_text,
    Comment.respondent_kind,
    Comment.visibility,
    Comment.reason_code,
    Comment.restriction_reason,
    Comment.removal_basis,
    Comment.outcome,
    Comment.published_at,
    Comment.shown_body,
    Comment.shown_proposed_text,
)
_ALL = select(*_COLUMNS).outerjoin(Clause, Clause.id == Comment.clause_id)
_ONE = _ALL.where(Comment.consultation_id == bindparam("of"), Comment.number == bindparam("number"))
_AFTER = (
    _ALL.where(Comment.consultation_id == bindparam("of"), Comment.number > bindparam("after"))
    .order_by(Comment.number)
    .limit(bindparam("most"))
)
_MASKED = _ALL.where(
    Comment.consultation_id == bindparam("of"),
    Comment.published_at.is_not(None),
    or_(Comment.body != Comment.shown_body, Comment.proposed_text != Comment.shown_proposed_text),
).order_by(Comment.number)
# Core columns: the submission's own clause is asked for by every submission on one.
_CLAUSE_KEY = select(Clause.__table__.c.key).where(Clause.__table__.c.id == bindparam("id"))


def of_comment(comment: Comment) -> Opinion:
    """The opinion of a row that is at hand; one statement where it is on a clause."""
    key = None
    if comment.clause_id is not None:
        key = db.session.scalar(_CLAUSE_KEY, {"id": comment.clause_id})
    values: list[Any] = [
        key if column is Clause.key else getattr(comment, column.key) for column in _COLUMNS
    ]
    return Opinion(*values)


def by_number(consultation_id: int, number: int) -> Opinion | None:
    """The opinion of that number as it stands in the database; one statement."""
    row = db.session.execute(_ONE, {"of": consultation_id, "number": number}).one_or_none()
    return Opinion._make(row) if row else None


def after(consultation_id: int, number: int, most: int) -> list[Opinion]:
    """At most so many opinions after a number, in their order."""
    wanted = {"of": consultation_id, "after": number, "most": most}
    return [Opinion._make(row) for row in db.session.execute(_AFTER, wanted)]


def walk(consultation_id: int, first: int = 1, last: int | None = None) -> Iterator[list[Opinion]]:
    """The opinions from one number to another, in chunks."""
    done = first - 1
    while rows := after(consultation_id, done, CHUNK):
        wanted = [row for row in rows if last is None or row.number <= last]
        if wanted:
            yield wanted
        if len(wanted) < len(rows):
            return
        done = rows[-1].number


def files_of(consultation_id: int, first: int, last: int) -> dict[int, list[str]]:
    """The SHA-256 of the files of opinions, by number, in their order; one statement."""
    rows = db.session.execute(
        select(Comment.number, Attachment.storage_key)
        .join(Comment, Comment.id == Attachment.comment_id)
        .where(Comment.consultation_id == consultation_id, Comment.number.between(first, last))
        .order_by(Comment.number, Attachment.position)
    )
    found: dict[int, list[str]] = {}
    for number, key in rows:
        found.setdefault(number, []).append(key)
    return found


def versions_of(
    consultation_id: int, opinions: Sequence[Opinion]
) -> dict[int, list[tuple[Opinion, datetime]]]:
    """What their authors corrected, by number: every version and when it was written, in order."""
    if not opinions:
        return {}
    rows = db.session.execute(
        select(Comment.number, Comment.corrected_at, CommentVersion)
        .join(CommentVersion, CommentVersion.comment_id == Comment.id)
        .where(
            Comment.consultation_id == consultation_id,
            Comment.number.between(opinions[0].number, opinions[-1].number),
        )
        .order_by(Comment.number, CommentVersion.version)
    )
    by_number = {each.number: each for each in opinions}
    found: dict[int, list[tuple[Opinion, datetime]]] = {}
    present: dict[int, tuple[Opinion, datetime]] = {}
    for number, corrected_at, former in rows:
        words = {name: getattr(former, name) for name in REPLACED}
        told = by_number[number]._replace(**words), former.written_at
        found.setdefault(number, []).append(told)
        # never without: what keeps the former words also writes down when they were corrected
        present[number] = by_number[number], corrected_at or former.written_at
    for number, last in present.items():
        found[number].append(last)
    return found


def masked_among(consultation_id: int, numbers: Sequence[int]) -> list[Opinion]:
    """Those of these opinions that are shown with other words than were received."""
    wanted = set(numbers)
    rows = db.session.execute(_MASKED, {"of": consultation_id})
    return [Opinion._make(row) for row in rows if row.number in wanted]
