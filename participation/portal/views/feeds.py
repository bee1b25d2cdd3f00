"""Atom feeds (RFC 4287): what happens to a consultation, and the newest head of its record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import Response, current_app, render_template, request, url_for
from flask_babel import gettext as _

from participation.adoption import queries as adoption
from participation.consultations import queries as consultations
from participation.consultations.models import Consultation, WindowExtension
from participation.kernel import clock
from participation.meetings.models import Meeting
from participation.meetings.rules import MEETING_WORDS
from participation.portal.latest import course_of
from participation.portal.queries import Overview, overview, recent_heads
from participation.portal.views.choosing import choices, name_of, read_choice
from participation.portal.views.entrance import bp
from participation.record.models import RecordHead
from participation.web.access import public
from participation.web.filters import day, instant, last_moment, sentence

ATOM = "application/atom+xml; charset=utf-8"
SHOWN_HEADS = 30
MOST_ENTRIES = 60


@dataclass(frozen=True)
class Entry:
    """One entry; `key` makes its id, `path` is the page it leads to, `text` is plain."""

    key: str
    title: str
    path: str
    at: datetime
    text: str = ""


@bp.get("/feed.atom")
@public
def feed() -> Response:
    """What was put to the public and what came of it lately, as chosen; six statements."""
    choice = read_choice()
    found = course_of(choice)
    entries = [_notice(each) for each in found.notices]
    entries += [_result(each, version) for each, version in found.results]
    entries += [_extension(each, extension) for each, extension in found.extensions]
    entries += [_meeting(each, meeting) for each, meeting in found.meetings]
    newest = sorted(entries, key=lambda each: each.at, reverse=True)[:MOST_ENTRIES]
    name = name_of(choice, choices()) if choice else ""
    title = f"{_('征求意见')}{f'（{name}）' if name else ''}"
    return _atom(title, url_for("portal.consultations", **choice.args), newest)


@bp.get("/consultations/<slug>/feed.atom")
@public
def consultation_feed(slug: str) -> Response:
    """The course of one consultation, and the signed heads of its record."""
    seen = overview(slug, clock.now())
    entries = [_notice(seen.consultation), *_extensions(seen), *_results(seen)]
    heads = recent_heads(seen.consultation.id, SHOWN_HEADS)
    entries += [_head(seen.consultation, each) for each in heads]
    path = url_for("portal.consultation", slug=slug)
    return _atom(seen.consultation.title, path, entries)


def _notice(found: Consultation) -> Entry:
    assert found.opens_at is not None
    assert found.closes_at is not None
    return Entry(
        key=f"{found.slug}/notice",
        title=found.title,
        path=url_for("portal.consultation", slug=found.slug),
        at=found.published_at or found.opens_at,
        text=_(
            "%(department)s 公开征求意见，%(end)s 截止。",
            department=found.department.name,
            end=last_moment(found.closes_at),
        ),
    )


def _extensions(seen: Overview) -> Iterable[Entry]:
    for each in consultations.extensions_of(seen.consultation.id):
        yield _extension(seen.consultation, each)


def _extension(found: Consultation, each: WindowExtension) -> Entry:
    moved = _("期限已延长到 %(end)s", end=last_moment(each.new_closes_at))
    return Entry(
        key=f"{found.slug}/extension/{each.id}",
        title=f"{moved}{_('：')}{found.title}",
        path=url_for("portal.consultation", slug=found.slug),
        at=each.extended_at,
        text=each.note,
    )


def _meeting(found: Consultation, each: Meeting) -> Entry:
    word = _("会议已取消") if each.cancelled_at else sentence(MEETING_WORDS[each.kind])
    return Entry(
        key=f"{found.slug}/meeting/{each.id}",
        title=f"{word}{_('：')}{each.title}",
        path=url_for("meetings.show", slug=found.slug, meeting_id=each.id),
        at=each.cancelled_at or max(each.announced_at, found.published_at or each.announced_at),
        text=f"{instant(each.starts_at)}　{each.place}",
    )


def _results(seen: Overview) -> Iterable[Entry]:
    if not seen.has_result:
        return
    assert seen.consultation.closes_at is not None
    due = adoption.due_of(seen.consultation)
    yield Entry(
        key=f"{seen.slug}/bulletin",
        title=f"{_('截止公报')}{_('：')}{seen.consultation.title}",
        path=url_for("portal.bulletin", slug=seen.slug),
        at=seen.consultation.closes_at,
        text=_("征求意见已截止。采纳情况应在 %(day)s 前公布。", day=day(due.on)),
    )
    for each in adoption.versions(seen.consultation.id):
        yield _result(seen.consultation, (each.version, each.published_at))


def _result(found: Consultation, sealed: tuple[int, datetime]) -> Entry:
    version, at = sealed
    return Entry(
        key=f"{found.slug}/result/{version}",
        title=f"{_('采纳情况')}{_('：')}{found.title}",
        path=url_for("portal.result_version", slug=found.slug, version=version),
        at=at,
        text=_("采纳情况第 %(version)s 版已公布。", version=version),
    )


def _head(found: Consultation, head: RecordHead) -> Entry:
    return Entry(
        key=f"{found.slug}/record/{head.size}",
        title=_("公开记录的签名记录头，共 %(count)s 行", count=head.size),
        path=url_for("portal.record_page", slug=found.slug),
        at=head.signed_at,
        text=head.note,
    )


def _atom(title: str, path: str, entries: Iterable[Entry]) -> Response:
    newest_first = sorted(entries, key=lambda each: each.at, reverse=True)
    body = render_template(
        "portal/feed.xml",
        title=title,
        path=path,
        here=request.full_path.rstrip("?"),
        site=current_app.config["SETTINGS"].site,
        entries=newest_first,
        updated=newest_first[0].at if newest_first else clock.now(),
    )
    response = Response(body, content_type=ATOM)
    response.headers["Cache-Control"] = "public, max-age=60"
    response.add_etag()
    response.make_conditional(request)
    return response
