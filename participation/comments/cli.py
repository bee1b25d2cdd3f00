"""The commands of opinions: release, withhold, and finding contacts again."""

from __future__ import annotations

import click
from flask_babel import gettext as _

from participation.comments import operations
from participation.consultations.queries import by_slug
from participation.kernel.actor import SYSTEM
from participation.kernel.db import transaction
from participation.rulebook.moderation import WithholdingReason
from participation.web.console import emit, json_option, plain_errors

# Released in pieces, so that nobody who sends waits behind many.
PIECE = 500


@click.group("comments")
def comments() -> None:
    """Release opinions to the public, or withhold one."""


@comments.command("release")
@click.argument("slug")
@click.option("--all", "everything", is_flag=True, help="All that wait for a moderator.")
@click.option("--receipt", "receipts", multiple=True, metavar="CODE", help="One; may be repeated.")
@json_option
@plain_errors
def release(slug: str, everything: bool, receipts: tuple[str, ...], json_mode: bool) -> None:
    """Show opinions of the consultation SLUG to the public, personal data masked."""
    if everything == bool(receipts):
        raise click.UsageError(_("请写 --all，或者写一个以上 --receipt。"))
    by_slug(slug)
    total, count = 0, PIECE
    while count == PIECE:
        with transaction():
            count = operations.release(
                SYSTEM, slug, list(receipts) or None, most=None if receipts else PIECE
            )
        total += count
        if receipts:
            break
    emit(json_mode, {"released": total}, _("已公开 %(count)s 条意见。", count=total))


@comments.command("withhold")
@click.argument("slug")
@click.option("--receipt", required=True, metavar="CODE")
@click.option(
    "--reason-code", required=True, type=click.Choice([each.value for each in WithholdingReason])
)
@json_option
@plain_errors
def withhold(slug: str, receipt: str, reason_code: str, json_mode: bool) -> None:
    """Keep one opinion of the consultation SLUG from the public; its author is told why."""
    with transaction():
        reason = WithholdingReason(reason_code)
        number = operations.withhold(SYSTEM, slug, receipt, reason).number
    emit(
        json_mode,
        {"withheld": 1, "number": number, "reason_code": reason_code},
        _("第 %(number)s 号意见不公开。", number=number),
    )


@comments.command("index-contacts")
@json_option
@plain_errors
def index_contacts(json_mode: bool) -> None:
    """Make anew what contacts are found by: after an upgrade, or when secret_key was changed."""
    total, last, count = 0, 0, PIECE
    while count == PIECE:
        with transaction():
            last, count = operations.index_contacts(last, PIECE)
        total += count
    emit(json_mode, {"indexed": total}, _("已为 %(count)s 份联系方式重建检索值。", count=total))


commands = [comments]
