"""The whole procedure as a small model: who may do what when, and what must then be there.

Pure, and written from the issue's tables without a look at the platform's rules: the machine in
test_properties.py plays the same acts on both and compares.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from participation.rulebook.deadlines import adoption_due

PREPARING = ("drafting", "in_review", "approved")
AFTER_OPENING = ("open", "closed", "sealed")
ANYBODY = frozenset(
    {"guest", "citizen", "drafter", "reviewer", "officer", "administrator", "elsewhere"}
)
OFFICER = frozenset({"officer"})
ALWAYS = (*PREPARING, "forthcoming", *AFTER_OPENING)

MATRIX: dict[str, tuple[frozenset[str], tuple[str, ...]]] = {
    "edit": (frozenset({"drafter"}), ("drafting",)),
    "request_review": (frozenset({"drafter"}), ("drafting",)),
    "review": (frozenset({"reviewer"}), ("in_review",)),
    "recall": (frozenset({"drafter", "reviewer"}), ("in_review", "approved")),
    "publish": (frozenset({"drafter", "reviewer", "officer"}), ("approved",)),
    "extend": (frozenset({"reviewer", "officer"}), ("forthcoming", "open")),
    "submit": (ANYBODY, ("open",)),
    "answer": (ANYBODY, ("open",)),
    "enter": (OFFICER, AFTER_OPENING),
    "respond": (OFFICER, AFTER_OPENING),
    "release": (OFFICER, ALWAYS),
    "withhold": (OFFICER, ALWAYS),
    "restrict": (OFFICER, ALWAYS),
    "unrestrict": (OFFICER, ALWAYS),
    "erase": (OFFICER, ALWAYS),
    "withdraw": (ANYBODY, ("open", "closed")),
    "correct": (ANYBODY, ("open",)),
}
"""Each act with the roles (of the matter's own department) and stages that allow it."""


@dataclass
class Opinion:
    """One opinion: how it stands and what became of it."""

    key: str
    number: int
    visibility: str = "waiting"
    outcome: str = "pending"


@dataclass
class Procedure:
    """One matter: what was decided, its window, its opinions, and the leaves of its record."""

    closes_at: datetime
    planned_at: datetime | None
    status: str = "drafting"
    opens_at: datetime | None = None
    is_closed: bool = False
    is_sealed: bool = False
    opinions: list[Opinion] = field(default_factory=list)
    tickets: set[str] = field(default_factory=set)
    leaves: list[str] = field(default_factory=list)

    def stage(self, now: datetime) -> str:
        """Where the matter stands."""
        if self.status != "published" or self.opens_at is None:
            return self.status
        if now < self.opens_at:
            return "forthcoming"
        if now < self.closes_at:
            return "open"
        return "sealed" if self.is_sealed else "closed"

    def may(self, act: str, who: str, now: datetime) -> bool:
        """Whether the matrix allows it."""
        roles, stages = MATRIX[act]
        return who in roles and self.stage(now) in stages

    @property
    def pending(self) -> int:
        """How many have no outcome."""
        return sum(1 for each in self.opinions if each.outcome == "pending")

    def publish(self, now: datetime) -> None:
        """Put it before the public, at once or at the planned instant."""
        self.status, self.opens_at = "published", max(self.planned_at or now, now)
        self.leaves.append("open")

    def receive(self, key: str) -> None:
        """Take an opinion in; a key that was sent before changes nothing."""
        self.opinions.append(Opinion(key, len(self.opinions) + 1))
        self.leaves.append("comment")

    def knows(self, key: str) -> bool:
        """Whether an opinion of that key was taken in."""
        return any(each.key == key for each in self.opinions)

    def can(self, act: str, opinion: Opinion) -> bool:
        """Whether an opinion is in a state for the act, whoever does it."""
        is_there = opinion.visibility not in ("removed", "restricted")
        return {
            "release": True,
            "withhold": is_there and opinion.outcome != "withdrawn",
            "restrict": is_there,
            "unrestrict": opinion.visibility == "restricted",
            "erase": is_there,
            "withdraw": opinion.outcome != "withdrawn" and opinion.visibility != "removed",
            "correct": is_there and opinion.outcome != "withdrawn",
        }[act]

    def do(self, act: str, opinion: Opinion) -> None:
        """What the act does to an opinion, and the leaf it leaves."""
        if act == "release":
            if opinion.visibility not in ("waiting", "withheld"):
                return
            opinion.visibility = "released"
            self.leaves.append("moderate")
        elif act in ("withhold", "restrict"):
            opinion.visibility = {"withhold": "withheld", "restrict": "restricted"}[act]
            self.leaves.append("moderate")
        elif act == "unrestrict":
            opinion.visibility = "waiting"
            self.leaves.append("moderate")
            if opinion.outcome == "withdrawn":
                self.do("erase", opinion)
        elif act == "erase":
            opinion.visibility = "removed"
            self.leaves.append("tombstone")
        else:
            self._author_does(act, opinion)

    def _author_does(self, act: str, opinion: Opinion) -> None:
        if act == "correct":
            decided = opinion.visibility != "waiting"
            self.leaves += ["supersede", "moderate"] if decided else ["supersede"]
            opinion.visibility, opinion.outcome = "waiting", "pending"
        elif act == "withdraw":
            opinion.outcome = "withdrawn"
            if opinion.visibility != "restricted":
                self.do("erase", opinion)

    def work(self, now: datetime) -> None:
        """What happens by itself: the bulletin at the close, the result when all is decided."""
        if self.stage(now) not in ("closed", "sealed"):
            return
        self.is_closed = True
        if not self.is_sealed:
            self.is_sealed = self.pending == 0 or now >= adoption_due(self.closes_at).at
