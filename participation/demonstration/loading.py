"""Fills an empty instance with the demonstration, by the same operations that people use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import click
from sqlalchemy import select

from participation.accounts import operations as accounts
from participation.accounts import passwords
from participation.accounts.models import Department
from participation.accounts.queries import actor_for
from participation.consultations.intake import take_draft, take_text
from participation.consultations.models import Consultation
from participation.consultations.place import zone
from participation.demonstration import content
from participation.demonstration.acts import Performance
from participation.demonstration.beside import take_package
from participation.kernel import clock, jobs
from participation.kernel.actor import SYSTEM, Actor, Role
from participation.kernel.db import db, transaction
from participation.search.jobs import rebuild


class Person(NamedTuple):
    """Somebody one may sign in as."""

    username: str
    name: str
    role: Role
    department: str
    password: str


def is_empty() -> bool:
    """Whether nobody has worked with the instance yet."""
    has_any = db.session.scalar(select(Department.id).limit(1)) is not None
    return not has_any and db.session.scalar(select(Consultation.id).limit(1)) is None


def load() -> list[Person]:
    """Make the county, its people and its five consultations; returns the people."""
    now = clock.now()
    departments = _found_departments()
    people = _make_people(departments)
    db.session.rollback()
    actors = _actors(people)
    # The oldest first: what is due in between is done at its own time.
    matters = sorted(content.matters(), key=lambda each: each.opens_on(now.date()))
    with click.progressbar(matters, label="    演示事项 / demonstration") as bar:
        for matter in bar:
            _play(matter, actors, people, now, zone())
    # Each was played to its end before the next: the search lists by when things became public.
    rebuild()
    return people


def _found_departments() -> dict[str, int]:
    ids: dict[str, int] = {}
    with transaction():
        for told in content.departments():
            parent = ids[told["parent"]] if "parent" in told else None
            ids[told["key"]] = accounts.create_department(SYSTEM, told["name"], parent).id
    return ids


def _make_people(departments: Mapping[str, int]) -> list[Person]:
    names = {told["key"]: told["name"] for told in content.departments()}
    people = []
    for told in content.people():
        role, key = Role(told["role"]), told.get("department", "")
        password = passwords.one_time()
        with transaction():
            if role is Role.CITIZEN:
                user = accounts.register_citizen(told["username"], password)
                user.display_name = told["name"]
            else:
                user, _words = accounts.create_user(
                    SYSTEM, told["username"], told["name"], role, departments.get(key), password
                )
                user.must_change_password = False
        people.append(
            Person(told["username"], told["name"], role, names.get(key, ""), password.words)
        )
    return people


def _actors(people: list[Person]) -> dict[str, Actor]:
    from participation.accounts.queries import user_by_username

    return {each.username: actor_for(user_by_username(each.username)) for each in people}


def _play(
    matter: content.Matter,
    actors: Mapping[str, Actor],
    people: list[Person],
    now: datetime,
    local: ZoneInfo,
) -> None:
    today = now.astimezone(local).date()
    drafter = actors[matter.consultation["drafted_by"]]
    officer = next(
        actor
        for actor in actors.values()
        if actor.role is Role.OFFICER and actor.department_id == drafter.department_id
    )
    upload = take_draft("draft.md", matter.draft)
    explanation = take_text("explanation.md", matter.explanation)
    package = take_package(matter.package, matter.consultation.get("decision"), matter.read)
    played = Performance(matter, actors, officer, upload, explanation, package, today, local)
    for act in played.acts(now):
        if act.at >= played.closes_at:
            _work(act.at)
        with clock.fixed(act.at), transaction():
            act.do()
    last = max([played.closes_at, *(act.at for act in played.acts(now))])
    _work(min(last + timedelta(minutes=1), now))


def _work(at: datetime) -> None:
    """Let the worker do what is due at an instant."""
    db.session.rollback()
    with clock.fixed(at):
        while jobs.run_due():
            pass


def lines_for_people(people: list[Person]) -> list[str]:
    """What the terminal shows once: names and passwords of the demonstration."""
    words = {
        Role.DRAFTER: "起草人 drafter",
        Role.REVIEWER: "审核人 reviewer",
        Role.OFFICER: "办理人 officer",
        Role.ADMINISTRATOR: "管理员 administrator",
        Role.CITIZEN: "市民 citizen",
    }
    return [
        "",
        "演示账号（密码只显示这一次）/ accounts of the demonstration (shown this once):",
        *(
            f"  {each.username:<14} {each.password}  {words[each.role]}  {each.department}"
            for each in people
        ),
        "不要演示数据 / to start empty: PARTICIPATION_DEMO=0, PARTICIPATION_INSTANCE=…",
    ]
