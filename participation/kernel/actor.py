"""Who is asking, as a value: rules decide on it without knowing of sessions or tables."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person may do here; one role each, the guest has none of their own."""

    GUEST = "guest"
    CITIZEN = "citizen"
    DRAFTER = "drafter"
    REVIEWER = "reviewer"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


STAFF = frozenset({Role.DRAFTER, Role.REVIEWER, Role.OFFICER, Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Actor:
    """A person (or the platform itself) at the moment of asking.

    `departments` are the ids this actor works for: the own one and all below it in the tree.
    """

    role: Role = Role.GUEST
    id: int | None = None
    name: str = ""
    department_id: int | None = None
    departments: Set[int] = field(default_factory=frozenset)

    @property
    def is_authenticated(self) -> bool:
        return self.id is not None

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF

    def is_any(self, *roles: Role) -> bool:
        """Whether the actor has one of these roles."""
        return self.role in roles

    def works_for(self, department_id: int | None) -> bool:
        """Whether the department is the actor's own or one below it; the system works for all."""
        return self.role is Role.SYSTEM or department_id in self.departments


GUEST = Actor()
SYSTEM = Actor(role=Role.SYSTEM, name="system")
