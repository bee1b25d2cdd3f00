"""The command `consultations post`: a draft from file to publication, by two named people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask_babel import gettext as _

from participation.accounts import queries as accounts
from participation.consultations import operations, queries
from participation.consultations.intake import Upload, take_draft, take_text
from participation.consultations.models import Consultation
from participation.consultations.operations import ConsultationFields, Findings
from participation.consultations.parsed import UnreadableDraft
from participation.consultations.place import zone
from participation.consultations.preview import Notice, counted, notices
from participation.consultations.rules import ReviewDecision
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import transaction
from participation.kernel.errors import Invalid
from participation.kernel.verdict import N_
from participation.rulebook.days import close_after
from participation.rulebook.matters import Matter
from participation.rulebook.publication import PublicationAttribute
from participation.web.console import emit, json_option, plain_errors
from participation.web.filters import iso, last_moment, sentence

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
ALL_CLEAR = Findings(
    is_free_of_state_secrets=True,
    is_free_of_work_secrets=True,
    is_free_of_sensitive_information=True,
    is_lawful=True,
)


@click.group("consultations")
def consultations() -> None:
    """Post drafts for public comment."""


@consultations.command("post")
@click.argument("file", type=FILE)
@click.option("--title", required=True)
@click.option("--kind", required=True, type=click.Choice([each.value for each in Matter]))
@click.option("--department", required=True, help="Name of the department in charge.")
@click.option("--prepared-by", required=True, help="User name of the drafter.")
@click.option("--reviewed-by", required=True, help="User name of the reviewer, another person.")
@click.option("--explanation", required=True, type=FILE, help="起草说明: .docx, .txt or .md.")
@click.option("--opens-at", help="ISO time; left out: now. Without an offset: local time.")
@click.option("--closes-at", required=True, help="ISO time, or a day, which ends at 24:00.")
@click.option("--short-window-reason", default="", help="Printed in the notice.")
@click.option("--summary", default="")
@click.option("--affects", default="社会公众", help="Whom it touches, in one line.")
@click.option("--legal-basis", default="")
@click.option("--contact-unit", default="", help="Left out: the department.")
@click.option("--contact-phone", default="")
@click.option("--contact-email", default="")
@click.option("--contact-address", default="")
@click.option("--touches-market", is_flag=True, help="Closely touches market entities.")
@json_option
@plain_errors
def post(file: Path, explanation: Path, json_mode: bool, **given: Any) -> None:
    """Create, read, review and publish a consultation in one go, or nothing of it."""
    words = _reading(explanation, take_text)
    upload = _reading(file, take_draft)
    fields = _fields(given, words)
    with transaction():
        slug = _post(fields, upload, given)
    with clock.fixed():
        _tell(queries.by_slug(slug), json_mode)


def _reading(path: Path, read: Any) -> Any:
    """Read a file in the child process; say which file it is that cannot be read."""
    try:
        return read(path.name, path.read_bytes())
    except UnreadableDraft as error:
        said = _(error.message_zh, **error.params)
        raise click.ClickException(f"{path.name}: {said}") from error


def _fields(given: dict[str, Any], explanation: str) -> ConsultationFields:
    has_contact = any(given[f"contact_{way}"] for way in ("phone", "email", "address"))
    site = current_app.config["SETTINGS"].site
    return ConsultationFields(
        title=given["title"],
        matter=Matter(given["kind"]),
        touches_market=given["touches_market"],
        contact_unit=given["contact_unit"] or given["department"],
        contact_phone=given["contact_phone"],
        contact_email=given["contact_email"],
        # Whoever names no other way still has this platform.
        contact_address=given["contact_address"] if has_contact else site,
        legal_basis=given["legal_basis"],
        summary=given["summary"],
        affects=given["affects"],
        explanation=explanation,
        planned_opens_at=_instant(given["opens_at"]) if given["opens_at"] else None,
        closes_at=_closing(given["closes_at"]),
        short_window_reason=given["short_window_reason"],
        publication_attribute=PublicationAttribute.FULL,
    )


def _instant(word: str) -> datetime:
    """An ISO time; without an offset it is local time."""
    try:
        found = datetime.fromisoformat(word)
    except ValueError as error:
        raise Invalid(N_("“%(word)s”不是 ISO 格式的时间。"), {"word": word}) from error
    return found.replace(tzinfo=zone()) if found.tzinfo is None else found


def _closing(word: str) -> datetime:
    """An ISO time, or a day, which ends at its 24:00."""
    try:
        day = date.fromisoformat(word)
    except ValueError:
        return _instant(word)
    try:
        return close_after(day, zone())
    except OverflowError as error:
        raise Invalid(N_("日期不合理，请核对年份。")) from error


def _post(fields: ConsultationFields, upload: Upload, given: dict[str, Any]) -> str:
    drafter, reviewer = _actor(given["prepared_by"]), _actor(given["reviewed_by"])
    department = accounts.department_by_name(given["department"])
    slug = operations.create_consultation(drafter, fields, department.id).slug
    version = operations.read_draft(drafter, slug, upload)
    operations.accept_draft(drafter, slug, version.id)
    operations.request_review(drafter, slug)
    operations.review(reviewer, slug, ReviewDecision.APPROVED, ALL_CLEAR)
    operations.publish(drafter, slug)
    return slug


def _actor(username: str) -> Actor:
    user = accounts.user_by_username(username)
    if not user.is_active:
        raise Invalid(N_("账号“%(name)s”已停用。"), {"name": username})
    return accounts.actor_for(user)


def _tell(posted: Consultation, json_mode: bool) -> None:
    assert posted.opens_at is not None
    assert posted.closes_at is not None
    version = queries.current_draft(posted.id)
    assert version is not None
    counts = counted(queries.clauses_of(version.id))
    warnings = notices(version.warnings)
    url = f"{current_app.config['SETTINGS'].site}/consultations/{posted.slug}"
    data = {
        "slug": posted.slug,
        "title": posted.title,
        "stage": posted.stage(clock.now()).value,
        "opens_at": iso(posted.opens_at),
        "closes_at": iso(posted.closes_at),
        "clauses": version.clause_count,
        "articles": counts["article"],
        "chapters": counts["chapter"],
        "warnings": [
            {"line": each.line, "code": each.code, "message": sentence(each.verdict)}
            for each in warnings
        ],
        "url": url,
    }
    emit(json_mode, data, "\n".join(_lines(posted, data, warnings)))


def _lines(posted: Consultation, data: dict[str, Any], warnings: Sequence[Notice]) -> list[str]:
    assert posted.closes_at is not None
    return [
        _("已发布 %(slug)s：%(title)s", slug=posted.slug, title=posted.title),
        _("截止 %(at)s", at=last_moment(posted.closes_at)),
        _(
            "读出 %(chapters)s 章、%(articles)s 条，共 %(clauses)s 个条款单元",
            chapters=data["chapters"],
            articles=data["articles"],
            clauses=data["clauses"],
        ),
        *(
            _("第 %(line)s 行：%(said)s", line=each.line, said=sentence(each.verdict))
            for each in warnings
        ),
        data["url"],
    ]


commands = [consultations]
