"""What a reader chose in an address: field, audience, department; the same for every list."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _

from participation.consultations.queries.choosing import Choice, public_departments
from participation.rulebook.subjects import Audience, Topic


def read_choice() -> Choice:
    """The choice in this request's address; words of no list choose nothing."""
    topic, audience = request.args.get("topic", ""), request.args.get("audience", "")
    department = request.args.get("department", "")
    is_id = department.isascii() and department.isdigit() and len(department) < 10
    return Choice(
        Topic(topic) if topic in set(Topic) else None,
        Audience(audience) if audience in set(Audience) else None,
        int(department) if is_id else None,
    )


def choices() -> dict[str, list[tuple[str, str]]]:
    """What can be chosen, for the filter bar; one statement."""
    return {
        "topics": [("", _("全部领域")), *((each.value, _(each.label)) for each in Topic)],
        "audiences": [("", _("所有人")), *((each.value, _(each.label)) for each in Audience)],
        "departments": [
            ("", _("全部部门")),
            *((str(number), name) for number, name in public_departments()),
        ],
    }


def name_of(choice: Choice, offered: dict[str, list[tuple[str, str]]]) -> str:
    """What a choice is called, such as "教育、学生"; empty for none."""
    lists = {"topic": "topics", "audience": "audiences", "department": "departments"}
    names = [dict(offered[lists[name]]).get(value, "") for name, value in choice.args.items()]
    return "、".join(name for name in names if name)


def subjects(choice: Choice) -> list[str]:
    """A choice as subjects to follow, such as `topic:housing`; `all` where nothing is chosen."""
    return [f"{name}:{value}" for name, value in choice.args.items()] or ["all"]
