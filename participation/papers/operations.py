"""Taking papers along: who may, and the trace of it before anything leaves."""

from __future__ import annotations

from participation.adoption import queries as adoption
from participation.comments.operations import note_names
from participation.consultations.queries import lock_shared
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.events import record
from participation.papers import rules
from participation.papers.events import PaperTaken
from participation.papers.rules import Naming, Paper


def note_taken(
    actor: Actor, slug: str, paper: Paper, naming: Naming = Naming.ANONYMOUS, reason: str = ""
) -> int:
    """Enter that a paper with people's own words is about to leave; its consultation's id.

    Nothing is written here: whoever makes the paper does so after this transaction's commit. Raises
    Refused for others than the department's officers and where there is nothing to take; with
    full names also what `note_names` raises, which enters each of them as revealed.
    """
    consultation = lock_shared(slug)
    now = clock.now()
    stage = consultation.stage(now)
    rules.may_take(actor, stage, consultation.department_id).enforce()
    received = adoption.kept_figures(consultation.id).received
    rules.is_ready(paper, stage, received=received, mismatch="").enforce()
    if naming is Naming.FULL:
        rules.may_take_names(actor, stage, consultation.department_id).enforce()
        note_names(actor, consultation, reason)
    record(
        PaperTaken(
            actor=actor,
            consultation_id=consultation.id,
            paper=paper.value,
            naming=naming.value,
            count=received,
        )
    )
    return consultation.id
