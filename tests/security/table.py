"""Reads and writes the table of expected cells, `matrix.txt`."""

from __future__ import annotations

from pathlib import Path

from tests.security.estate import ROLES, STATES
from tests.security.walking import SIGNS

FILE = Path(__file__).with_name("matrix.txt")
Cells = dict[str, dict[str, str]]


def read() -> Cells:
    """For every route the signs of each role, one for each state, or one for all."""
    cells: Cells = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            endpoint, method, *signs = line.split()
            assert len(signs) == len(ROLES), line
            cells[f"{endpoint} {method}"] = dict(zip(ROLES, signs, strict=True))
    return cells


def sign(cells: Cells, route: str, role: str, state: str) -> str:
    """The expected sign of a cell; '?' for a route that is not in the table."""
    signs = cells.get(route, {}).get(role, "?")
    return signs if len(signs) == 1 else signs[STATES.index(state)]


def write(cells: Cells) -> None:
    """Write what was found, to be read line by line before it is kept."""
    widths = [max(8, len(role) + 1) for role in ROLES]
    head = [
        "# Who gets what at every route: one sign for each state, or one for all of them.",
        f"# States: {' '.join(STATES)}.",
        *(f"#   {sign}  {words}" for sign, words in SIGNS.items()),
        "# A route that is not here fails; `python -m tests.security.walk` writes what it finds.",
        "#",
        _line("# route", "method", dict(zip(ROLES, ROLES, strict=True)), widths),
    ]
    body = [_line(*route.split(), cells[route], widths) for route in sorted(cells)]
    FILE.write_text("\n".join([*head, *body]) + "\n", encoding="utf-8")


def _line(endpoint: str, method: str, signs: dict[str, str], widths: list[int]) -> str:
    shown = [
        (each if len(set(each)) > 1 else each[0]).ljust(width)
        for each, width in zip(signs.values(), widths, strict=True)
    ]
    return f"{endpoint:<40}{method:<7}{' '.join(shown)}".rstrip()
