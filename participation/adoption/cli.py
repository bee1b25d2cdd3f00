"""The commands of results: answer opinions by their receipts, count the figures anew."""

from __future__ import annotations

import click
from flask_babel import gettext as _

from participation.adoption import operations, queries
from participation.adoption.document import figures_plain
from participation.adoption.rules import Disposition
from participation.consultations.queries import lock_exclusive
from participation.kernel.actor import SYSTEM
from participation.kernel.db import transaction
from participation.web.console import emit, json_option, plain_errors
from participation.web.filters import sentence


@click.group("adoption")
def adoption() -> None:
    """Answer opinions; check what is to be published."""


@adoption.command("respond")
@click.argument("slug")
@click.option("--receipts", required=True, metavar="A,B,…", help="The opinions' receipt codes.")
@click.option(
    "--disposition", required=True, type=click.Choice([each.value for each in Disposition])
)
@click.option("--reason", required=True, help="Why; it is published.")
@click.option("--title", help="What the opinions say; their first words where none is given.")
@click.option("--changed-text", default="", help="The clause as it reads after the change.")
@json_option
@plain_errors
def respond(
    slug: str,
    receipts: str,
    disposition: str,
    reason: str,
    title: str | None,
    changed_text: str,
    json_mode: bool,
) -> None:
    """Answer opinions of the consultation SLUG as one point, with its reason."""
    codes = receipts.replace("，", ",").replace("、", ",").split(",")
    with transaction():
        point = operations.respond(SYSTEM, slug, codes, disposition, reason, title, changed_text)
        figures = queries.kept_figures(point.consultation_id)
        data = {
            "slug": slug,
            "point": point.number,
            "members": point.member_count,
            "disposition": disposition,
            "outcomes": figures_plain(figures)["outcomes"],
        }
    emit(
        json_mode,
        data,
        _(
            "第 %(point)s 项要点已答复（%(members)s 条意见）。",
            point=data["point"],
            members=data["members"],
        ),
    )


@adoption.command("recheck")
@click.argument("slug")
@json_option
@plain_errors
def recheck(slug: str, json_mode: bool) -> None:
    """Count the figures of SLUG anew and let the worker publish what is due."""
    with transaction():
        consultation = lock_exclusive(slug)
        verdict = queries.agreement(consultation.id)
        message = sentence(verdict)
        data = {
            "slug": slug,
            "agree": bool(verdict),
            "message": message,
            "kept": figures_plain(queries.kept_figures(consultation.id)),
            "counted": figures_plain(queries.counted_figures(consultation.id)),
        }
        if queries.holds_of(consultation.id):
            operations.retry_publication(SYSTEM, slug)
    emit(json_mode, data, message or _("账目相符，到期的结果将由后台公布。"))


commands = [adoption]
