"""What a form is about: the draft, a document, a clause or words of one, shown above it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from participation.comments.forms import CommentForm, WordsForm
from participation.comments.models import Comment
from participation.comments.proposing import Proposal
from participation.comments.quoting import Quote, cut, located
from participation.comments.rules import COMMENTABLE, HIDDEN
from participation.consultations.queries import (
    WITHHELD_WORDS,
    ClauseRow,
    current_draft,
    document_by_id,
    documents_of,
    public_clauses,
    wording,
)
from participation.kernel.errors import NotFound
from participation.kernel.redlining import Part
from participation.web.filters import sentence

LONGEST_NUMBER = 9
HEADINGS = frozenset({"part", "chapter", "section"})


@dataclass(frozen=True)
class About:
    """A place as it is quoted above the form: its words, the heading it stands under.

    `label` is of the clause or document, empty for a paragraph without number; `quote` are words
    of it, `own` those in which the quote is looked for.
    """

    label: str
    text: str = ""
    path: str = ""
    own: str = ""
    quote: Quote | None = None
    is_document: bool = False
    is_readable: bool = True
    is_heading: bool = False

    @property
    def words(self) -> str:
        """The words that a proposal changes: those quoted, else the clause's."""
        return self.quote.text if self.quote else self.text

    def change(self, form: WordsForm) -> list[Part] | None:
        """The redline of what the form proposes; None where it proposes nothing as data."""
        if form.proposal is None or self.is_document or not self.is_readable:
            return None
        quoted, at = (self.quote.text, self.quote.at) if self.quote else ("", None)
        proposal = Proposal(form.proposal, form.proposed_text.data or "", quoted, at)
        return proposal.of(self.own if self.quote else self.text)


def aim(form: WordsForm, asked: MultiDict[str, str], consultation_id: int) -> None:
    """Point an empty form at the place an address names: `clause`, `document`, `words`.

    `words` is `<first>-<end>`, places in the clause's own words in code points; given more than
    once, all from the first to the last is meant. What fits nowhere is passed over.
    """
    form.clause.data = asked.get("clause", "")
    form.document.data = asked.get("document", "")
    spans = [span for each in asked.getlist("words") if (span := _span(each))]
    if form.clause.data and spans:
        own = _clause(_clauses(consultation_id), form.clause.data).own
        quote = cut(own, min(first for first, _ in spans), max(end for _, end in spans))
        if quote:
            form.quoted_text.data, form.quoted_at.data = quote.text, str(quote.at)


def about(consultation_id: int, form: WordsForm) -> About | None:
    """What the form is about, None for the whole draft; raise NotFound for what is not there."""
    if form.document.data:
        wanted = form.document.data
        if not wanted.isdecimal() or len(wanted) > LONGEST_NUMBER:
            raise NotFound(wanted)
        return About(document_by_id(consultation_id, int(wanted)).title, is_document=True)
    if not form.clause.data:
        return None
    found = _clause(_clauses(consultation_id), form.clause.data)
    at = form.quoted_at.data or ""
    quote = located(found.own, form.quoted_text.data or "", int(at) if at.isdecimal() else None)
    return replace(found, quote=quote)


def form_of(comment: Comment) -> CommentForm:
    """The form that would send an opinion's words, pointed at the place that it is about."""
    names = ("stance", "body", "proposed_text", "respondent_kind", "proposal_kind")
    data = {name: getattr(comment, name) for name in names}
    form = CommentForm(formdata=None, data={**data, "proposal_kind": comment.proposal_kind or ""})
    point(form, comment)
    return form


def point(form: CommentForm, comment: Comment) -> None:
    """Point a form at what an opinion is about, whatever was sent with it."""
    form.clause.data = comment.clause.key if comment.clause else ""
    form.document.data = str(comment.document_id or "")
    form.quoted_text.data = comment.quoted_text
    form.quoted_at.data = "" if comment.quoted_at is None else str(comment.quoted_at)


def change_of(comment: Comment) -> list[Part] | None:
    """The redline of what an opinion proposes as data; two statements where it does."""
    if comment.proposal_kind is None or comment.visibility in HIDDEN:
        return None
    form = form_of(comment)
    # The clause of an earlier version of the draft, or a document, may be there no more.
    with suppress(NotFound):
        place = about(comment.consultation_id, form)
        return place.change(form) if place else None
    return None


def _span(word: str) -> tuple[int, int] | None:
    first, _, end = word.partition("-")
    if not (first.isdecimal() and end.isdecimal() and len(word) < 15):
        return None
    return int(first), int(end)


def _clauses(consultation_id: int) -> list[ClauseRow]:
    draft = current_draft(consultation_id)
    return public_clauses(draft.id) if draft else []


def _clause(clauses: Sequence[ClauseRow], key: str) -> About:
    found = next((row for row in clauses if row.key == key), None)
    if found is None:
        raise NotFound(key)
    text = wording(clauses)[found.id]
    return About(
        found.label,
        text.replace(WITHHELD_WORDS, sentence(WITHHELD_WORDS)),
        _path(found, clauses),
        own="" if found.is_withheld else found.text,
        is_readable=WITHHELD_WORDS not in text,
        is_heading=found.kind in HEADINGS,
    )


def _path(clause: ClauseRow, clauses: Sequence[ClauseRow]) -> str:
    by_id = {row.id: row for row in clauses}
    heads = []
    above = by_id.get(clause.parent_id or 0)
    while above is not None:
        if above.kind in HEADINGS:
            heads.append(f"{above.label} {above.text}".strip())
        above = by_id.get(above.parent_id or 0)
    return " · ".join(reversed(heads))


def places_of(consultation_id: int) -> dict[tuple[str, str], str]:
    """What an opinion can be on, by kind and key, as it is called."""
    draft = current_draft(consultation_id)
    found = {
        ("clause", row.key): row.label or row.text[:20]
        for row in (public_clauses(draft.id) if draft else [])
        if row.kind in COMMENTABLE
    }
    documents = documents_of(consultation_id)
    return found | {("document", str(each.id)): each.title for each in documents}
