"""Counts what was received, once it is committed."""

from __future__ import annotations

from flask import current_app

from participation.comments.events import CommentSubmitted
from participation.kernel.db import after_commit
from participation.kernel.events import DomainEvent, subscribe
from participation.surveys.events import SurveyAnswered


@subscribe(CommentSubmitted, SurveyAnswered)
def count(event: DomainEvent) -> None:
    """Count an opinion or an answer."""
    if not current_app.config["SETTINGS"].shows_metrics:
        return
    # Not paid for at the start of an instance that shows no figures.
    from participation.upkeep.metrics import SUBMISSIONS

    kind = "comment" if isinstance(event, CommentSubmitted) else "survey"
    after_commit(SUBMISSIONS.labels(kind).inc)
