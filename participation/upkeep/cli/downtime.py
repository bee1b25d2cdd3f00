"""The command `upkeep downtime`: announce when nobody will be able to take part."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click
from flask_babel import gettext as _

from participation.consultations import operations
from participation.consultations.models import Outage
from participation.consultations.place import zone
from participation.consultations.queries import outages
from participation.kernel import clock
from participation.kernel.actor import SYSTEM
from participation.kernel.db import transaction
from participation.upkeep.cli.group import upkeep
from participation.upkeep.downtime import arm, disarm
from participation.web.console import emit, json_option, plain_errors
from participation.web.filters import instant, iso, last_moment


@upkeep.command("downtime")
@click.option("--from", "from_word", help="When it begins, ISO 8601 (2026-06-01T22:00).")
@click.option("--until", "until_word", help="When it ends at the latest.")
@click.option("--reason", default="", help="Why, in words fit for the public.")
@click.option("--extend", is_flag=True, help="Extend every window whose end it takes.")
@click.option("--cancel", type=int, help="Take the announced one of this number back.")
@json_option
@plain_errors
def downtime(
    from_word: str | None,
    until_word: str | None,
    reason: str,
    extend: bool,
    cancel: int | None,
    json_mode: bool,
) -> None:
    """Announce downtime on every page; nothing given: list what is announced.

    It is read-only mode while it lasts. Windows whose end it takes are extended (--extend), or
    their departments are asked to extend them or to say why not.
    """
    if cancel is not None:
        data, lines = _cancelled(cancel)
    elif from_word and until_word:
        data, lines = _announced(
            _instant(from_word, "--from"), _instant(until_word, "--until"), reason, extend
        )
    elif from_word or until_word:
        raise click.UsageError(_("请同时给出 --from 和 --until。"))
    else:
        data, lines = _listed()
    emit(json_mode, data, "\n".join(lines))


def _announced(
    from_at: datetime, until_at: datetime, reason: str, extends: bool
) -> tuple[dict[str, Any], list[str]]:
    with transaction():
        made = operations.plan_downtime(SYSTEM, from_at, until_at, reason, extends=extends)
        touched = operations.settle_downtime(made)
        is_armed = arm(made)
        windows = [
            {"slug": each.slug, "closes_at": iso(before), "new_closes_at": iso(each.closes_at)}
            for each, before in touched
            if each.closes_at is not None
        ]
        lines = [
            _("已公告停机维护 %(number)s：%(span)s", number=made.id, span=_span(made)),
            *(_window_line(each.slug, before, each.closes_at) for each, before in touched),
        ]
        data = {**_data(made), "windows": windows, "read_only": is_armed}
    if not is_armed:
        lines.append(_("现在已经是只读，或者另有安排：到时间请再查看 upkeep read-only show。"))
    if touched and not extends:
        lines.append(_("这些事项没有延长：承办部门会在工作台看到，须延长或者说明理由。"))
    return data, lines


def _window_line(slug: str, before: datetime, after: datetime | None) -> str:
    if after is None or after == before:
        return f"  {slug}  {last_moment(before)}"
    return f"  {slug}  {last_moment(before)} → {last_moment(after)}"


def _cancelled(number: int) -> tuple[dict[str, Any], list[str]]:
    with transaction(even_read_only=True):
        found = operations.cancel_downtime(SYSTEM, number)
        disarm(found)
        data = _data(found)
    return data, [_("已取消停机维护 %(number)s。已经延长的期限不变。", number=number)]


def _listed() -> tuple[dict[str, Any], list[str]]:
    found = outages.planned_after(clock.now())
    lines = [f"{each.id}  {_span(each)}" for each in found]
    return {"downtimes": [_data(each) for each in found]}, lines or [_("没有公告的停机维护。")]


def _span(outage: Outage) -> str:
    assert outage.until_at is not None
    return f"{instant(outage.from_at)} – {instant(outage.until_at)}  {outage.reason}"


def _data(outage: Outage) -> dict[str, Any]:
    assert outage.until_at is not None
    return {
        "number": outage.id,
        "from": iso(outage.from_at),
        "until": iso(outage.until_at),
        "reason": outage.reason,
        "extends": outage.extends,
    }


def _instant(word: str, option: str) -> datetime:
    try:
        read = datetime.fromisoformat(word)
    except ValueError as error:
        raise click.BadParameter(
            _("时间要写成 2026-06-01T22:00 这样。"), param_hint=option
        ) from error
    return read if read.tzinfo is not None else read.replace(tzinfo=zone())
