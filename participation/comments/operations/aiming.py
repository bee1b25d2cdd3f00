"""What an opinion is about (draft, document, clause, words of one) and what it proposes there."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from participation.comments.quoting import Quote, located
from participation.comments.rules import LONGEST_QUOTE, TOO_LONG, ProposalKind, proposal_fits
from participation.consultations.models import Clause, ConsultationDocument
from participation.consultations.queries import clause_by_key
from participation.kernel.db import db
from participation.kernel.errors import Invalid, NotFound
from participation.kernel.verdict import N_


class Aimed(Protocol):
    """The part of what is sent that says what it is about."""

    @property
    def clause_key(self) -> str | None: ...
    @property
    def document_id(self) -> int | None: ...
    @property
    def quoted_text(self) -> str: ...
    @property
    def quoted_at(self) -> int | None: ...
    @property
    def proposal_kind(self) -> ProposalKind | None: ...
    @property
    def proposed_text(self) -> str: ...


class Aim(NamedTuple):
    """A place in this consultation: no clause and no document is the whole draft."""

    clause_id: int | None
    document_id: int | None
    quote: Quote | None


def aim_of(consultation_id: int, sent: Aimed) -> Aim:
    """The place that is meant; raise Invalid naming the first field that does not fit it."""
    clause = _clause(consultation_id, sent.clause_key)
    if clause is not None and sent.document_id is not None:
        raise Invalid(N_("一条意见只能针对一处：草案里的一条，或者一份文件。"), field="document")
    document_id = _document_id(consultation_id, sent.document_id)
    check_proposal(sent.proposal_kind, sent.proposed_text, on_clause=clause is not None)
    return Aim(clause.id if clause else None, document_id, _quote(clause, sent))


def check_proposal(kind: ProposalKind | None, text: str, *, on_clause: bool) -> None:
    """A proposed wording as data needs a clause, and words unless it deletes."""
    verdict = proposal_fits(kind, text, on_clause=on_clause)
    if not verdict:
        field = "proposed_text" if on_clause else "proposal_kind"
        raise Invalid(verdict.reason, verdict.params, field=field)


def _clause(consultation_id: int, key: str | None) -> Clause | None:
    if not key:
        return None
    try:
        return clause_by_key(consultation_id, key)
    except NotFound as error:
        raise Invalid(
            N_("草案里没有这一条。请回到草案重新选择，或者对整个草案提意见。"), field="clause"
        ) from error


def _document_id(consultation_id: int, document_id: int | None) -> int | None:
    if document_id is None:
        return None
    is_number = 0 < document_id < 2**31
    found = db.session.get(ConsultationDocument, document_id) if is_number else None
    if found is None or found.consultation_id != consultation_id or found.removed_at is not None:
        raise Invalid(
            N_("这份文件不在公布的材料里。请回到事项页面重新选择，或者对整个草案提意见。"),
            field="document",
        )
    return document_id


def _quote(clause: Clause | None, sent: Aimed) -> Quote | None:
    if not sent.quoted_text:
        return None
    if len(sent.quoted_text) > LONGEST_QUOTE:
        params = {"most": LONGEST_QUOTE, "count": len(sent.quoted_text)}
        raise Invalid(TOO_LONG, params, field="quoted_text")
    # Words that are kept from the public cannot be asked for by guessing them.
    words = "" if clause is None or clause.is_withheld else clause.text
    found = located(words, sent.quoted_text, sent.quoted_at)
    if found is None:
        raise Invalid(
            N_("这一条里没有选中的那几个字。请回到草案重新选，或者直接对这一条提意见。"),
            field="quoted_text",
        )
    return found
