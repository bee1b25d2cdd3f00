"""A proposed wording as a redline of the clause, whole or only where it changes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from participation.comments.rules import ProposalKind
from participation.kernel.redlining import Part, joined, redline

AROUND = 24
LONGEST_CHANGE = 400
GAP = "…"


@dataclass(frozen=True)
class Proposal:
    """What somebody wants of a clause: the kind, the new words, and the words quoted of it."""

    kind: ProposalKind
    text: str = ""
    quoted: str = ""
    quoted_at: int | None = None

    def of(self, words: str) -> list[Part] | None:
        """The redline of a clause's words; None where the words quoted are not in them.

        Equal and deleted parts together are the clause as it is, equal and inserted ones as it
        would be. What is added after a whole clause stands on a line of its own.
        """
        if self.quoted_at is None:
            return joined(self._steps(words, "\n"))
        end = self.quoted_at + len(self.quoted)
        if words[self.quoted_at : end] != self.quoted:
            return None
        before, behind = words[: self.quoted_at], words[end:]
        return joined([("equal", before), *self._steps(self.quoted, ""), ("equal", behind)])

    def _steps(self, old: str, parting: str) -> list[Part]:
        if self.kind is ProposalKind.DELETE:
            return [("delete", old)]
        if self.kind is ProposalKind.ADD_AFTER:
            return [("equal", old), ("insert", f"{parting}{self.text}" if old else self.text)]
        return redline(old, self.text)


def shortened(parts: Sequence[Part]) -> list[Part]:
    """A redline for a list: of what stays the words around each change, of long changes both ends.

    Never longer than a few times `LONGEST_CHANGE` for each change.
    """
    found: list[Part] = []
    for place, (op, text) in enumerate(parts):
        if op == "equal":
            head = AROUND if place else 0
            tail = AROUND if place < len(parts) - 1 else 0
        else:
            head = tail = LONGEST_CHANGE // 2
        found.append((op, _without_middle(text, head, tail)))
    return found


def _without_middle(text: str, head: int, tail: int) -> str:
    if len(text) <= head + tail + len(GAP):
        return text
    return f"{text[:head]}{GAP}{text[len(text) - tail :]}"
