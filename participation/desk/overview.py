"""The department's overview: every duty once, and figures that are the lengths of its lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from participation.accounts.queries import Branch, all_departments
from participation.consultations.place import zone
from participation.duties import queries
from participation.duties.queries import Person
from participation.duties.rules import Duty, DutyKind, When
from participation.kernel.actor import Actor, Role
from participation.kernel.paging import PAGE
from participation.rulebook.days import local

NOBODY = 0
"""The person of the duties that nobody handles."""


@dataclass(frozen=True)
class Narrow:
    """What the list is narrowed to; `unit` stands for itself and all below it."""

    unit: int | None = None
    kind: DutyKind | None = None
    person: int | None = None
    when: When | None = None
    page: int = 1

    @property
    def words(self) -> dict[str, Any]:
        """As the page's address says it."""
        return {
            "unit": self.unit,
            "kind": self.kind.value if self.kind else None,
            "person": self.person,
            "due": self.when.value if self.when else None,
            "page": self.page if self.page > 1 else None,
        }

    def but(self, **changes: Any) -> Narrow:
        """The first page of this, narrowed otherwise."""
        return replace(self, **{"page": 1, **changes})


@dataclass(frozen=True)
class Row:
    """A duty with all that it may be narrowed by: units upwards, handlers, nearness."""

    duty: Duty
    unit: str
    units: frozenset[int]
    handlers: Sequence[Person]
    when: When
    reminded_at: datetime | None = None

    @property
    def people(self) -> frozenset[int]:
        """The ids of its handlers."""
        return frozenset(each.id for each in self.handlers) or frozenset({NOBODY})

    def fits(self, narrow: Narrow) -> bool:
        """Whether it is in the list that is narrowed so."""
        return (
            (narrow.unit is None or narrow.unit in self.units)
            and (narrow.kind is None or self.duty.kind is narrow.kind)
            and (narrow.person is None or narrow.person in self.people)
            and (narrow.when is None or self.when is narrow.when)
        )


@dataclass(frozen=True)
class Line:
    """A line of figures: the list it narrows to, and how many of that are how near."""

    narrow: Narrow
    label: str
    figures: Mapping[When, int]
    has_address: bool = True

    @property
    def total(self) -> int:
        """All of the line, however near."""
        return sum(self.figures.values())


@dataclass(frozen=True)
class Overview:
    """A page of the narrowed list, and the figures beside it, each leading to its own list.

    `total`: the list's length. A duty that several people handle stands with each of them.
    """

    rows: Sequence[Row]
    total: int
    whole: Line
    units: Sequence[Line]
    people: Sequence[Line]
    kinds: Sequence[Line]
    unit_choices: Sequence[Branch]
    person_choices: Sequence[Person]
    last_page: int


def read_narrow(words: Mapping[str, str]) -> Narrow:
    """The narrowing of an address; what cannot be read narrows nothing."""
    kind, when = words.get("kind", ""), words.get("due", "")
    return Narrow(
        _number(words.get("unit")),
        DutyKind(kind) if kind in list(DutyKind) else None,
        _number(words.get("person")),
        When(when) if when in list(When) else None,
        max(1, _number(words.get("page")) or 1),
    )


def _number(word: str | None) -> int | None:
    is_number = word and word.isascii() and word.isdecimal() and len(word) < 10
    return int(word) if word and is_number else None


def overview_of(actor: Actor, now: datetime, narrow: Narrow) -> Overview:
    """What the actor's departments owe; nine statements, whatever the number of matters."""
    branches = _branches(actor)
    is_everybodys = actor.is_any(Role.ADMINISTRATOR)
    found = queries.duties(now, None if is_everybodys else [each.id for each in branches])
    chains, names = _chains(branches), {each.id: each.name for each in branches}
    rows = _placed(found, chains, names, local(now, zone()).date())
    shown = [each for each in rows if each.fits(narrow)]
    last = max(1, -(-len(shown) // PAGE))
    at = (min(narrow.page, last) - 1) * PAGE
    people = {person.id: person for each in rows for person in each.handlers}
    return Overview(
        _reminded(shown[at : at + PAGE]),
        len(shown),
        _line(rows, narrow.but(when=None), ""),
        _units(rows, narrow, branches, chains),
        _people(rows, narrow, list(people.values())),
        _kinds(rows, narrow),
        branches,
        sorted(people.values(), key=lambda each: each.id),
        last,
    )


def _branches(actor: Actor) -> list[Branch]:
    """The departments that the actor sees, the tree beginning at their own."""
    every = all_departments()
    if actor.is_any(Role.ADMINISTRATOR):
        return every
    own = [each for each in every if each.id in actor.departments]
    top = min((each.depth for each in own), default=0)
    return [replace(each, depth=each.depth - top) for each in own]


def _chains(branches: Sequence[Branch]) -> dict[int, frozenset[int]]:
    """Each unit with those above it, as far as the actor sees."""
    chains: dict[int, frozenset[int]] = {}
    for each in branches:
        # The tree is listed from above: the parent's chain is known by now.
        chains[each.id] = chains.get(each.parent_id or NOBODY, frozenset()) | {each.id}
    return chains


def _placed(
    found: Iterable[Duty], chains: Mapping[int, frozenset[int]], names: Mapping[int, str], on: date
) -> list[Row]:
    handlers = queries.Handlers()
    return [
        Row(
            each,
            names.get(each.department_id, ""),
            chains.get(each.department_id, frozenset()),
            handlers.of(each),
            each.when(on),
        )
        for each in found
    ]


def _reminded(rows: Sequence[Row]) -> list[Row]:
    known = queries.last_reminders({each.duty.consultation_id for each in rows})
    return [replace(each, reminded_at=known.get(_reminder_of(each.duty))) for each in rows]


def _reminder_of(duty: Duty) -> tuple[int, DutyKind, Any]:
    return duty.consultation_id, duty.kind, duty.day


def _line(rows: Iterable[Row], narrow: Narrow, label: str, **more: Any) -> Line:
    return Line(narrow, label, Counter(each.when for each in rows if each.fits(narrow)), **more)


def _units(
    rows: Sequence[Row],
    narrow: Narrow,
    branches: Sequence[Branch],
    chains: Mapping[int, frozenset[int]],
) -> list[Line]:
    """Each unit, together with those below it; of a chosen unit, itself and those below."""
    base = [each for each in rows if each.fits(narrow.but(unit=None, when=None))]
    places: dict[int, list[Row]] = {}
    for row in base:
        for unit in row.units:
            places.setdefault(unit, []).append(row)
    return [
        _line(places[each.id], narrow.but(unit=each.id, when=None), each.label)
        for each in branches
        if each.id in places and (narrow.unit is None or narrow.unit in chains[each.id])
    ]


def _people(rows: Sequence[Row], narrow: Narrow, people: Sequence[Person]) -> list[Line]:
    base = [each for each in rows if each.fits(narrow.but(person=None, when=None))]
    places: dict[int, list[Row]] = {}
    for row in base:
        for person in row.people:
            places.setdefault(person, []).append(row)
    known = {each.id: each for each in people}
    lines = [
        _line(
            found,
            narrow.but(person=number, when=None),
            known[number].name if number in known else "",
            has_address=number not in known or known[number].has_address,
        )
        for number, found in places.items()
    ]
    return sorted(lines, key=lambda each: (-each.figures.get(When.LATE, 0), -each.total))


def _kinds(rows: Sequence[Row], narrow: Narrow) -> list[Line]:
    base = [each for each in rows if each.fits(narrow.but(kind=None, when=None))]
    lines = [_line(base, narrow.but(kind=kind, when=None), kind.value) for kind in DutyKind]
    return [each for each in lines if each.total]
