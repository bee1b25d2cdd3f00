"""What a consultation still lacks, and what a person should look at before it goes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from participation.consultations import rules
from participation.consultations.models import Consultation, DraftVersion
from participation.consultations.place import working_calendar, zone
from participation.consultations.queries.clauses import current_draft, pending_draft, withheld_count
from participation.kernel.verdict import N_, Verdict, no
from participation.rulebook.mentions import hostile_sentences, mentions_of_length
from participation.rulebook.publication import check_attribute, missing_parts
from participation.rulebook.statutes import Remark
from participation.rulebook.windows import WindowFinding, check_window


@dataclass(frozen=True)
class Missing:
    """Something without which the review cannot begin.

    `part` is one of draft, explanation, notice, contact, pending, window, attribute, clauses.
    """

    part: str
    verdict: Verdict


@dataclass(frozen=True)
class Reminder:
    """A warning about the words of a part (`where`, a Chinese msgid); it stops nothing."""

    where: str
    remark: Remark


def window_finding(consultation: Consultation, opens_at: datetime) -> WindowFinding | None:
    """What the rules say of the window if it opens at an instant; None without a close."""
    if consultation.closes_at is None:
        return None
    return check_window(
        consultation.matter,
        opens_at,
        consultation.closes_at,
        short_reason=consultation.short_window_reason,
        touches_market=consultation.touches_market,
        zone=zone(),
        calendar=working_calendar(),
    )


def missing_for_review(consultation: Consultation, now: datetime) -> list[Missing]:
    """What a consultation lacks for its review at `now`, in the order of the form."""
    draft, pending = current_draft(consultation.id), pending_draft(consultation.id)
    found = _missing_parts(consultation, has_draft=bool(draft or pending))
    finding = window_finding(consultation, rules.opening(consultation.planned_opens_at, now))
    checks = [
        ("notice", rules.affects_told(consultation.affects)),
        ("pending", rules.nothing_pending(pending.number if pending else None)),
        ("window", rules.may_open(consultation.planned_opens_at, now)),
        ("window", finding.verdict if finding else None),
        (
            "attribute",
            check_attribute(consultation.publication_attribute, consultation.attribute_reason),
        ),
    ]
    if draft is not None:
        marked = withheld_count(draft.id)
        checks.append(("clauses", rules.withheld_agree(consultation.publication_attribute, marked)))
    return found + [Missing(part, said) for part, said in checks if said is not None and not said]


def _missing_parts(consultation: Consultation, *, has_draft: bool) -> list[Missing]:
    has_contact = consultation.contact_unit and (
        consultation.contact_phone or consultation.contact_email or consultation.contact_address
    )
    there = {
        "draft": has_draft,
        "explanation": bool(consultation.explanation),
        "how_to_comment": bool(has_contact),
        "deadline": consultation.closes_at is not None,
    }
    form_parts = {"how_to_comment": "contact", "deadline": "window"}
    everything = dict.fromkeys(there, True)
    return [
        Missing(form_parts.get(part, part), no(remark.sentence, **remark.params))
        for part, is_there in there.items()
        if not is_there
        for remark in missing_parts(**{**everything, part: False})
    ]


def reminders(
    consultation: Consultation, draft: DraftVersion | None, now: datetime
) -> Sequence[Reminder]:
    """Sentences that name another window than the system's, or that keep people from commenting.

    Reads the summary, the explanation and the lines before the draft's first clause.
    """
    texts = [
        (N_("内容摘要"), consultation.summary),
        (N_("通俗解读"), consultation.plain_summary),
        (N_("起草说明"), consultation.explanation),
        (N_("草案题注"), "\n".join(draft.front_matter) if draft else ""),
    ]
    found = [Reminder(where, each) for where, text in texts for each in hostile_sentences(text)]
    opens_at = consultation.opens_at or rules.opening(consultation.planned_opens_at, now)
    if consultation.closes_at is None or consultation.closes_at <= opens_at:
        return found
    for where, text in texts:
        remarks = mentions_of_length(
            text,
            opens_at=opens_at,
            closes_at=consultation.closes_at,
            zone=zone(),
            calendar=working_calendar(),
        )
        found += [Reminder(where, each) for each in remarks]
    return found
