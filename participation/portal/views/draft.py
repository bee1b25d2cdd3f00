"""A draft as a law book: its leaves, one clause by itself, and its sentences to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from flask import Response, make_response, redirect, render_template, request, url_for

from participation.comments import queries as comments
from participation.comments.quoting import Quote, sentences
from participation.consultations import queries
from participation.consultations.queries import ClauseRow
from participation.inquiries import queries as inquiries
from participation.kernel import clock
from participation.kernel.errors import NotFound
from participation.kernel.paging import parse_cursor
from participation.portal import course
from participation.portal.leaves import HEADINGS, leaf_of, leaves_of
from participation.portal.margin import margins
from participation.portal.queries import Overview, overview
from participation.portal.views.entrance import bp
from participation.web.access import public
from participation.web.caching import public_page


@dataclass
class Chapter:
    """A part of the contents: its heading (none above the first), its articles, their leaves."""

    heading: ClauseRow | None
    leaf: int
    articles: list[tuple[int, ClauseRow]] = field(default_factory=list)


class Choice(NamedTuple):
    """A clause with words of its own, and its sentences."""

    clause: ClauseRow
    sentences: list[Quote]


@bp.get("/consultations/<slug>/draft")
@public
def draft(slug: str) -> Response:
    """The draft with its margin: a leaf at a time where it is long."""
    now = clock.now()
    seen = overview(slug, now)

    def render() -> str:
        leaves = leaves_of(_clauses(seen))
        wanted = request.args.get("leaf", "1")
        place = int(wanted) - 1 if wanted.isdecimal() and len(wanted) < 4 else 0
        if not 0 <= place < len(leaves):
            raise NotFound(wanted)
        leaf = leaves[place]
        ids = [row.id for row in leaf]
        return render_template(
            "portal/draft.html",
            **_frame(seen),
            leaf=leaf,
            place=place,
            leaves=[_leaf_name(each) for each in leaves],
            chapters=_contents(leaves),
            margins=margins(
                leaf,
                comments.beside(ids),
                queries.interpretation_titles(seen.consultation.id),
                inquiries.answered_beside(ids),
            ),
        )

    return public_page(seen.version, now, render)


def _frame(seen: Overview) -> dict[str, Any]:
    """What every page here begins with."""
    now = clock.now()
    tag = course.tag_of(seen.consultation, now)
    is_open = tag in ("open", "closing_today")
    return {
        "seen": seen,
        "consultation": seen.consultation,
        "now": now,
        "tag": tag,
        "is_open": is_open,
    }


def _clauses(seen: Overview) -> list[ClauseRow]:
    return queries.public_clauses(seen.draft_id) if seen.draft_id else []


def _leaf_name(leaf: list[ClauseRow]) -> str:
    named = [row.short_label for row in leaf if row.kind == "article"] or [
        row.short_label for row in leaf
    ]
    if not named:
        return ""
    return named[0] if len(named) == 1 else f"{named[0]} — {named[-1]}"


def _contents(leaves: Sequence[Sequence[ClauseRow]]) -> list[Chapter]:
    found: list[Chapter] = []
    for place, leaf in enumerate(leaves):
        for row in leaf:
            if row.kind in HEADINGS:
                found.append(Chapter(row, place))
            elif row.kind == "article":
                if not found:
                    found.append(Chapter(None, place))
                found[-1].articles.append((place, row))
    return found


@bp.get("/consultations/<slug>/draft/<key>")
@public
def passage(slug: str, key: str) -> Any:
    """The place of a clause in the draft; `version` names the draft whose key it is."""
    seen = overview(slug, clock.now())
    found = _present(seen, key)
    leaf = leaf_of(leaves_of(_clauses(seen)), found)
    # None is left out: the first leaf is the plain address.
    return redirect(
        url_for("portal.draft", slug=slug, _anchor=found, leaf=leaf + 1 if leaf else None)
    )


def _present(seen: Overview, key: str) -> str:
    """The key that a clause has now; raise NotFound where its words are in this draft no more."""
    version = request.args.get("version", "")
    number = int(version) if version.isdecimal() and len(version) < 5 else None
    found = (
        queries.present_key(seen.consultation.id, seen.draft_id, key, number)
        if seen.draft_id
        else None
    )
    if found is None:
        raise NotFound(key)
    return found


@bp.get("/consultations/<slug>/draft.txt")
@public
def draft_text(slug: str) -> Response:
    """The whole draft as plain text, to keep or to print."""
    seen = overview(slug, clock.now())
    lines = [seen.consultation.title, ""]
    for row in _clauses(seen):
        gap = "　" if row.kind in {"part", "chapter", "section", "article"} else ""
        mark = "" if row.kind == "paragraph" else row.short_label + gap
        if mark or row.text:
            lines.append(f"{mark}{row.text}")
    response = make_response("\n".join(lines) + "\n")
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}.txt"'
    return response


@bp.get("/consultations/<slug>/clauses/<key>")
@public
def clause(slug: str, key: str) -> Any:
    """One clause with all below it: its explanation, its questions, the opinions shown on it."""
    now = clock.now()
    seen = overview(slug, now)
    after = parse_cursor(request.args.get("after"))
    if request.args.get("version"):
        return _moved(seen, key)

    def render() -> str:
        rows = _clauses(seen)
        wanted = next((row for row in rows if row.key == key), None)
        if wanted is None:
            raise NotFound(key)
        inside = queries.subtree(rows, [key])
        below = [row for row in rows if row.id in inside]
        listed = [wanted] if wanted.kind in HEADINGS else below
        ids = [row.id for row in listed]
        page = comments.released(seen.consultation.id, after=after, clause_ids=ids)
        explained = queries.interpretations_of(seen.consultation.id)
        questions = inquiries.answered_beside(ids)
        return render_template(
            "portal/clause.html",
            **_frame(seen),
            clause=wanted,
            is_heading=wanted.kind in HEADINGS,
            rows=below,
            page=page,
            changes=comments.changes_of(page.items, queries.wordings_in(below)),
            files=comments.released_files([each.id for each in page.items]),
            interpretations=[
                each for each in explained if each.clause_key in {row.key for row in listed}
            ],
            questions=[each for found in questions.values() for each in found],
            is_first=after is None,
        )

    try:
        return public_page(seen.version, now, render)
    except NotFound:
        return _moved(seen, key)


def _moved(seen: Overview, key: str) -> Any:
    return redirect(url_for("portal.clause", slug=seen.slug, key=_present(seen, key)))


@bp.get("/consultations/<slug>/clauses/<key>/words")
@public
def clause_words(slug: str, key: str) -> Response:
    """The sentences of a clause to be ticked, and the way to each paragraph and item."""
    now = clock.now()
    seen = overview(slug, now)

    def render() -> str:
        rows = _clauses(seen)
        inside = queries.subtree(rows, [key])
        choices = [
            Choice(row, sentences(row.text))
            for row in rows
            if row.id in inside and row.text and not row.is_withheld
        ]
        wanted = next((row for row in rows if row.key == key), None)
        if wanted is None or wanted.kind in HEADINGS:
            raise NotFound(key)
        return render_template(
            "portal/clause_words.html", **_frame(seen), clause=wanted, choices=choices
        )

    return public_page(seen.version, now, render)
