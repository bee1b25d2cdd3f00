"""What came of it: the closing bulletin and the adoption summary in its versions."""

from __future__ import annotations

from flask import Response, render_template, request

from participation.adoption import queries as adoption
from participation.adoption.rules import may_show_result
from participation.kernel import clock
from participation.portal import course
from participation.portal.queries import Overview, overview
from participation.portal.views.entrance import bp
from participation.record.rules import Kind
from participation.web.access import public
from participation.web.caching import public_page

OUTCOMES = (
    ("adopted", "green"),
    ("partly_adopted", "ochre"),
    ("not_adopted", "grey"),
    ("explained", "plain"),
    ("out_of_scope", "plain"),
    ("duplicate", "plain"),
    ("withdrawn", "plain"),
    ("pending", "primary"),
)


def _after_point() -> int:
    word = request.args.get("after_point", "0")
    return int(word) if word.isascii() and word.isdigit() and len(word) < 9 else 0


def _result_page(seen: Overview, version: int | None) -> Response:
    now = clock.now()
    consultation = seen.consultation
    may_show_result(seen.stage).enforce()

    def render() -> str:
        result = adoption.public_result(
            consultation, now, after_point=_after_point(), version=version
        )
        versions = adoption.versions(consultation.id) if result.sealed else []
        return render_template(
            "portal/result.html",
            seen=seen,
            consultation=consultation,
            now=now,
            tag=course.tag_of(consultation, now),
            result=result,
            versions=versions,
            outcomes=OUTCOMES,
            head=seen.head if result.sealed else None,
            is_first=_after_point() == 0,
            is_old=bool(versions) and result.version != max(each.version for each in versions),
        )

    return public_page(seen.version, now, render, vary=version)


@bp.get("/consultations/<slug>/result")
@public
def result(slug: str) -> Response:
    """The adoption summary: live from the close on, then the latest sealed version."""
    return _result_page(overview(slug, clock.now(), Kind.RESULT), None)


@bp.get("/consultations/<slug>/result/<int:version>")
@public
def result_version(slug: str, version: int) -> Response:
    """An older version, as it was sealed."""
    return _result_page(overview(slug, clock.now(), Kind.RESULT), version)


@bp.get("/consultations/<slug>/bulletin")
@public
def bulletin(slug: str) -> Response:
    """The closing bulletin: what was received, by whom and how, and what else was held."""
    now = clock.now()
    seen = overview(slug, now, Kind.CLOSE)
    may_show_result(seen.stage).enforce()

    def render() -> str:
        return render_template(
            "portal/bulletin.html",
            seen=seen,
            consultation=seen.consultation,
            now=now,
            tag=course.tag_of(seen.consultation, now),
            due=adoption.due_of(seen.consultation),
            bulletin=adoption.bulletin(seen.consultation),
            mismatch=adoption.bulletin_mismatch(seen.consultation),
            head=seen.head,
        )

    return public_page(seen.version, now, render)
