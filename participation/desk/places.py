"""The side navigation of all staff pages: what this person can go to, with what waits there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Flask, request
from flask_babel import gettext as _

from participation.accounts.rules import may_administer
from participation.audit.rules import may_see_audit
from participation.consultations.rules import may_create
from participation.desk import queries
from participation.duties.rules import may_see_overview
from participation.inquiries import queries as questions
from participation.kernel import clock
from participation.kernel.actor import Actor, Role
from participation.search.rules import may_see_misses
from participation.web.access import current_actor


def places(actor: Actor) -> list[dict[str, Any]]:
    """The places of a staff member; two statements for what waits, none for administrators."""
    waits = None
    if not actor.is_any(Role.ADMINISTRATOR):
        waits = queries.waiting_matters(actor, clock.now())
    found = [_place("desk.home", _("我的事项"), waits)]
    if not actor.is_any(Role.ADMINISTRATOR):
        waiting, _overdue = questions.waiting(actor, clock.now())
        found.append(_place("inquiries.queue", _("群众提问"), waiting))
    if may_see_overview(actor):
        found.append(_place("desk.overview", _("部门总览")))
    if may_create(actor):
        found.append(_place("consultations.new", _("新建事项")))
    if may_administer(actor):
        found.append(_place("accounts.people", _("人员")))
        found.append(_place("accounts.departments", _("部门")))
    if may_see_audit(actor):
        found.append(_place("desk.audit", _("操作记录的签名")))
    if may_see_misses(actor):
        found.append(_place("search.misses", _("没有搜到的词")))
    found.append(_place("desk.matrix", _("权限一览")))
    return found


def _place(endpoint: str, label: str, count: int | None = None) -> dict[str, Any]:
    return {"endpoint": endpoint, "label": label, "count": count}


class _Places:
    """Read only when a page lists them: an error page must not ask the database anything."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(places(current_actor()))


def _in_context() -> dict[str, Any]:
    is_desk = request and request.path.startswith("/desk") and current_actor().is_staff
    return {"desk_places": _Places()} if is_desk else {}


def connect(app: Flask) -> None:
    """Give the navigation to the templates of all staff pages."""
    app.context_processor(_in_context)
