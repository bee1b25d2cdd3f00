"""What helps to read a draft: the text in force beside it, its interpretation, its documents."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for
from flask import redirect as redirect_to

from participation.consultations import queries
from participation.consultations.comparing import compared, counted, units_of
from participation.consultations.folding import leaves_of
from participation.consultations.models import Consultation, Interpretation
from participation.consultations.queries import ClauseRow
from participation.consultations.rules import PUBLIC_STAGES, may_view
from participation.kernel import clock
from participation.kernel.errors import NotFound
from participation.kernel.storage import storage
from participation.portal import course
from participation.portal.queries import overview
from participation.portal.views.entrance import bp
from participation.web.access import current_actor, public
from participation.web.caching import public_page
from participation.web.download import stored_file

LEAF_CHARACTERS = 20_000


@bp.get("/consultations/<slug>/changes")
@public
def changes(slug: str) -> Response:
    """The text in force beside the draft, clause by clause; what is the same is folded."""
    now = clock.now()
    seen = overview(slug, now)

    def render() -> str:
        in_force = queries.text_in_force(seen.consultation.id)
        if in_force is None or seen.draft_id is None:
            raise NotFound(slug)
        pairs = compared(
            units_of(queries.clauses_in_force(in_force)),
            units_of(queries.public_clauses(seen.draft_id)),
        )
        leaves = leaves_of(pairs)
        place = _leaf(len(leaves))
        return render_template(
            "portal/changes.html",
            consultation=seen.consultation,
            now=now,
            tag=course.tag_of(seen.consultation, now),
            in_force=in_force,
            figures=counted(pairs),
            rows=leaves[place],
            place=place,
            leaf_count=len(leaves),
        )

    return public_page(seen.version, now, render)


@bp.get("/consultations/<slug>/interpretation")
@public
def interpretation(slug: str) -> Response:
    """All interpretations: of the whole draft first, then clause by clause."""
    now = clock.now()
    seen = overview(slug, now)

    def render() -> str:
        leaves, labels = _interpretations(seen.consultation.id, seen.draft_id)
        place = _leaf(len(leaves))
        return render_template(
            "portal/interpretation.html",
            consultation=seen.consultation,
            now=now,
            tag=course.tag_of(seen.consultation, now),
            leaf=leaves[place],
            labels=labels,
            place=place,
            leaf_count=len(leaves),
        )

    return public_page(seen.version, now, render)


@bp.get("/consultations/<slug>/interpretation/<int:interpretation_id>")
@public
def interpretation_at(slug: str, interpretation_id: int) -> Any:
    """To the place of one interpretation among all."""
    seen = overview(slug, clock.now())
    leaves, _labels = _interpretations(seen.consultation.id, seen.draft_id)
    for place, leaf in enumerate(leaves):
        if any(each.id == interpretation_id for each in leaf):
            address = url_for("portal.interpretation", slug=slug, leaf=place + 1 if place else None)
            return redirect_to(f"{address}#i{interpretation_id}", code=302)
    raise NotFound(str(interpretation_id))


def _interpretations(
    consultation_id: int, draft_id: int | None
) -> tuple[list[list[Interpretation]], dict[str | None, ClauseRow]]:
    """The interpretations in leaves, in the order of the draft; the clauses they are about."""
    rows = queries.public_clauses(draft_id) if draft_id else []
    places = {row.key: place for place, row in enumerate(rows)}
    found = sorted(
        queries.interpretations_of(consultation_id),
        # What is about a clause that the draft no longer has stands with the whole.
        key=lambda each: (places.get(each.clause_key or "", -1), each.position),
    )
    leaves: list[list[Interpretation]] = [[]]
    length = 0
    for each in found:
        if length > LEAF_CHARACTERS:
            leaves.append([])
            length = 0
        leaves[-1].append(each)
        length += len(each.body) + len(each.picture_words) + 200
    wanted = {each.clause_key for each in found}
    return leaves, {row.key: row for row in rows if row.key in wanted}


def _leaf(count: int) -> int:
    """The place of the leaf that is asked for; raise NotFound for one that is not there."""
    wanted = request.args.get("leaf", "1")
    place = int(wanted) - 1 if wanted.isdecimal() and len(wanted) < 4 else -1
    if not 0 <= place < count:
        raise NotFound(wanted)
    return place


@bp.get("/consultations/<slug>/interpretation/<int:interpretation_id>/picture")
@public
def picture(slug: str, interpretation_id: int) -> Response:
    """The picture of an interpretation; before publication for staff."""
    found, is_open = _entered(slug)
    it = queries.interpretation_by_id(found.id, interpretation_id)
    is_public = is_open and it.published_at is not None
    if it.source_key is None or not (is_public or may_view(current_actor(), found.department_id)):
        raise NotFound(str(interpretation_id))
    name = f"{slug}-{interpretation_id}.{it.media_type.rpartition('/')[2]}"
    content = storage().get(it.source_key)
    return stored_file(content, it.media_type, name, is_public=is_public, shown=True)


@bp.get("/consultations/<slug>/documents/<int:document_id>")
@public
def document(slug: str, document_id: int) -> Response:
    """A document of the package, to be saved; before publication for staff."""
    found, is_public = _entered(slug)
    if not is_public and not may_view(current_actor(), found.department_id):
        raise NotFound(slug)
    it = queries.document_by_id(found.id, document_id)
    assert it.source_key is not None
    content = storage().get(it.source_key)
    return stored_file(content, it.media_type, it.source_name, is_public=is_public)


def _entered(slug: str) -> tuple[Consultation, bool]:
    """The consultation, and whether the public may see it."""
    found = queries.by_slug(slug)
    return found, found.stage(clock.now()) in PUBLIC_STAGES
