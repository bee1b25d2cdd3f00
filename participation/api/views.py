"""The JSON face under /api/v1: what portal and receipt pages show, for tools."""

from __future__ import annotations

from functools import partial
from threading import RLock
from typing import Any

from flask import Flask
from flask.typing import ResponseReturnValue
from flask_smorest import Api, Blueprint

from participation.accounts.queries import all_departments
from participation.adoption import queries as adoption_queries
from participation.api import schemas, shapes
from participation.api.documenting import Parser, documented_on
from participation.api.health import bp as health
from participation.api.questions import NewQuestion
from participation.api.questions import bp as questions
from participation.api.reading import bp as reading
from participation.api.sending import NewSending, SendingGiven, submitted
from participation.comments import operations as comment_operations
from participation.comments import queries as comment_queries
from participation.comments.rules import (
    Outcome,
    Visibility,
    may_withdraw,
)
from participation.comments.views.senders import admit_tool
from participation.consultations import queries
from participation.consultations.rules import Stage
from participation.inquiries import operations as question_operations
from participation.kernel import clock
from participation.kernel.db import transaction
from participation.kernel.paging import parse_cursor
from participation.kernel.throttle import limited
from participation.search import queries as search_queries
from participation.search.forms import asked_of, with_below
from participation.web.access import current_actor, public
from participation.web.filters import sentence
from participation.web.locale import language


class Face(Api):  # type: ignore[misc]
    """flask-smorest without its error pages: the platform's own answer under /api too.

    And without a default answer in the document: every status that may come is named in it. The
    document itself is made when somebody asks for it, not at each start of a process.
    """

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        pass

    def register_blueprint(self, blueprint: Blueprint, **options: Any) -> None:
        """Add its routes; they are described with the document."""
        assert self._app is not None
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
        self._app.register_blueprint(blueprint, **options)
        self._undescribed.append(blueprint)

    @property
    def spec(self) -> Any:
        """The document, with every blueprint of the face in it."""
        with self._lock:
            while self._undescribed:
                each = self._undescribed.pop(0)
                each.register_views_in_doc(
                    self, self._app, self._spec, name=each.name, parameters=None
                )
                self._spec.tag({"name": each.name, "description": each.description})
        return self._spec

    @spec.setter
    def spec(self, made: Any) -> None:
        self._undescribed: list[Blueprint] = []
        self._spec, self._lock = made, RLock()


bp = Blueprint(
    "api",
    __name__,
    url_prefix="/api/v1",
    description="征求意见、意见、回执与采纳情况 / consultations, comments, receipts, results",
)
bp.ARGUMENTS_PARSER = Parser()
documented = partial(documented_on, bp)


@bp.get("/consultations")
@bp.arguments(schemas.ListQuery, location="query")
@bp.response(200, schemas.ConsultationPage)
@documented(422)
@public
def consultations(args: dict[str, Any]) -> dict[str, Any]:
    """Public consultations, by stage."""
    now = clock.now()
    stage = Stage(args["stage"]) if "stage" in args else None
    page = queries.listed(stage, now, after=parse_cursor(args.get("after")))
    return {"items": [shapes.item(each, now) for each in page.items], "next": page.next}


@bp.get("/consultations/<slug>")
@bp.response(200, schemas.ConsultationDetail)
@documented(404)
@public
def consultation(slug: str) -> dict[str, Any]:
    """One consultation: stage, window, counts."""
    now = clock.now()
    found = queries.public_by_slug(slug, now)
    due = adoption_queries.due_of(found)
    return shapes.detail(found, comment_queries.counts(found.id), due.on.isoformat(), now)


@bp.get("/consultations/<slug>/clauses")
@bp.response(200, schemas.ClausePage)
@documented(404)
@public
def clauses(slug: str) -> dict[str, Any]:
    """The draft's clauses in order."""
    found = queries.public_by_slug(slug, clock.now())
    draft = queries.current_draft(found.id)
    rows = queries.public_clauses(draft.id) if draft else []
    return {"items": shapes.clauses(rows), "next": None}


@bp.get("/consultations/<slug>/comments")
@bp.arguments(schemas.AfterQuery, location="query")
@bp.response(200, schemas.CommentPage)
@documented(404, 422)
@public
def comments(args: dict[str, Any], slug: str) -> dict[str, Any]:
    """Released comments, newest first."""
    found = queries.public_by_slug(slug, clock.now())
    clause_ids = None
    if args.get("clause_id"):
        clause_ids = [queries.clause_by_key(found.id, args["clause_id"]).id]
    page = comment_queries.released(
        found.id, after=parse_cursor(args.get("after")), clause_ids=clause_ids
    )
    return {"items": [shapes.comment(row) for row in page.items], "next": page.next}


@bp.post("/consultations/<slug>/comments")
@bp.arguments(schemas.NewComment)
@bp.response(201, schemas.ReceiptGiven)
@bp.alt_response(200, schema=schemas.ReceiptGiven)
@documented(403, 404, 413, 422, 429)
@public
@limited("submit")
def submit(args: dict[str, Any], slug: str) -> tuple[dict[str, Any], int]:
    """Send a comment. The same submission key again: 200 and the first receipt."""
    sent = submitted(args, args)
    admit_tool(sent.contact)
    with transaction():
        submission = comment_operations.submit_comment(current_actor(), slug, sent)
        given = {
            "receipt": submission.comment.receipt,
            "received_at": shapes.exact(submission.comment.received_at),
        }
    return given, 201 if submission.is_new else 200


@bp.post("/consultations/<slug>/sendings")
@bp.arguments(NewSending)
@bp.response(201, SendingGiven)
@bp.alt_response(200, schema=SendingGiven)
@documented(403, 404, 413, 422, 429)
@public
@limited("submit")
def send(args: dict[str, Any], slug: str) -> tuple[dict[str, Any], int]:
    """Send several comments at once. The same submission key again: 200 and the first receipt."""
    given = [submitted(words, args) for words in args["comments"]]
    admit_tool(args["contact"])
    with transaction():
        sent = comment_operations.submit_sending(
            current_actor(), slug, args["submission_key"], given
        )
        answer = {
            "receipt": sent.sending.code,
            "received_at": shapes.exact(sent.sending.created_at),
            "comments": [each.receipt for each in comment_queries.comments_of(sent.sending.id)],
        }
    return answer, 201 if sent.is_new else 200


@bp.post("/consultations/<slug>/questions")
@bp.arguments(NewQuestion)
@bp.response(201, schemas.ReceiptGiven)
@bp.alt_response(200, schema=schemas.ReceiptGiven)
@documented(403, 404, 413, 422, 429)
@public
@limited("submit")
def ask(args: dict[str, Any], slug: str) -> tuple[dict[str, Any], int]:
    """Ask a question. The same submission key again: 200 and the first receipt."""
    asked = question_operations.AskedQuestion(
        clause_key=args["clause_id"] or None,
        body=args["body"],
        mail=args["mail"] or "",
        as_question=args["as_question"],
        submission_key=args["submission_key"],
        locale=language(),
    )
    with transaction():
        made = question_operations.ask_question(current_actor(), slug, asked)
        received_at = shapes.exact(made.inquiry.received_at)
        given = {"receipt": made.inquiry.receipt, "received_at": received_at}
    return given, 201 if made.is_new else 200


@bp.get("/receipts/<code>")
@bp.response(200, schemas.ReceiptState)
@documented(404, 429)
@public
@limited("receipt", methods=("GET",))
def receipt(code: str) -> ResponseReturnValue:
    """Where a comment stands; whoever holds the code may ask."""
    return _state(code), 200, {"Cache-Control": "no-store"}


@bp.post("/receipts/<code>/withdraw")
@bp.response(200, schemas.ReceiptState)
@documented(403, 404, 429)
@public
@limited("receipt")
def withdraw(code: str) -> ResponseReturnValue:
    """Take a comment back; once more changes nothing."""
    found = comment_queries.by_receipt(code)
    if found.outcome is not Outcome.WITHDRAWN:
        with transaction():
            comment_operations.withdraw(code, current_actor())
    return _state(code), 200, {"Cache-Control": "no-store"}


@bp.get("/consultations/<slug>/adoption")
@bp.arguments(schemas.PointQuery, location="query")
@bp.response(200, schemas.Adoption)
@documented(403, 404, 422)
@public
def adoption(args: dict[str, Any], slug: str) -> dict[str, Any]:
    """The result: live from the close on, then the latest sealed version."""
    now = clock.now()
    found = queries.public_by_slug(slug, now)
    return shapes.adoption(
        adoption_queries.public_result(found, now, after_point=args["after_point"])
    )


@bp.get("/search")
@bp.arguments(schemas.SearchQuery, location="query")
@bp.response(200, schemas.SearchPage)
@documented(404, 422, 429)
@public
@limited("search", methods=("GET",))
def search(args: dict[str, Any]) -> ResponseReturnValue:
    """What is found for words in consultations, clauses, comments, answers and results."""
    now = clock.now()
    slug, department = args.get("consultation"), args.get("department")
    asked = asked_of(
        args,
        queries.public_by_slug(slug, now).id if slug else None,
        with_below(department, all_departments()) or frozenset() if department else None,
    )
    found = search_queries.find(asked, now)
    page = {
        "items": [shapes.hit(each) for each in found.hits],
        "count": found.count,
        "is_more": found.is_more,
        "next": found.next,
    }
    return page, 200, {"Cache-Control": "no-store"}


def _state(code: str) -> dict[str, Any]:
    now = clock.now()
    found = comment_queries.by_receipt(code)
    stage = found.consultation.stage(now)
    is_shown = stage in (Stage.CLOSED, Stage.SEALED)
    view = adoption_queries.point_of(found, now) if is_shown else None
    reason, is_locked = shapes.hidden_for(found), found.visibility is Visibility.RESTRICTED
    settled = found.outcome in (Outcome.WITHDRAWN, Outcome.DUPLICATE)
    return {
        "receipt": found.receipt,
        "number": found.number,
        "consultation": found.consultation.slug,
        "clause_id": found.clause.key if found.clause else None,
        "document_id": found.document_id,
        "quoted_text": "" if is_locked else found.quoted_text,
        "quoted_at": None if is_locked else found.quoted_at,
        "stance": found.stance.value,
        "body": "" if is_locked else found.body,
        "proposal_kind": None
        if is_locked or found.proposal_kind is None
        else found.proposal_kind.value,
        "proposed_text": "" if is_locked else found.proposed_text,
        "received_at": shapes.exact(found.received_at),
        "state": shapes.state_of(found),
        "reason_code": reason.value if reason else None,
        "reason": sentence(reason.explanation) if reason else "",
        "outcome": found.outcome.value
        if settled
        else (view.disposition if view else None) or Outcome.PENDING.value,
        "point": shapes.point(view) if view else None,
        "may_withdraw": bool(may_withdraw(stage, found.outcome, found.visibility)),
    }


def connect(app: Flask) -> None:
    """Register the JSON face and its document at /api/v1/openapi.json."""
    app.config.update(
        API_TITLE="众言 / Zhongyan",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    face = Face(app, spec_kwargs={"info": {"description": bp.description}})
    face.register_blueprint(bp)
    face.register_blueprint(questions)
    face.register_blueprint(reading)
    face.register_blueprint(health)
    document = app.view_functions["api-docs.openapi_json"]

    @public
    def openapi_json() -> Any:
        return document()

    app.view_functions["api-docs.openapi_json"] = openapi_json


blueprints = ()
csrf_exempt = (bp, questions)
